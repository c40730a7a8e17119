import { SyncError } from "../errors.ts";
import type { Database, SqlRow } from "../replica/sqlite.ts";
import type { Entry, EntryChange } from "./changeset.ts";
import { jsonNumbers } from "./json-numbers.ts";
import { directoryPaths, join } from "./paths.ts";
import { readRows } from "./read-rows.ts";

const COLUMNS = ["id", "name", "parent_ino", "ino"];

/**
 * Entries that differ between the origin (`main`) and the snapshot (`ours`), by id: every client renames by updating the row. One whose
 * inode has become another type of object names another object, though its row is the same.
 */
export function* diffEntries(db: Database): Generator<EntryChange> {
  const before = new Map<bigint, Entry>();
  const [originPath, ourPath] = [directoryPaths(db, "main"), directoryPaths(db, "ours")];
  const changedOrGone = `LEFT JOIN ours.fs_dentry AS o ON o.id = n.id
    WHERE o.id IS NULL OR o.name IS NOT n.name OR o.parent_ino <> n.parent_ino OR o.ino <> n.ino
    OR n.ino IN (SELECT a.ino FROM main.fs_inode AS a JOIN ours.fs_inode AS b ON b.ino = a.ino WHERE a.mode & 61440 <> b.mode & 61440)`;
  for (const row of readRows(db, "main", "fs_dentry", COLUMNS, `SELECT {columns} FROM {from} ${changedOrGone} ORDER BY n.id`)) {
    const entry = toEntry(row);
    before.set(entry.id, entry);
  }
  const changedOrNew = changedOrGone.replace("ours.fs_dentry", "main.fs_dentry");
  for (const row of readRows(db, "ours", "fs_dentry", COLUMNS, `SELECT {columns} FROM {from} ${changedOrNew} ORDER BY n.id`)) {
    const entry = toEntry(row);
    if (typeof row["name"] !== "string") {
      const where = ourPath(entry.parentIno);
      throw new SyncError("unsupported-value", `An entry in ${where} (row ${entry.id} of fs_dentry) has a name that is no TEXT.`);
    }
    yield { path: join(ourPath(entry.parentIno), entry.name), before: before.get(entry.id) ?? null, after: entry };
    before.delete(entry.id);
  }
  for (const entry of before.values()) yield { path: join(originPath(entry.parentIno), entry.name), before: entry, after: null };
}

export function toEntry(row: SqlRow): Entry {
  return {
    id: row["id"] as bigint,
    name: String(row["name"]),
    parentIno: row["parent_ino"] as bigint,
    ino: row["ino"] as bigint,
  };
}

/** An entry as a row of fs_dentry. */
export function entryRow({ id, name, parentIno, ino }: Entry): SqlRow {
  return { id, name, parent_ino: parentIno, ino };
}

/** The origin's entry ids of these of its inodes; an inode without one has an empty list, one that is not there none. */
export function entryIdsOf(db: Database, inos: readonly bigint[]): ReadonlyMap<bigint, readonly bigint[]> {
  const list = jsonNumbers(inos);
  const found = new Map<bigint, bigint[]>();
  for (const row of db.all("SELECT ino FROM main.fs_inode WHERE ino IN (SELECT value FROM json_each(?))", list)) {
    found.set(row["ino"] as bigint, []);
  }
  for (const row of db.all("SELECT id, ino FROM main.fs_dentry WHERE ino IN (SELECT value FROM json_each(?))", list)) {
    found.get(row["ino"] as bigint)?.push(row["id"] as bigint);
  }
  return found;
}
