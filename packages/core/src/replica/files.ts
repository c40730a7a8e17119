import { createHash } from "node:crypto";
import { closeSync, constants, fsync, lstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { copyFile, type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { SyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import type { AgentPaths } from "./paths.ts";

/*
 * What is done with a name, or a small file, is done at once: to give it to another thread and to wait for it takes longer than to do it.
 * What the disk has to be waited for (fsync), and large files, are not.
 */

/** As "r"; but what somebody has put a pipe in the place of is empty or an error, and nobody waits for its other end (Windows has none). */
export const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Null if the file is not there. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return readFileSync(path, { flag: READ_AT_ONCE });
  } catch (error) {
    return nullIfAbsent(error as NodeJS.ErrnoException);
  }
}

export async function isThere(path: string): Promise<boolean> {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** False if nothing is there. @throws SyncError `file-system` for a directory, or a link: those are not followed */
export async function isRegularFile(path: string): Promise<boolean> {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info === undefined || info.isFile()) return info !== undefined;
  const what = info.isSymbolicLink() ? "a symbolic link, which is not followed" : "not a regular file";
  throw new SyncError("file-system", `${path} is ${what}.`, {
    hint: "Put the database itself in its place, then run the command again.",
  });
}

export function nullIfAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** A fresh name in our folder for half-made files; on the same file system as its destination, so that a rename is atomic. */
export async function temporaryPath(paths: AgentPaths, name: string): Promise<string> {
  mkdirSync(paths.temporary, { recursive: true });
  return join(paths.temporary, `${name}.${randomUuid()}`);
}

/** Flushes a file or folder to the disk. */
export async function flush(path: string): Promise<void> {
  const file = openSync(path, "r");
  try {
    await promisify(fsync)(file);
  } finally {
    closeSync(file);
  }
}

/** Puts a finished temporary file in its place so that after a crash either the old or the new one is there, whole. */
export async function publishFile(temporary: string, destination: string): Promise<void> {
  await flush(temporary);
  mkdirSync(dirname(destination), { recursive: true });
  renameSync(temporary, destination);
  await flush(dirname(destination));
}

/** The same where nothing may be there yet: what somebody else made meanwhile is not replaced. False then. */
export async function publishNewFile(temporary: string, destination: string): Promise<boolean> {
  await flush(temporary);
  mkdirSync(dirname(destination), { recursive: true });
  try {
    await linkOrClone(temporary, destination);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  await rm(temporary);
  await flush(dirname(destination));
  return true;
}

/**
 * Puts a file into a folder that a CI keeps: written beside its place, and moved there when it is whole. What a run that was killed has
 * half written goes first.
 */
export async function putWhole(destination: string, write: (half: string) => Promise<unknown>): Promise<void> {
  await mkdir(dirname(destination), { recursive: true });
  const half = `${destination}.part`;
  await rm(half, { force: true });
  await write(half);
  await rename(half, destination);
}

/** Writes a file by temp, fsync, rename. JSON keeps bigint as decimal text. */
export async function writeJson(paths: AgentPaths, destination: string, value: unknown): Promise<void> {
  const temporary = await temporaryPath(paths, basename(destination));
  const text = `${JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part), 1)}\n`;
  writeFileSync(temporary, text, { flag: "wx", mode: 0o600 });
  await publishFile(temporary, destination);
}

/** A clone where the file system can share blocks, a copy otherwise. */
export async function cloneFile(source: string, destination: string): Promise<void> {
  await copyFile(source, destination, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
}

/** Codes of `link` where a file cannot have a second name. */
export const NO_SECOND_NAME: ReadonlySet<string> = new Set(["EPERM", "EXDEV", "ENOTSUP", "EMLINK", "ENOSYS"]);

/** The same file under a second name: for files that are never changed, only replaced. */
export async function linkOrClone(source: string, destination: string): Promise<void> {
  try {
    await link(source, destination);
  } catch (error) {
    if (!NO_SECOND_NAME.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await cloneFile(source, destination);
  }
}

/** So many bytes from there; fewer only at the end of the file. */
export async function readFully(handle: FileHandle, position: number, sizeBytes: number): Promise<Buffer> {
  return readInto(handle, position, Buffer.alloc(sizeBytes));
}

/** The same into a buffer that is there: as many bytes as it takes. */
export async function readInto(handle: FileHandle, position: number, buffer: Buffer): Promise<Buffer> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** All of it: a disk that fills up may take a part without an error, and says why at the rest. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let from = 0; from < bytes.length; )
    from += (await handle.write(bytes, from, bytes.length - from, position + from)).bytesWritten;
}

const PIECE_BYTES = 2 ** 20;

/** A file's bytes; each piece is good until the next one is asked for. */
export async function* readPieces(path: string): AsyncGenerator<Buffer> {
  await using handle = await open(path, "r");
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; ; at += PIECE_BYTES) {
    const piece = await readInto(handle, at, buffer);
    if (piece.length > 0) yield piece;
    if (piece.length < PIECE_BYTES) return;
  }
}

/** Takes size and SHA-256 (hex) of what comes by. */
export class Measure {
  readonly #hash = createHash("sha256");
  #sizeBytes = 0;

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#sizeBytes += piece.length;
  }

  get result(): { readonly sizeBytes: number; readonly sha256: string } {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.copy().digest("hex") };
  }
}

/** Size and SHA-256 (hex) of a file. */
export async function measureFile(path: string): Promise<Measure["result"]> {
  const measure = new Measure();
  for await (const piece of readPieces(path)) measure.add(piece);
  return measure.result;
}

/** Makes our folder and refuses to follow links in it: what a cache or an artifact unpacked may point anywhere. */
export async function prepareFolders(paths: AgentPaths): Promise<void> {
  mkdirSync(dirname(paths.folder), { recursive: true });
  // One by one: what is made below a link is made elsewhere.
  for (const folder of [paths.folder, dirname(paths.sync), paths.sync]) {
    const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (isLink) {
      throw new SyncError("file-system", `${folder} is a symbolic link, which is not followed.`, {
        hint: "Remove the link, then run the command again.",
      });
    }
    mkdirSync(folder, { recursive: true });
  }
}

/** Removes what a command that was cut short left behind; true if there was something. */
export async function removeLeftovers(paths: AgentPaths): Promise<boolean> {
  const had = await isThere(paths.temporary);
  if (had) await rm(paths.temporary, { recursive: true });
  return had;
}
