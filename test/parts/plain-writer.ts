import { DatabaseSync } from "node:sqlite";

/** The agent as a program that knows nothing of the SDK: stock SQLite, one transaction: a file at the root, a tool call, a key. */
export function writePlainly(path: string, name: string, content = name): void {
  withDatabase(path, (db) => {
    db.exec("BEGIN IMMEDIATE");
    const bytes = Buffer.from(content);
    const { lastInsertRowid: ino } = db
      .prepare("INSERT INTO fs_inode (mode, nlink, size, atime, mtime, ctime) VALUES (33188, 1, ?, 1, 1, 1)")
      .run(bytes.length);
    db.prepare("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, 1, ?)").run(name, ino);
    const insert = db.prepare("INSERT INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?)");
    for (let at = 0; at * 4096 < bytes.length; at++) insert.run(ino, at, bytes.subarray(at * 4096, (at + 1) * 4096));
    db.prepare("INSERT INTO tool_calls (name, status, started_at, completed_at) VALUES (?, 'success', 1, 2)").run(name);
    db.prepare("INSERT INTO kv_store (key, value) VALUES (?, ?)").run(name, JSON.stringify(content));
    db.exec("COMMIT");
  });
}

/** The names of files, tool calls and keys, each sorted, with what is there twice named twice. */
export interface PlainNames {
  readonly files: readonly string[];
  readonly calls: readonly string[];
  readonly keys: readonly string[];
}

export const NAME_QUERIES = {
  files: "SELECT name FROM fs_dentry ORDER BY name",
  calls: "SELECT name FROM tool_calls ORDER BY name",
  keys: "SELECT key FROM kv_store ORDER BY key",
} as const;

/** What stock SQLite finds in a database; throws if it is not sound. */
export function readPlainly(path: string): PlainNames {
  return withDatabase(path, (db) => {
    const check = Object.values(db.prepare("PRAGMA integrity_check").get() ?? {})[0];
    if (check !== "ok") throw new Error(`${path}: ${String(check)}`);
    const names = (sql: string) =>
      db
        .prepare(sql)
        .all()
        .map((row) => String(Object.values(row)[0]));
    return { files: names(NAME_QUERIES.files), calls: names(NAME_QUERIES.calls), keys: names(NAME_QUERIES.keys) };
  });
}

export function withDatabase<T>(path: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}
