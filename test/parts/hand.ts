import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { writeEmptyAgentFs } from "../../packages/core/src/replica/origin.ts";
import { makeTempDir } from "./temp.ts";

export const REGULAR = 0o100644;
const DIRECTORY = 0o040755;
const SYMLINK = 0o120777;

const CHUNK_SIZE_BYTES = 4096;

/** Writes an AgentFS database by plain SQL: small, exact states for tests of what reads them. */
export class Hand implements Disposable {
  readonly db: DatabaseSync;

  constructor(path: string) {
    this.db = new DatabaseSync(path);
    // A test that is cut short starts anew: nothing has to reach the disk. Stock SQLite does not look at foreign keys.
    this.db.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA foreign_keys = OFF");
  }

  sql(text: string, ...args: SQLInputValue[]): void {
    this.db.prepare(text).run(...args);
  }

  /** The inode number of a path. */
  ino(path: string): bigint {
    const ino = this.#find(path);
    if (ino === null) throw new Error(`${path} is not there`);
    return ino;
  }

  has(path: string): boolean {
    return this.#find(path) !== null;
  }

  #find(path: string): bigint | null {
    let at = 1n;
    for (const name of path.split("/").filter((part) => part !== "")) {
      const found = this.db.prepare("SELECT ino FROM fs_dentry WHERE parent_ino = ? AND name = ?").get(at, name);
      if (found === undefined) return null;
      at = BigInt(Number(found["ino"]));
    }
    return at;
  }

  /** A new inode with an entry; `ino` may be one that was given up. */
  node(path: string, mode: number, sizeBytes = 0, ino: bigint | null = null): bigint {
    this.sql(
      "INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (?, ?, 1, ?, 10, 10, 10)",
      ino,
      mode,
      sizeBytes,
    );
    const made = ino ?? BigInt(Number(this.db.prepare("SELECT last_insert_rowid() AS ino").get()?.["ino"]));
    this.entry(path, made);
    return made;
  }

  entry(path: string, ino: bigint): void {
    const slash = path.lastIndexOf("/");
    this.sql(
      "INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, ?, ?)",
      path.slice(slash + 1),
      this.ino(path.slice(0, slash)),
      ino,
    );
  }

  file(path: string, content: string, ino: bigint | null = null): bigint {
    const bytes = Buffer.from(content);
    const made = this.node(path, REGULAR, bytes.length, ino);
    this.#chunks(made, bytes);
    return made;
  }

  edit(path: string, content: string): void {
    const ino = this.ino(path);
    const bytes = Buffer.from(content);
    this.sql("DELETE FROM fs_data WHERE ino = ?", ino);
    this.#chunks(ino, bytes);
    this.sql("UPDATE fs_inode SET size = ?, mtime = mtime + 1 WHERE ino = ?", bytes.length, ino);
  }

  directory(path: string): bigint {
    return this.node(path, DIRECTORY);
  }

  symlink(path: string, target: string): bigint {
    const ino = this.node(path, SYMLINK, target.length);
    this.sql("INSERT INTO fs_symlink (ino, target) VALUES (?, ?)", ino, target);
    return ino;
  }

  link(from: string, to: string): void {
    const ino = this.ino(from);
    this.entry(to, ino);
    this.sql("UPDATE fs_inode SET nlink = nlink + 1 WHERE ino = ?", ino);
  }

  move(from: string, to: string): void {
    const [parent, slash] = [from.slice(0, from.lastIndexOf("/")), to.lastIndexOf("/")];
    this.sql(
      "UPDATE fs_dentry SET name = ?, parent_ino = ? WHERE parent_ino = ? AND name = ?",
      to.slice(slash + 1),
      this.ino(to.slice(0, slash)),
      this.ino(parent),
      from.slice(from.lastIndexOf("/") + 1),
    );
  }

  /** Removes an entry, and with the last one the inode and all that belongs to it. */
  remove(path: string): void {
    const ino = this.ino(path);
    const slash = path.lastIndexOf("/");
    this.sql("DELETE FROM fs_dentry WHERE parent_ino = ? AND name = ?", this.ino(path.slice(0, slash)), path.slice(slash + 1));
    this.sql("UPDATE fs_inode SET nlink = nlink - 1 WHERE ino = ?", ino);
    const isNamed = "ino IN (SELECT ino FROM fs_dentry)";
    for (const table of ["fs_data", "fs_symlink", "fs_inode"]) {
      this.sql(`DELETE FROM ${table} WHERE ino = ? AND NOT ${isNamed}`, ino);
    }
  }

  key(key: string, value: SQLInputValue): void {
    this.sql(
      `INSERT INTO kv_store (key, value, created_at, updated_at) VALUES (?, ?, 10, 10)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = updated_at + 1`,
      key,
      value,
    );
  }

  call(name: string, status = "success", { started_at = 10, result = null as string | null } = {}): void {
    this.sql("INSERT INTO tool_calls (name, status, started_at, result) VALUES (?, ?, ?, ?)", name, status, started_at, result);
  }

  [Symbol.dispose](): void {
    this.db.close();
  }

  #chunks(ino: bigint, bytes: Buffer): void {
    for (let index = 0; index * CHUNK_SIZE_BYTES < bytes.length; index++) {
      const chunk = bytes.subarray(index * CHUNK_SIZE_BYTES, (index + 1) * CHUNK_SIZE_BYTES);
      this.sql("INSERT INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?)", ino, index, chunk);
    }
  }
}

type Write = (hand: Hand) => void;

/** A file that was empty and then written so. */
export async function written(write: Write = () => undefined): Promise<string> {
  const path = join(await makeTempDir(), "hand.db");
  writeEmptyAgentFs(path, 10);
  change(path, write);
  return path;
}

/** A copy of a file, changed. */
export async function changed(from: string, write: Write): Promise<string> {
  const path = join(await makeTempDir(), "changed.db");
  await copyFile(from, path);
  change(path, write);
  return path;
}

function change(path: string, write: Write): void {
  using hand = new Hand(path);
  write(hand);
}
