import { requireAgentFs } from "../agentfs/manifest.ts";
import { SyncError } from "../errors.ts";
import { Database, quickCheck } from "../replica/sqlite.ts";
import { damaged } from "./damaged.ts";

/**
 * Whether both databases of a bundle are intact and hold an agent: whoever made it may have meant harm.
 * @param what names the bundle in the message
 * @throws SyncError `rescue-damaged`
 */
export function checkContent(what: string, originPath: string, snapshotPath: string): void {
  for (const [path, name] of [
    [originPath, "origin"],
    [snapshotPath, "snapshot"],
  ] as const) {
    const problem = problemOf(path, name);
    if (problem !== null) throw damaged(what, problem);
  }
}

function problemOf(path: string, name: string): string | null {
  try {
    using db = Database.openImmutable(path);
    const finding = quickCheck(db);
    if (finding !== null) return `its ${name} is damaged (${finding})`;
    requireAgentFs(db, "main", `Its ${name}`);
    return null;
  } catch (error) {
    if (error instanceof SyncError) return `its ${name} cannot be used (${error.code})`;
    throw error;
  }
}
