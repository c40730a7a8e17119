import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What all files below a folder hold, a byte a character; links are not followed. */
export async function contentsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map((file) => readFile(file, "latin1")));
}
