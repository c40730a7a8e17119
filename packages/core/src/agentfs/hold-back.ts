import { Database, hasTable, quoteName } from "../replica/sqlite.ts";
import type { Changeset } from "./changeset.ts";
import { jsonNumbers } from "./json-numbers.ts";
import { commonColumns } from "./read-rows.ts";

/** Tables whose rows belong to one inode, with the column that names it. */
const OF_AN_INODE = [
  ["fs_inode", "ino"],
  ["fs_data", "ino"],
  ["fs_symlink", "ino"],
  ["fs_origin", "delta_ino"],
  ["fs_dentry", "ino"],
] as const;

/**
 * Gives the objects at these paths back their state in the origin, in the snapshot: new ones go, with what is below them. What the
 * snapshot then differs by can be pushed without them, and it is the origin of later pushes.
 * @returns false if it cannot be done (another object has taken the old place): the snapshot must not be used then
 */
export function holdBack(originPath: string, snapshotPath: string, changeset: Changeset, paths: ReadonlySet<string>): boolean {
  using db = Database.openWritable(snapshotPath);
  db.attachImmutable(originPath, "origin");
  db.exec("BEGIN");
  const inos = jsonNumbers(withDescendants(db, inodesAt(changeset, paths)));
  for (const [table, key] of OF_AN_INODE) {
    if (hasTable(db, table)) db.run(`DELETE FROM main.${table} WHERE ${key} IN (SELECT value FROM json_each(?))`, inos);
  }
  const places = db.get(
    `SELECT 1 FROM origin.fs_dentry AS o JOIN main.fs_dentry AS m ON m.parent_ino = o.parent_ino AND m.name = o.name
     WHERE o.ino IN (SELECT value FROM json_each(?))`,
    inos,
  );
  if (places !== undefined) return false;
  for (const [table, key] of OF_AN_INODE) {
    if (!hasTable(db, table) || !hasTable(db, table, "origin")) continue;
    const columns = commonColumns(db, table, "main", "origin").map(quoteName).join(", ");
    db.run(
      `INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM origin.${table} WHERE ${key} IN (SELECT value FROM json_each(?))`,
      inos,
    );
  }
  const astray = db.get(
    "SELECT 1 FROM main.fs_dentry WHERE parent_ino NOT IN (SELECT ino FROM main.fs_inode WHERE mode & 61440 = 16384)",
  );
  if (astray !== undefined) return false;
  db.exec("COMMIT");
  return true;
}

/** A path may have been another object's before: both go back. */
function inodesAt(changeset: Changeset, paths: ReadonlySet<string>): Set<bigint> {
  const inos = new Set<bigint>();
  for (const { ino, path } of changeset.objects) if (paths.has(path)) inos.add(ino);
  for (const { before, after, path } of changeset.entries) {
    if (paths.has(path)) for (const entry of [before, after]) if (entry !== null) inos.add(entry.ino);
  }
  return inos;
}

/** With what stands in directories that go because the origin does not have them. */
function withDescendants(db: Database, inos: Set<bigint>): ReadonlySet<bigint> {
  for (let known = -1; known < inos.size; ) {
    known = inos.size;
    const below = db.all(
      `SELECT ino FROM main.fs_dentry WHERE parent_ino IN (SELECT value FROM json_each(?))
       AND parent_ino NOT IN (SELECT ino FROM origin.fs_inode)`,
      jsonNumbers(inos),
    );
    for (const row of below) inos.add(row["ino"] as bigint);
  }
  return inos;
}
