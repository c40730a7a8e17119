import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** A database and its WAL in the place of another one, whose own WAL goes. */
export function copyDatabase(from: string, to: string): string {
  mkdirSync(dirname(to), { recursive: true });
  for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(`${to}${suffix}`, { force: true });
  copyFileSync(from, to);
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
  return to;
}
