import { open, rm } from "node:fs/promises";
import { LOCAL_TABLE } from "../agentfs/schema.ts";
import { SyncError } from "../errors.ts";
import type { Deadline } from "../remote/deadline.ts";
import { waitForNextTick } from "./clock-tick.ts";
import { cloneFile, isRegularFile, temporaryPath } from "./files.ts";
import { removeImage } from "./image/image.ts";
import { layDifference } from "./image/layer.ts";
import { isLayered } from "./image/names.ts";
import { PageSource } from "./image/page-source.ts";
import type { AgentPaths } from "./paths.ts";
import { isCopyable, newestNs, readSignature, type Signature, sameSignature } from "./signature.ts";
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
 * @param prior an image that the working copy has most pages in common with, which then are not copied
 * @throws SyncError `not-a-database`, `working-copy-torn` (writes never paused before the deadline), `file-system`
 */
export async function takeSnapshot(paths: AgentPaths, deadline: Deadline, prior: string | null = null): Promise<Snapshot | null> {
  if (!(await isRegularFile(paths.workingCopy))) return null;
  await checkFile(paths.workingCopy);
  const path = await temporaryPath(paths, "snapshot");
  for (;;) {
    const signature = await copyOnce(paths, path, prior);
    if (signature !== null) return { path, signature, originId: intoImage(paths.workingCopy, path) };
    await removeImage(path);
    for (const suffix of BESIDE) await rm(path + suffix, { force: true });
    if (deadline.leftMs < PAUSE_MS) {
      throw new SyncError(
        "working-copy-torn",
        `${paths.workingCopy} was written to without a pause; no moment was found to copy it.`,
      );
    }
    await deadline.sleep(PAUSE_MS, "the copy of the working copy");
  }
}

const BESIDE = ["-wal", "-journal"];

/** Removes a snapshot that is not needed any more. */
export async function dropSnapshot(snapshot: Snapshot): Promise<void> {
  await removeImage(snapshot.path);
}

async function copyOnce(paths: AgentPaths, destination: string, prior: string | null): Promise<Signature | null> {
  const source = paths.workingCopy;
  const before = await readSignature(source);
  if (before === null || !isCopyable(before)) return null;
  // What is written from here on shows in the signature: nothing is taken for a part of the copy that is not.
  await waitForNextTick(paths, newestNs(before));
  // What a journal rolls back, SQLite does in a copy.
  const isLaid = prior !== null && before.hotJournal === null && (await layCopy(source, prior, destination));
  if (!isLaid && !(await copyAll(source, destination, before))) return null;
  return sameSignature(before, await readSignature(source)) ? before : null;
}

async function layCopy(source: string, prior: string, destination: string): Promise<boolean> {
  using pages = PageSource.ofDatabase(source);
  return pages !== null && (await layDifference(pages, prior, destination));
}

async function copyAll(source: string, destination: string, { wal, hotJournal }: Signature): Promise<boolean> {
  await cloneFile(source, destination);
  const beside = [...(wal === null ? [] : ["-wal"]), ...(hotJournal === null ? [] : ["-journal"])];
  for (const suffix of beside) if (!(await cloneIfThere(source + suffix, destination + suffix))) return false;
  return true;
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

/** Makes one file of a copy with its WAL or journal, and reads which origin it names. */
function intoImage(source: string, path: string): string | null {
  try {
    if (isLayered(path)) {
      using db = Database.openImmutable(path);
      return originIdIn(db);
    }
    using db = Database.openWritable(path);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.exec("PRAGMA journal_mode = DELETE");
    return originIdIn(db);
  } catch (error) {
    if (error instanceof SyncError) {
      throw new SyncError(error.code, error.message.replace(path, source), { cause: error });
    }
    throw error;
  }
}

function originIdIn(db: Database): string | null {
  if (!hasTable(db, LOCAL_TABLE)) return null;
  const row = db.get(`SELECT value FROM ${LOCAL_TABLE} WHERE key = 'origin'`);
  return row === undefined ? null : String(row["value"]);
}
