import { open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { SyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import { agentPaths } from "../replica/paths.ts";
import { sizeOfFile } from "../replica/sizes.ts";
import { sizeText } from "../report/size.ts";
import { type Check, checker } from "./check.ts";

/** The work files of a pull and a push are as large as the database: base, snapshot, what is received. */
const COPIES = 4;
const LEAST_FREE_BYTES = 64 * 1024 * 1024;

/** Whether the folder that holds `.agentfs/` can be written, reaches the disk, and has space for all agents. Leaves nothing behind. */
export async function checkFolder(directory: string, agents: readonly string[]): Promise<readonly Check[]> {
  const check = checker("disk");
  try {
    if (!(await stat(directory)).isDirectory()) throw new SyncError("config-invalid", `${directory} is no folder.`);
    await writeThrough(join(directory, `.agentfs-sync-doctor-${randomUuid()}`));
    const { bavail, bsize } = await statfs(directory);
    const freeBytes = bavail * bsize;
    const databases = await Promise.all(agents.map((agent) => sizeOfFile(agentPaths(directory, agent).workingCopy)));
    const neededBytes = Math.max(LEAST_FREE_BYTES, COPIES * databases.reduce((sum, size) => sum + size, 0));
    const found = `${directory} can be written, fsync works, ${sizeText(freeBytes)} free`;
    if (freeBytes >= neededBytes) return [check.ok(found)];
    return [
      check.warning(
        `${found}, which is little: a pull and a push may need ${sizeText(neededBytes)}`,
        "Free some space, or use --directory on another disk.",
      ),
    ];
  } catch (thrown) {
    return [check.failed(thrown)];
  }
}

async function writeThrough(path: string): Promise<void> {
  try {
    await using file = await open(path, "wx");
    await file.writeFile("x");
    await file.sync();
  } finally {
    await rm(path, { force: true });
  }
}
