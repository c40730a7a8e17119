import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { AgentOp } from "../parts/agent.ts";
import { Chunks } from "./chunks.ts";
import type { Conventions } from "./conventions.ts";
import { writeCall } from "./write-call.ts";

const [REGULAR, DIRECTORY, SYMLINK] = [0o100644, 0o040755, 0o120777];

/** Does what an agent does, by SQL, as one program or the other writes it: a thousand times as fast as the program. */
export class Writer implements Disposable {
  readonly db: DatabaseSync;
  readonly #conventions: Conventions;
  #timeSeconds: number;

  /** Each operation takes a second, beginning with the given one. */
  constructor(path: string, conventions: Conventions, timeSeconds: number) {
    this.db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    // A test that is cut short starts anew: nothing has to reach the disk.
    this.db.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN");
    this.#conventions = conventions;
    this.#timeSeconds = timeSeconds;
  }

  perform(op: AgentOp): void {
    this.#timeSeconds++;
    if (writeCall(this.db, op, this.#timeSeconds)) return;
    switch (op.op) {
      case "writeFile": {
        const ino = this.ino(op.path) ?? this.#node(op.path, REGULAR);
        new Chunks(this.db, ino).replace("text" in op ? Buffer.from(op.text) : Buffer.from(op.base64, "base64"));
        this.#touch(ino, "mtime");
        break;
      }
      case "append":
        new Chunks(this.db, this.#known(op.path)).append(Buffer.from(op.base64, "base64"));
        this.#touch(this.#known(op.path), "mtime");
        break;
      case "truncate": {
        const chunks = new Chunks(this.db, this.#known(op.path));
        if (op.sizeBytes < chunks.sizeBytes) chunks.shorten(op.sizeBytes);
        else chunks.lengthen(op.sizeBytes);
        this.#touch(this.#known(op.path), "mtime");
        break;
      }
      case "mkdir":
        this.#node(op.path, DIRECTORY);
        break;
      case "symlink": {
        const ino = this.#node(op.path, SYMLINK);
        this.#run("INSERT OR REPLACE INTO fs_symlink (ino, target) VALUES (?, ?)", ino, op.target);
        this.#run("UPDATE fs_inode SET size = ? WHERE ino = ?", op.target.length, ino);
        break;
      }
      case "link":
        this.#enter(op.to, this.#known(op.from));
        break;
      case "unlink":
      case "rmdir":
        this.#remove(op.path);
        break;
      case "rename":
        this.#rename(op.from, op.to);
        break;
      case "chmod":
        this.#run("UPDATE fs_inode SET mode = (mode & 61440) | ? WHERE ino = ?", op.permissions, this.#known(op.path));
        break;
      case "kvSet":
        this.#run(
          `INSERT INTO kv_store (key, value, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          op.key,
          JSON.stringify(op.value),
          this.#timeSeconds,
        );
        break;
      case "kvDelete":
        this.#run("DELETE FROM kv_store WHERE key = ?", op.key);
        break;
      case "sql":
        this.#run(op.sql, ...(op.args ?? []));
        break;
      default:
        throw new Error(`no ${op.op} by hand`);
    }
  }

  ino(path: string): number | null {
    let at = 1;
    for (const name of path.split("/").filter((part) => part !== "")) {
      const found = this.db.prepare("SELECT ino FROM fs_dentry WHERE parent_ino = ? AND name = ?").get(at, name);
      if (found === undefined) return null;
      at = Number(found["ino"]);
    }
    return at;
  }

  [Symbol.dispose](): void {
    this.db.exec("COMMIT");
    this.db.close();
  }

  #known(path: string): number {
    const ino = this.ino(path);
    if (ino === null) throw new Error(`${path} is not there`);
    return ino;
  }

  #node(path: string, mode: number): number {
    const [time, nanoseconds] = [this.#timeSeconds, this.#conventions.writesNanoseconds ? 500 : 0];
    const made = this.db
      .prepare("INSERT INTO fs_inode (mode, nlink, atime, mtime, ctime, mtime_nsec) VALUES (?1, 0, ?2, ?2, ?2, ?3) RETURNING ino")
      .get(mode, time, nanoseconds);
    const ino = Number(made?.["ino"]);
    this.#enter(path, ino);
    if (mode === DIRECTORY) this.#countSubdirectory(ino, 1);
    return ino;
  }

  #enter(path: string, ino: number): void {
    const [parent, name] = this.#place(path);
    this.#run("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, ?, ?)", name, parent, ino);
    this.#run("UPDATE fs_inode SET nlink = nlink + 1 WHERE ino = ?", ino);
    if (this.#isDirectory(ino)) this.#countSubdirectory(parent, 1);
    this.#touchDirectory(parent, "always");
  }

  /** Removes an entry, and with the last one the inode and all that belongs to it. */
  #remove(path: string): void {
    const [ino, [parent, name]] = [this.#known(path), this.#place(path)];
    const isDirectory = this.#isDirectory(ino);
    this.#run("DELETE FROM fs_dentry WHERE parent_ino = ? AND name = ?", parent, name);
    this.#run("UPDATE fs_inode SET nlink = nlink - 1 WHERE ino = ?", ino);
    this.#touchDirectory(parent, "always");
    if (isDirectory) this.#countSubdirectory(parent, -1);
    const { leavesRemovedDirectories: leaves } = this.#conventions;
    if (isDirectory && (leaves === "always" || (leaves === "if counted" && this.#linkCount(ino) > 0))) return;
    for (const table of ["fs_data", "fs_symlink", "fs_inode"]) {
      this.#run(`DELETE FROM ${table} WHERE ino = ? AND ino NOT IN (SELECT ino FROM fs_dentry)`, ino);
    }
  }

  #rename(from: string, to: string): void {
    const [ino, [parent, name], [newParent, newName]] = [this.#known(from), this.#place(from), this.#place(to)];
    if (this.ino(to) !== null) this.#remove(to);
    const sql = "UPDATE fs_dentry SET parent_ino = ?, name = ? WHERE parent_ino = ? AND name = ?";
    this.#run(sql, newParent, newName, parent, name);
    this.#touch(ino, "ctime");
    if (this.#isDirectory(ino) && parent !== newParent) {
      this.#countSubdirectory(parent, -1);
      this.#countSubdirectory(newParent, 1);
    }
    for (const directory of [parent, newParent]) this.#touchDirectory(directory, "at a rename");
  }

  #isDirectory(ino: number): boolean {
    return (Number(this.db.prepare("SELECT mode FROM fs_inode WHERE ino = ?").get(ino)?.["mode"]) & 0o170000) === 0o040000;
  }

  #linkCount(ino: number): number {
    return Number(this.db.prepare("SELECT nlink FROM fs_inode WHERE ino = ?").get(ino)?.["nlink"]);
  }

  #countSubdirectory(directory: number, by: number): void {
    if (this.#conventions.countsSubdirectories) this.#run("UPDATE fs_inode SET nlink = nlink + ? WHERE ino = ?", by, directory);
  }

  #touch(ino: number, column: "mtime" | "ctime"): void {
    this.#run(`UPDATE fs_inode SET ${column} = ? WHERE ino = ?`, this.#timeSeconds, ino);
  }

  #touchDirectory(ino: number, when: "always" | "at a rename"): void {
    const { touchesDirectories } = this.#conventions;
    if (touchesDirectories === "always" || touchesDirectories === when)
      this.#run("UPDATE fs_inode SET mtime = ?1, ctime = ?1 WHERE ino = ?2", this.#timeSeconds, ino);
  }

  #place(path: string): [parent: number, name: string] {
    const slash = path.lastIndexOf("/");
    return [this.#known(path.slice(0, slash)), path.slice(slash + 1)];
  }

  #run(sql: string, ...args: SQLInputValue[]): void {
    this.db.prepare(sql).run(...args);
  }
}
