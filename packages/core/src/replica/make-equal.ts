import { differs } from "../agentfs/read-rows.ts";
import type { RowsToCompare } from "../agentfs/rows-to-compare.ts";
import { isAgentFs, isNeverSynced, sameSchemaSql } from "../agentfs/schema.ts";
import { rowidName } from "../agentfs/table-facts.ts";
import { SyncError } from "../errors.ts";
import { columnsOf, type Database, hasTable, quoteName, type SqlRow } from "./sqlite.ts";

const objects = (db: Database, schema: string, type: string) =>
  db
    .all(`SELECT name, tbl_name, sql FROM ${schema}.sqlite_schema WHERE type = ? AND sql IS NOT NULL`, type)
    .filter((row) => !isNeverSynced(String(row["name"])) && !isNeverSynced(String(row["tbl_name"])));

/** Turso writes a table's name in small letters where SQLite keeps it as it was given. */
const keyOf = (row: SqlRow) => String(row["name"]).toLowerCase();

/** What is no part of AgentFS and not as the remote has it goes; triggers always, which would fire: they are made again. */
function dropOthers(db: Database): void {
  for (const type of ["trigger", "view", "index", "table"]) {
    const wanted = new Map(objects(db, "base", type).map((row) => [keyOf(row), row["sql"]]));
    for (const row of objects(db, "main", type)) {
      const name = row["name"];
      const isWanted = type !== "trigger" && sameSchemaSql(wanted.get(keyOf(row)), row["sql"]);
      if (!isWanted && !isAgentFs(String(name))) db.exec(`DROP ${type} main.${quoteName(String(name))}`);
    }
  }
}

/**
 * Makes the rows of a working copy (`main`) those of an image (`base`), with the same numbers, within a transaction.
 * @throws SyncError `schema-conflict`
 */
export function makeEqual(db: Database, toCompare: RowsToCompare): void {
  dropOthers(db);
  const there = new Set(objects(db, "main", "table").map(keyOf));
  const tables = objects(db, "base", "table");
  for (const row of tables) if (!there.has(keyOf(row))) db.exec(String(row["sql"]));
  for (const { name } of tables) makeTableEqual(db, String(name), toCompare);
  for (const type of ["index", "view", "trigger"]) {
    const made = new Set(objects(db, "main", type).map(keyOf));
    for (const row of objects(db, "base", type)) if (!made.has(keyOf(row))) db.exec(String(row["sql"]));
  }
  raiseSequences(db);
  takeIdentity(db);
}

/** A working copy becomes an origin when it is pushed: it must name the remote that it now holds, not the one before. */
function takeIdentity(db: Database): void {
  if (!hasTable(db, "agentfs_sync_meta")) return;
  db.exec("DELETE FROM main.agentfs_sync_meta");
  if (hasTable(db, "agentfs_sync_meta", "base"))
    db.exec("INSERT INTO main.agentfs_sync_meta (key, value) SELECT key, value FROM base.agentfs_sync_meta");
}

/** First what differs goes, then what is missing comes: no moment at which two rows claim one UNIQUE value. */
function makeTableEqual(db: Database, table: string, toCompare: RowsToCompare): void {
  const name = quoteName(table);
  const columns = columnsOf(db, table, "base");
  const missing = columns.filter((column) => !columnsOf(db, table, "main").includes(column));
  if (missing.length > 0) {
    throw new SyncError(
      "schema-conflict",
      `The remote's table ${table} has the column ${missing.join(", ")}, which the working copy's has not.`,
      {
        hint: "Push or set aside what is in the working copy, move the file away, then pull again.",
      },
    );
  }
  const list = columns.map(quoteName).join(", ");
  // Content that no inode names is what others stage just now.
  const wanted =
    table === "fs_data"
      ? `(SELECT rowid AS rowid, ${list} FROM base.fs_data WHERE ino IN (SELECT ino FROM base.fs_inode))`
      : `base.${name}`;
  const rowid = rowidName(table, columns);
  db.exec(
    `DELETE FROM main.${name} AS m
     WHERE ${toCompare.have(table, "m", columns)} AND NOT EXISTS (SELECT 1 FROM ${wanted} AS b WHERE b.${rowid} = m.${rowid} AND NOT ${differs(columns, "m", "b")})`,
  );
  db.exec(
    `INSERT INTO main.${name} (${rowid}, ${list})
     SELECT b.${rowid}, ${list} FROM ${wanted} AS b WHERE ${toCompare.have(table, "b", columns)} AND b.${rowid} NOT IN (SELECT ${rowid} FROM main.${name})`,
  );
}

/** So that the next new row gets the number it would get on the remote, and an older copy put back is recognised. */
function raiseSequences(db: Database): void {
  const has = (schema: string) => db.get(`SELECT 1 FROM ${schema}.sqlite_schema WHERE name = 'sqlite_sequence'`) !== undefined;
  if (!has("main") || !has("base")) return;
  db.exec(`UPDATE main.sqlite_sequence AS m SET seq = max(m.seq, b.seq) FROM base.sqlite_sequence AS b
    WHERE b.name = m.name COLLATE NOCASE`);
  db.exec(`INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM base.sqlite_sequence AS b
    WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_sequence AS m WHERE m.name = b.name COLLATE NOCASE)
    AND EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = b.name)`);
}
