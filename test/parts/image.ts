import { copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onCleanUp } from "./cleanup.ts";
import type { Machine } from "./machine.ts";

/**
 * What the engine keeps of a database, as an ordinary file: itself if it is one; of a file and a WAL over it a copy, made by stock SQLite.
 * @example expect(await listAgent(plainFile(join(folder, "snapshot.db")))).toEqual(mine)
 */
export function plainFile(path: string): string {
  if (existsSync(path)) return path;
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "agentfs-sync-test-"));
  onCleanUp(() => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, basename(path));
  copyFileSync(`${path}.main`, copy);
  copyFileSync(`${path}.pages`, `${copy}-wal`);
  const db = new DatabaseSync(copy);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return copy;
}

/** The name under which a machine keeps what it holds of the remote. */
function baseName({ dir }: Machine): string {
  const sync = join(dir, ".agentfs", ".sync", "bot");
  const { database } = JSON.parse(readFileSync(join(sync, "base.json"), "utf8"));
  return join(sync, database);
}

/** What a machine holds of the remote, as an ordinary file. */
export const basePath = (machine: Machine): string => plainFile(baseName(machine));

/** The files in which it holds it. */
export function baseFiles(machine: Machine): readonly string[] {
  const name = baseName(machine);
  return [name, `${name}.main`, `${name}.pages`].filter((file) => existsSync(file));
}
