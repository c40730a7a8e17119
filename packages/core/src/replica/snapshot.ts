import { open, rm } from "node:fs/promises";
import { LOCAL_TABLE } from "../agentfs/schema.ts";
import { SyncError } from "../errors.ts";
import type { Deadline } from "../remote/deadline.ts";
import { cloneFile, isRegularFile, temporaryPath } from "./files.ts";
import type { AgentPaths } from "./paths.ts";
import { isCopyable, readSignature, type Signature, sameSignature } from "./signature.ts";
import { Database, hasTable } from "./sqlite.ts";

/** A private copy of the working copy in one file, made without opening, locking or writing the working copy. */
export interface Snapshot {
  readonly path: string;
  readonly signature: Signature;
  /** The origin that the working copy names, if any. */
  readonly originId: string | null;
}

const PAUSE_MS = 20;

/**
 * Copies the database and its WAL until nothing changed while it copied. Null if there is no working copy.
 * @throws SyncError `not-a-database`, `working-copy-torn` (writes never paused before the deadline), `file-system`
 */
export async function takeSnapshot(paths: AgentPaths, deadline: Deadline): Promise<Snapshot | null> {
  if (!(await isRegularFile(paths.workingCopy))) return null;
  await checkFile(paths.workingCopy);
  const path = await temporaryPath(paths, "snapshot");
  for (;;) {
    const signature = await copyOnce(paths.workingCopy, path);
    if (signature !== null) return { path, signature, originId: intoOneFile(paths.workingCopy, path) };
    for (const suffix of ["", "-wal", "-journal"]) await rm(path + suffix, { force: true });
    if (deadline.leftMs < PAUSE_MS) {
      throw new SyncError(
        "working-copy-torn",
        `${paths.workingCopy} was written to without a pause; no moment was found to copy it.`,
      );
    }
    await deadline.sleep(PAUSE_MS, "the copy of the working copy");
  }
}

/** Removes a snapshot that is not needed any more. */
export async function dropSnapshot(snapshot: Snapshot): Promise<void> {
  await rm(snapshot.path, { force: true });
}

async function copyOnce(source: string, destination: string): Promise<Signature | null> {
  const before = await readSignature(source);
  if (before === null || !isCopyable(before)) return null;
  await cloneFile(source, destination);
  const beside = [...(before.wal === null ? [] : ["-wal"]), ...(before.hotJournal === null ? [] : ["-journal"])];
  for (const suffix of beside) if (!(await cloneIfThere(source + suffix, destination + suffix))) return null;
  return sameSignature(before, await readSignature(source)) ? before : null;
}

async function cloneIfThere(source: string, destination: string): Promise<boolean> {
  try {
    await cloneFile(source, destination);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function checkFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    if (bytesRead > 0 && buffer.toString("latin1") !== "SQLite format 3\0") {
      throw new SyncError("not-a-database", `${path} is not a SQLite database (or it is encrypted).`);
    }
  } finally {
    await handle.close();
  }
}

function intoOneFile(source: string, path: string): string | null {
  try {
    using db = Database.openWritable(path);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.exec("PRAGMA journal_mode = DELETE");
    if (!hasTable(db, LOCAL_TABLE)) return null;
    const row = db.get(`SELECT value FROM ${LOCAL_TABLE} WHERE key = 'origin'`);
    return row === undefined ? null : String(row["value"]);
  } catch (error) {
    if (error instanceof SyncError) {
      throw new SyncError(error.code, error.message.replace(path, source), { cause: error });
    }
    throw error;
  }
}
