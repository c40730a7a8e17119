import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { copyFile, cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { dump } from "./consistency.ts";

/** What a mount shows of one path: no inode numbers, which may differ from one machine to another. */
export interface Shown {
  readonly mode: string;
  readonly nlink: number;
  /** Not of directories, for which a mount shows what it likes. */
  readonly size: number | null;
  readonly target: string | null;
  readonly sha256: string | null;
}

const FOLDER = fileURLToPath(new URL("../fixtures/databases/", import.meta.url));

/** Puts a database that the real program wrote where a working copy is, with its WAL if it has one. */
export async function bring(name: string, workingCopy: string): Promise<void> {
  await mkdir(dirname(workingCopy), { recursive: true });
  await copyFile(join(FOLDER, `${name}.db`), workingCopy);
  if (name === "fresh" || name === "encrypted") await copyFile(join(FOLDER, `${name}.db-wal`), `${workingCopy}-wal`);
}

/** The folder of a native replica, with all its sidecars. */
export async function bringReplica(folder: string): Promise<void> {
  await cp(join(FOLDER, "synced-replica"), folder, { recursive: true });
}

/** What a job through the program's mount made of `fuse.db` in place of the working copy, which names its origin as before. */
export async function asTheJobLeftIt(workingCopy: string, job: string): Promise<void> {
  const [origin] = dump(workingCopy, /^(?!agentfs_sync_local$)/)["agentfs_sync_local"] ?? [];
  await bring(job, workingCopy);
  const db = new DatabaseSync(workingCopy);
  db.exec("CREATE TABLE agentfs_sync_local (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
  db.prepare("INSERT INTO agentfs_sync_local VALUES (?, ?)").run(...(JSON.parse(origin ?? "[]") as string[]));
  db.close();
}

interface Recorded {
  readonly path: string;
  readonly mode: string;
  readonly nlink: number;
  readonly size: number;
  readonly target?: string;
  readonly sha256?: string;
}

/** What the program's own mount showed of a database, by path. */
export function recorded(name: string): Record<string, Shown> {
  const entries = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as readonly Recorded[];
  return Object.fromEntries(
    entries.map(({ path, mode, nlink, size, target = null, sha256 = null }) => [
      path,
      { mode, nlink, size: mode.startsWith("0o40") ? null : size, target, sha256 },
    ]),
  );
}

/** The same of any database file that nobody writes, read by plain SQL. */
export function mounted(db: string): Record<string, Shown> {
  const file = new DatabaseSync(db, { readOnly: true });
  try {
    return Object.fromEntries(walk(file, 1, ""));
  } finally {
    file.close();
  }
}

function* walk(file: DatabaseSync, directory: number, path: string): Generator<[string, Shown]> {
  const entries = file
    .prepare(
      "SELECT d.name, i.ino, i.mode, i.nlink, i.size FROM fs_dentry AS d JOIN fs_inode AS i ON i.ino = d.ino WHERE d.parent_ino = ?",
    )
    .all(directory) as { name: string; ino: number; mode: number; nlink: number; size: number }[];
  for (const { name, ino, mode, nlink, size } of entries) {
    const type = mode & 0o170000;
    const target = file.prepare("SELECT target FROM fs_symlink WHERE ino = ?").get(ino)?.["target"];
    yield [
      `${path}/${name}`,
      {
        mode: `0o${mode.toString(8)}`,
        nlink,
        size: type === 0o040000 ? null : size,
        target: target === undefined ? null : String(target),
        sha256:
          type === 0o100000
            ? createHash("sha256")
                .update(contentOf(file, ino, size))
                .digest("hex")
            : null,
      },
    ];
    if (type === 0o040000) yield* walk(file, ino, `${path}/${name}`);
  }
}

const CHUNK_SIZE_BYTES = 4096;

/** Holes read as zeros. */
function contentOf(file: DatabaseSync, ino: number, sizeBytes: number): Buffer {
  const content = Buffer.alloc(sizeBytes);
  const chunks = file.prepare("SELECT chunk_index, data FROM fs_data WHERE ino = ?").all(ino);
  for (const { chunk_index, data } of chunks) content.set(data as Uint8Array, Number(chunk_index) * CHUNK_SIZE_BYTES);
  return content;
}
