import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { SyncError } from "../errors.ts";

/**
 * `agentfs init a --force` (0.6.4) deletes every file in `.agentfs` whose name starts with `a`: other agents with it.
 * @throws SyncError `force-refused` if it would
 */
export async function refuseForceOverOthers(databasePath: string): Promise<void> {
  const own = basename(databasePath);
  const id = basename(own, ".db");
  const names = await readdir(dirname(databasePath)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const others = names.filter((name) => name.startsWith(id) && name !== own && !name.startsWith(`${own}-`));
  if (others.length === 0) return;
  throw new SyncError(
    "force-refused",
    `\`agentfs init ${id} --force\` was not run: it deletes all whose name starts with "${id}", so ${others.sort().join(", ")} as well.`,
    { details: { others } },
  );
}
