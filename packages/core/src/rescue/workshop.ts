import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareFolders, removeLeftovers } from "../replica/files.ts";
import { acquireLock } from "../replica/lock.ts";
import type { AgentPaths } from "../replica/paths.ts";

type Work<T> = (folder: string) => Promise<T>;

/** A folder of its own in the system's place for temporary files, gone afterwards. */
export async function inWorkshop<T>(work: Work<T>): Promise<T> {
  return inFolder(await realpath(tmpdir()), work);
}

/**
 * The same among the agent's own temporary files, with its lock held: if it is killed there, the next command cleans up.
 * @throws SyncError `locked`, `file-system`
 */
export async function inLockedWorkshop<T>(paths: AgentPaths, work: Work<T>): Promise<T> {
  await prepareFolders(paths);
  using _lock = await acquireLock(paths);
  await removeLeftovers(paths);
  await mkdir(paths.temporary);
  try {
    return await inFolder(paths.temporary, work);
  } finally {
    await removeLeftovers(paths);
  }
}

async function inFolder<T>(parent: string, work: Work<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, "agentfs-sync-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
