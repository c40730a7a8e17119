import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

/** Unpacks a zip file into a new folder: its path, and the names of the files in it. */
export async function unzip(file: string): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  const folder = await makeTempDir();
  const { exitCode, stderr } = await runChild("python3", ["-m", "zipfile", "-e", file, folder]);
  if (exitCode !== 0) throw new Error(stderr);
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return { folder, names: names.sort() };
}
