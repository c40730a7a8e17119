import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type Hands, splitPath } from "./hands.ts";

const CHUNK_BYTES = 4096;

const FILES = `SELECT coalesce('/' || p.name, '') || '/' || d.name AS path, d.ino FROM fs_dentry AS d
  JOIN fs_inode AS i ON i.ino = d.ino AND i.mode & 61440 = 32768 LEFT JOIN fs_dentry AS p ON p.ino = d.parent_ino`;

/** A program that knows nothing of the SDK: each write is one transaction of stock SQLite, so that a kill leaves all of it or nothing. */
export class PlainHands implements Hands {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: 5000 });
  }

  async files(): Promise<readonly string[]> {
    return this.#all(FILES).map(({ path }) => String(path));
  }

  async read(path: string): Promise<Buffer> {
    const chunks = this.#all("SELECT data FROM fs_data WHERE ino = ? ORDER BY chunk_index", this.#inodeOf(path));
    return Buffer.concat(chunks.map(({ data }) => data as Uint8Array));
  }

  async write(path: string, content: Buffer): Promise<void> {
    this.#atOnce(() => {
      const [folder, name] = splitPath(path);
      const parent = folder === "" ? 1 : (this.#entry(1, folder.slice(1)) ?? this.#make(1, folder.slice(1), 16877));
      this.#fill(this.#entry(parent, name) ?? this.#make(parent, name, 33188), content);
    });
  }

  async append(path: string, content: Buffer): Promise<void> {
    const whole = Buffer.concat([await this.read(path), content]);
    this.#atOnce(() => this.#fill(this.#inodeOf(path), whole));
  }

  async rename(from: string, to: string): Promise<void> {
    const [folder, name] = splitPath(from);
    const parent = folder === "" ? 1 : this.#entry(1, folder.slice(1));
    const [, newName] = splitPath(to);
    this.#atOnce(() => this.#run("UPDATE fs_dentry SET name = ? WHERE parent_ino = ? AND name = ?", newName, parent ?? 0, name));
  }

  async remove(path: string): Promise<void> {
    const ino = this.#inodeOf(path);
    this.#atOnce(() => {
      for (const table of ["fs_dentry", "fs_data", "fs_inode"]) this.#run(`DELETE FROM ${table} WHERE ino = ?`, ino);
    });
  }

  async keys(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.#all("SELECT key, value FROM kv_store").map(({ key, value }) => [String(key), String(value)]));
  }

  async setKey(key: string, value: string): Promise<void> {
    const sql = `INSERT INTO kv_store (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value,
      updated_at = unixepoch()`;
    this.#atOnce(() => this.#run(sql, key, value));
  }

  async removeKey(key: string): Promise<void> {
    this.#atOnce(() => this.#run("DELETE FROM kv_store WHERE key = ?", key));
  }

  async call(name: string): Promise<void> {
    const sql = "INSERT INTO tool_calls (name, status, started_at, completed_at, duration_ms) VALUES (?, 'success', 1, 2, 1000)";
    this.#atOnce(() => this.#run(sql, name));
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #fill(ino: number, content: Buffer): void {
    this.#run("DELETE FROM fs_data WHERE ino = ?", ino);
    for (let at = 0; at * CHUNK_BYTES < content.length; at++) {
      const chunk = content.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES);
      this.#run("INSERT INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?)", ino, at, chunk);
    }
    this.#run("UPDATE fs_inode SET size = ?, mtime = unixepoch(), ctime = unixepoch() WHERE ino = ?", content.length, ino);
  }

  #make(parent: number, name: string, mode: number): number {
    const sql = "INSERT INTO fs_inode (mode, nlink, size, atime, mtime, ctime) VALUES (?, 1, 0, 1, 1, 1)";
    const { lastInsertRowid } = this.#db.prepare(sql).run(mode);
    this.#run("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, ?, ?)", name, parent, Number(lastInsertRowid));
    return Number(lastInsertRowid);
  }

  #entry(parent: number, name: string): number | undefined {
    const [row] = this.#all("SELECT ino FROM fs_dentry WHERE parent_ino = ? AND name = ?", parent, name);
    return row === undefined ? undefined : Number(row["ino"]);
  }

  #inodeOf(path: string): number {
    const [row] = this.#all(`SELECT * FROM (${FILES}) WHERE path = ?`, path);
    if (row === undefined) throw new Error(`${path} is not there`);
    return Number(row["ino"]);
  }

  #all(sql: string, ...args: SQLInputValue[]) {
    return this.#db.prepare(sql).all(...args);
  }

  #run(sql: string, ...args: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...args);
  }

  #atOnce(work: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}
