import { rename, rm } from "node:fs/promises";
import { differs } from "../agentfs/read-rows.ts";
import { isAgentFs, isNeverSynced, LOCAL_TABLE, LOCAL_TABLE_SQL, sameSchemaSql } from "../agentfs/schema.ts";
import { rowidName } from "../agentfs/table-facts.ts";
import { SyncError } from "../errors.ts";
import { cloneFile, isThere, publishNewFile, temporaryPath } from "./files.ts";
import type { AgentPaths } from "./paths.ts";
import { readSignature, type Signature, sameSignature } from "./signature.ts";
import { columnsOf, Database, hasTable, quoteName, type SqlRow } from "./sqlite.ts";

const BUSY_TIMEOUT_MS = 1000;

export interface CreatedWorkingCopy {
  readonly signature: Signature | null;
  /** What was moved out of its way: the WAL of a database that is gone. */
  readonly movedAside: string | null;
}

/**
 * Makes the working copy, where there is none, out of an origin's file.
 * @throws SyncError `working-copy-busy` if another program made one meanwhile
 */
export async function createWorkingCopy(paths: AgentPaths, file: string, originId: string): Promise<CreatedWorkingCopy> {
  const temporary = await temporaryPath(paths, "working-copy");
  await cloneFile(file, temporary);
  {
    using db = Database.openWritable(temporary);
    db.exec("BEGIN IMMEDIATE");
    // What others stage just now is no business of a job's.
    db.exec("DELETE FROM fs_data WHERE ino NOT IN (SELECT ino FROM fs_inode)");
    if (hasTable(db, "agentfs_sync_stage")) db.exec("DELETE FROM agentfs_sync_stage");
    storeOriginId(db, originId);
    db.exec("COMMIT");
  }
  // Read before anybody else can see the file; a rename keeps it.
  const signature = await readSignature(temporary);
  const isTaken = await isThere(paths.workingCopy);
  const movedAside = isTaken ? null : await moveSidecarsAside(paths.workingCopy);
  if (isTaken || !(await publishNewFile(temporary, paths.workingCopy))) {
    throw new SyncError("working-copy-busy", `Another program made ${paths.workingCopy} during the pull; it was left as it is.`);
  }
  return { signature, movedAside };
}

/** A WAL without its database would be played into the new one: it is kept under another name. */
async function moveSidecarsAside(workingCopy: string): Promise<string | null> {
  await rm(`${workingCopy}-shm`, { force: true });
  let moved: string | null = null;
  for (const suffix of ["-wal", "-journal"]) {
    if (!(await isThere(workingCopy + suffix))) continue;
    moved = `${workingCopy}.stale-${Date.now()}${suffix}`;
    await rename(workingCopy + suffix, moved);
  }
  return moved;
}

/**
 * Makes the working copy's rows equal to the origin's, in one transaction, provided nothing was written since `signature` was read.
 * Never a rename over it: a process that has it open would go on in a nameless file. False if something was written.
 * @throws SyncError `working-copy-busy`, `schema-conflict`
 */
export async function updateWorkingCopy(
  paths: AgentPaths,
  file: string,
  originId: string,
  signature: Signature,
): Promise<boolean> {
  using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS);
  db.attachImmutable(file, "base");
  db.exec("BEGIN IMMEDIATE");
  try {
    if (!sameSignature(await readSignature(paths.workingCopy), signature)) {
      db.exec("ROLLBACK");
      return false;
    }
    makeEqual(db);
    storeOriginId(db, originId);
    db.exec("COMMIT");
    return true;
  } catch (error) {
    db.rollBack();
    throw error;
  }
}

/** Lets SQLite undo what a writer that was killed has left half-way, as the next writer would. @throws SyncError `working-copy-busy` */
export function rollBackHalfWrite(paths: AgentPaths): void {
  using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS);
  db.exec("BEGIN IMMEDIATE");
  db.exec("ROLLBACK");
}

/** Lets a working copy that a user brought name its origin; its rows stay as they are. @throws SyncError `working-copy-busy` */
export function adoptWorkingCopy(paths: AgentPaths, originId: string): void {
  using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS);
  db.exec("BEGIN IMMEDIATE");
  storeOriginId(db, originId);
  db.exec("COMMIT");
}

function storeOriginId(db: Database, originId: string): void {
  db.exec(LOCAL_TABLE_SQL);
  db.run(
    `INSERT INTO ${LOCAL_TABLE} (key, value) VALUES ('origin', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    originId,
  );
}

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

function makeEqual(db: Database): void {
  dropOthers(db);
  const there = new Set(objects(db, "main", "table").map(keyOf));
  const tables = objects(db, "base", "table");
  for (const row of tables) if (!there.has(keyOf(row))) db.exec(String(row["sql"]));
  for (const { name } of tables) makeTableEqual(db, String(name));
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
function makeTableEqual(db: Database, table: string): void {
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
     WHERE NOT EXISTS (SELECT 1 FROM ${wanted} AS b WHERE b.${rowid} = m.${rowid} AND NOT ${differs(columns, "m", "b")})`,
  );
  db.exec(
    `INSERT INTO main.${name} (${rowid}, ${list})
     SELECT b.${rowid}, ${list} FROM ${wanted} AS b WHERE b.${rowid} NOT IN (SELECT ${rowid} FROM main.${name})`,
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
