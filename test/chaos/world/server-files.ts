import { copyFile, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The database and what lies beside it under its name. */
async function filesOf(file: string): Promise<string[]> {
  const names = await readdir(dirname(file));
  return names.filter((name) => name.startsWith(basename(file))).map((name) => join(dirname(file), name));
}

export async function removeDatabase(file: string): Promise<void> {
  for (const path of await filesOf(file)) await rm(path);
}

/** Of a server that has ended. */
export async function copyDatabaseFiles(from: string, to: string): Promise<void> {
  for (const path of await filesOf(from)) await copyFile(path, to + path.slice(from.length));
}
