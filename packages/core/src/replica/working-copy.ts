import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { RowsToCompare } from "../agentfs/rows-to-compare.ts";
import { LOCAL_TABLE, LOCAL_TABLE_SQL } from "../agentfs/schema.ts";
import { SyncError } from "../errors.ts";
import { changedRows } from "./btree/changed-rows.ts";
import { waitForNextTick } from "./clock-tick.ts";
import { isThere, publishNewFile, temporaryPath } from "./files.ts";
import { copyImage } from "./image/image.ts";
import { makeEqual } from "./make-equal.ts";
import type { Origin } from "./origin.ts";
import type { AgentPaths } from "./paths.ts";
import { newestNs, readSignature, type Signature, sameSignature } from "./signature.ts";
import { Database, hasTable } from "./sqlite.ts";

const BUSY_TIMEOUT_MS = 1000;

export interface CreatedWorkingCopy extends Written {
  /** What was moved out of its way: the WAL of a database that is gone. */
  readonly movedAside: string | null;
}

/**
 * Makes the working copy, where there is none, out of an origin's image.
 * @param twin where a copy of it may be already, which is taken
 * @throws SyncError `working-copy-busy` if another program made one meanwhile
 */
export async function createWorkingCopy(
  paths: AgentPaths,
  image: string,
  originId: string,
  twin?: string,
): Promise<CreatedWorkingCopy> {
  const isThereAlready = twin !== undefined && (await isThere(twin));
  const temporary = isThereAlready ? twin : await temporaryPath(paths, "working-copy");
  if (!isThereAlready) await copyImage(image, temporary);
  const hasSameRows = toWorkingCopy(temporary, originId);
  // Read before anybody else can see the file; a rename keeps it. What others write then gets another time.
  const signature = await readSignature(temporary);
  if (signature !== null) await waitForNextTick(paths, newestNs(signature));
  const isTaken = await isThere(paths.workingCopy);
  const movedAside = isTaken ? null : await moveSidecarsAside(paths.workingCopy);
  if (isTaken || !(await publishNewFile(temporary, paths.workingCopy))) {
    throw new SyncError("working-copy-busy", `Another program made ${paths.workingCopy} during the pull; it was left as it is.`);
  }
  return { signature, hasSameRows, movedAside };
}

function toWorkingCopy(path: string, originId: string): boolean {
  using db = Database.openWritable(path);
  db.exec("BEGIN IMMEDIATE");
  // What others stage just now is no business of a job's.
  let leftOut = hasStagedContent(db, "main") ? db.run("DELETE FROM fs_data WHERE ino NOT IN (SELECT ino FROM fs_inode)") : 0;
  if (hasTable(db, "agentfs_sync_stage")) leftOut += db.run("DELETE FROM agentfs_sync_stage");
  storeOriginId(db, originId);
  db.exec("COMMIT");
  return leftOut === 0;
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

/** What is known of a working copy that was just written. */
export interface Written {
  /** Null: others have it open, and may have written as well. */
  readonly signature: Signature | null;
  /** It has the image's rows under the same numbers, and no row was left out. */
  readonly hasSameRows: boolean;
}

/**
 * Makes the working copy's rows equal to the origin's, in one transaction, provided nothing was written since `signature` was read.
 * Never a rename over it: a process that has it open would go on in a nameless file. Null if something was written.
 * @param image one that has the working copy's very rows: only those are looked at that may differ from it. Null: all are
 * @throws SyncError `working-copy-busy`, `schema-conflict`
 */
export async function updateWorkingCopy(
  paths: AgentPaths,
  { id, path }: Pick<Origin, "id" | "path">,
  signature: Signature,
  image: string | null,
): Promise<Written | null> {
  const changed = image === null ? null : changedRows(image, path);
  // Open for as long as the database is: to close any descriptor of a file drops the locks that this process has on it.
  await using held = await open(paths.workingCopy, "r");
  using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS);
  db.attachImmutable(path, "base");
  const isAlone = beginAlone(db);
  if (!isAlone) db.exec("BEGIN IMMEDIATE");
  try {
    if (!sameSignature(await readSignature(paths.workingCopy, held), signature)) {
      db.exec("ROLLBACK");
      return null;
    }
    // What is left out may be in the image, as when only its inode is gone: then the pages tell too little.
    const hasSameRows = !hasStagedContent(db, "base");
    makeEqual(db, new RowsToCompare(db, hasSameRows ? changed : null));
    storeOriginId(db, id);
    db.exec("COMMIT");
    return { signature: isAlone ? await signatureOfAlone(db, paths, held) : null, hasSameRows };
  } catch (error) {
    db.rollBack();
    throw error;
  }
}

/** Begins a transaction that lets nobody else in until the database is closed; false, and none begun, if somebody has it open. */
function beginAlone(db: Database): boolean {
  db.exec("PRAGMA busy_timeout = 0; PRAGMA main.locking_mode = EXCLUSIVE");
  try {
    db.exec("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    if (!(error instanceof SyncError && error.code === "working-copy-busy")) throw error;
    db.exec("PRAGMA main.locking_mode = NORMAL");
    return false;
  } finally {
    // Readers that come and go are waited for when the transaction ends.
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/** Of what was just written: nobody else can have written meanwhile, and to close the database changes nothing any more. */
async function signatureOfAlone(db: Database, paths: AgentPaths, held: FileHandle): Promise<Signature | null> {
  db.exec("PRAGMA main.wal_checkpoint(TRUNCATE)");
  const signature = await readSignature(paths.workingCopy, held);
  // In WAL mode only the time of the file may tell that somebody has written and closed it: not yet at the same one.
  if (signature !== null) await waitForNextTick(paths, newestNs(signature));
  db.exec("PRAGMA main.locking_mode = NORMAL");
  // It would leave the journal there, emptied; to change what becomes of journals removes it.
  if (db.get("PRAGMA main.journal_mode")?.["journal_mode"] === "delete")
    db.exec("PRAGMA main.journal_mode = PERSIST; PRAGMA main.journal_mode = DELETE");
  return signature;
}

/** Content without an inode, which is left out; looked for from number to number, not from row to row. */
function hasStagedContent(db: Database, schema: string): boolean {
  const next = (after: string) => `SELECT min(ino) FROM ${schema}.fs_data ${after}`;
  const inos = `WITH RECURSIVE d (ino) AS (${next("")} UNION ALL SELECT (${next("WHERE ino > d.ino")}) FROM d WHERE ino IS NOT NULL)`;
  return db.get(`${inos} SELECT 1 FROM d WHERE ino NOT IN (SELECT ino FROM ${schema}.fs_inode)`) !== undefined;
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
