import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** 0 if there is no such file. */
export async function sizeOfFile(path: string): Promise<number> {
  return (await ifThere(stat(path)))?.size ?? 0;
}

/** All files below a folder; what goes away meanwhile counts nothing. */
export async function sizeOfFolder(path: string): Promise<number> {
  const entries = (await ifThere(readdir(path, { recursive: true, withFileTypes: true }))) ?? [];
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => sizeOfFile(join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function ifThere<T>(look: Promise<T>): Promise<T | null> {
  try {
    return await look;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
