import { DatabaseSync } from "node:sqlite";

/** Each query finds what breaks one rule; written from what AgentFS is, not from the engine. */
const RULES: readonly (readonly [rule: string, sql: string])[] = [
  ["the root is a directory", "SELECT 'root' WHERE (SELECT mode & 61440 FROM fs_inode WHERE ino = 1) IS NOT 16384"],
  ["an entry names an inode", "SELECT id, name FROM fs_dentry WHERE ino NOT IN (SELECT ino FROM fs_inode)"],
  [
    "an entry's parent is a directory",
    "SELECT id, name FROM fs_dentry WHERE parent_ino NOT IN (SELECT ino FROM fs_inode WHERE mode & 61440 = 16384)",
  ],
  ["names are unique in a directory", "SELECT parent_ino, name FROM fs_dentry GROUP BY parent_ino, name HAVING count(*) > 1"],
  [
    "names are plain",
    "SELECT id, name FROM fs_dentry WHERE name IN ('', '.', '..') OR name LIKE '%/%' OR typeof(name) <> 'text'",
  ],
  [
    "a file's link count is the number of its entries",
    `SELECT i.ino, i.nlink, count(d.id) FROM fs_inode AS i LEFT JOIN fs_dentry AS d ON d.ino = i.ino
     WHERE i.mode & 61440 <> 16384 GROUP BY i.ino HAVING i.nlink <> count(d.id)`,
  ],
  ["an inode has an entry", "SELECT ino FROM fs_inode WHERE ino <> 1 AND ino NOT IN (SELECT ino FROM fs_dentry)"],
  [
    "a directory has one entry, the root none",
    `SELECT i.ino, count(d.id) FROM fs_inode AS i LEFT JOIN fs_dentry AS d ON d.ino = i.ino
     WHERE i.mode & 61440 = 16384 GROUP BY i.ino HAVING count(d.id) <> (i.ino <> 1)`,
  ],
  [
    "only regular files have chunks",
    "SELECT DISTINCT ino FROM fs_data WHERE ino NOT IN (SELECT ino FROM fs_inode WHERE mode & 61440 = 32768)",
  ],
  [
    "chunks fit the size, and are whole but for the last",
    `SELECT c.ino, c.chunk_index, length(c.data), i.size FROM fs_data AS c JOIN fs_inode AS i ON i.ino = c.ino
     JOIN (SELECT CAST(value AS INTEGER) AS chunk FROM fs_config WHERE key = 'chunk_size')
     WHERE length(c.data) > chunk OR c.chunk_index * chunk + length(c.data) > i.size
     OR (length(c.data) <> chunk AND c.chunk_index * chunk + length(c.data) <> i.size)`,
  ],
  [
    "symlinks and their rows agree",
    `SELECT ino FROM fs_symlink WHERE ino NOT IN (SELECT ino FROM fs_inode WHERE mode & 61440 = 40960)
     UNION SELECT ino FROM fs_inode WHERE mode & 61440 = 40960 AND ino NOT IN (SELECT ino FROM fs_symlink)`,
  ],
  [
    "everything is reachable from the root",
    `WITH RECURSIVE reached(ino) AS (SELECT 1 UNION SELECT d.ino FROM fs_dentry AS d JOIN reached AS r ON d.parent_ino = r.ino)
     SELECT ino FROM fs_inode WHERE ino NOT IN reached`,
  ],
  ["keys hold JSON", "SELECT key FROM kv_store WHERE NOT json_valid(value)"],
  [
    "tool calls hold JSON",
    `SELECT id FROM tool_calls WHERE (parameters IS NOT NULL AND NOT json_valid(parameters))
     OR (result IS NOT NULL AND NOT json_valid(result)) OR status NOT IN ('pending', 'success', 'error')`,
  ],
  ["the file is whole", "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'"],
];

/**
 * What is inconsistent in an AgentFS database file that nobody writes; empty if nothing. Content that is sparse is fine.
 * @example expect(inconsistencies(fresh.db)).toEqual([])
 */
export function inconsistencies(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return RULES.flatMap(([rule, sql]) =>
      db
        .prepare(sql)
        .all()
        .map((row) => `${rule}: ${JSON.stringify(Object.values(row))}`),
    );
  } finally {
    db.close();
  }
}

/** Every row of every table but SQLite's own and those that `leaves` names, as text: two databases with equal rows have equal dumps. */
export function dump(
  path: string,
  leaves: RegExp = /^(sqlite_|turso_|agentfs_sync_)/,
): Readonly<Record<string, readonly string[]>> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    const tables = names.map(({ name }) => String(name)).filter((name) => !leaves.test(name));
    return Object.fromEntries(tables.map((table) => [table, rowsOf(db, table)]));
  } finally {
    db.close();
  }
}

function rowsOf(db: DatabaseSync, table: string): string[] {
  const statement = db.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`);
  statement.setReadBigInts(true);
  const text = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
  const hex = (value: unknown) => (value instanceof Uint8Array ? `x${Buffer.from(value).toString("hex")}` : value);
  const rows = statement.all().map((row) => JSON.stringify(Object.values(row).map(hex), text));
  return rows.sort();
}
