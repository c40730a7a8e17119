import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { SyncError } from "@agentfs-sync/core";

const LARGEST_ENTRY_BYTES = 10 * 2 ** 30;

/**
 * The file that an entry was to bring. Whatever else came along is not looked at, and goes with the folder.
 * @throws SyncError `rescue-sealed` unless it is a regular file of a possible size
 */
export async function entryFile(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() && found.size <= LARGEST_ENTRY_BYTES) return path;
  throw new SyncError("rescue-sealed", `The cache entry does not hold the file ${name}.`);
}
