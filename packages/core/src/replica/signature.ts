import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import * as z from "zod/mini";
import { nullIfAbsent, READ_AT_ONCE } from "./files.ts";
import { FRAME_HEADER_BYTES, SALT_BYTES, SALT_IN_FRAME, SALT_IN_HEADER, WAL_HEADER_BYTES } from "./image/wal-format.ts";

/**
 * What a SQLite database's files look like from outside; equal at two moments means that no commit came in between. In rollback mode a
 * commit raises the change counter in the header. In WAL mode it writes frames, but not always behind the last byte: after a
 * checkpoint the WAL is written anew from its start, in a file that keeps its length. So the newest frame counts, whose checksum runs
 * over all frames before it (https://www.sqlite.org/fileformat2.html#walformat).
 */
export interface Signature {
  readonly sizeBytes: string;
  readonly mtimeNs: string;
  /** Header bytes 16–31 in hex: page size, formats, change counter, size in pages. */
  readonly header: string;
  /** The WAL's header in hex, or null if it is absent or empty. */
  readonly wal: string | null;
  /** How many frames carry the header's salt, and the header of the last one in hex. */
  readonly walFrameCount: number;
  readonly walLastFrame: string;
  /** Frames of a transaction that was rolled back may stay the last ones while a commit is written over the first of them. */
  readonly walMtimeNs: string;
  /** Size and mtime (ns) of a rollback journal that holds something: a transaction is under way or was cut short. Null: none. */
  readonly hotJournal: readonly [sizeBytes: string, mtimeNs: string] | null;
}

export const signatureSchema = z.object({
  sizeBytes: z.string(),
  mtimeNs: z.string(),
  header: z.string(),
  wal: z.nullable(z.string()),
  walFrameCount: z.number(),
  walLastFrame: z.string(),
  walMtimeNs: z.string(),
  hotJournal: z.nullable(z.tuple([z.string(), z.string()])),
});

const PARTS = Object.keys(signatureSchema.shape) as readonly (keyof Signature)[];

/**
 * Null if there is no such database.
 * @param held the database file, where this process has locks on it: to open it and close it again would drop them
 */
export async function readSignature(path: string, held?: FileHandle): Promise<Signature | null> {
  const database = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (database === undefined) return null;
  const header = held === undefined ? hexAt(path, 16, 16) : bytesAt(held.fd, 16, 16).toString("hex");
  const hotJournal = readHotJournal(path);
  const file = { sizeBytes: String(database.size), mtimeNs: String(database.mtimeNs), header, hotJournal };
  return { ...file, ...(withFile(`${path}-wal`, readWal) ?? NO_WAL) };
}

const NO_WAL = { wal: null, walFrameCount: 0, walLastFrame: "", walMtimeNs: "0" };

function readWal(fd: number): Pick<Signature, keyof typeof NO_WAL> {
  const header = bytesAt(fd, 0, WAL_HEADER_BYTES);
  if (header.length < WAL_HEADER_BYTES) return NO_WAL;
  const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
  const salt = header.subarray(SALT_IN_HEADER, SALT_IN_HEADER + SALT_BYTES);
  const frame = (index: number) => bytesAt(fd, WAL_HEADER_BYTES + index * frameBytes, FRAME_HEADER_BYTES);
  const isCurrent = (bytes: Buffer) => bytes.subarray(SALT_IN_FRAME, SALT_IN_FRAME + SALT_BYTES).equals(salt);
  // Frames with the header's salt come first, what is left of an earlier round after them: the border is found by halving.
  let count = 0;
  const { size, mtimeNs } = fstatSync(fd, { bigint: true });
  let end = Math.floor((Number(size) - WAL_HEADER_BYTES) / frameBytes);
  while (count < end) {
    const middle = Math.floor((count + end) / 2);
    if (isCurrent(frame(middle))) count = middle + 1;
    else end = middle;
  }
  return {
    wal: header.toString("hex"),
    walFrameCount: count,
    walLastFrame: count === 0 ? "" : frame(count - 1).toString("hex"),
    walMtimeNs: String(mtimeNs),
  };
}

/** Part by part: one that was kept in a file comes back with its parts in another order. */
export function sameSignature(a: Signature | null, b: Signature | null): boolean {
  if (a === null || b === null) return a === b;
  return PARTS.every((part) => JSON.stringify(a[part]) === JSON.stringify(b[part]));
}

function readHotJournal(path: string): Signature["hotJournal"] {
  const journal = statSync(`${path}-journal`, { bigint: true, throwIfNoEntry: false });
  if (journal === undefined || !/[1-9a-f]/.test(hexAt(`${path}-journal`, 0, 8))) return null;
  return [String(journal.size), String(journal.mtimeNs)];
}

/** When anything was last written to the files. What others write at that very moment may not be told from it. */
export function newestNs({ mtimeNs, walMtimeNs, hotJournal }: Signature): bigint {
  return latest(mtimeNs, walMtimeNs, hotJournal?.[1] ?? "0");
}

const latest = (...timesNs: readonly string[]) => timesNs.map(BigInt).reduce((a, b) => (a > b ? a : b));

const HALF_WAY_AGE_MS = 1000;

/**
 * Whether the files may be copied now. While a journal is hot they are written to in an order that a copy could cut through, unless
 * nothing has been written for a while: then the writer is dead or waits, and what SQLite rolls back in the copy is what it would roll
 * back here.
 */
export function isCopyable({ mtimeNs, hotJournal }: Signature): boolean {
  if (hotJournal === null) return true;
  return Date.now() - Number(latest(mtimeNs, hotJournal[1]) / 1_000_000n) > HALF_WAY_AGE_MS;
}

function hexAt(path: string, position: number, length: number): string {
  return withFile(path, (fd) => bytesAt(fd, position, length).toString("hex")) ?? "";
}

/** Null if the file is not there. */
function withFile<T>(path: string, read: (fd: number) => T): T | null {
  let fd: number;
  try {
    fd = openSync(path, READ_AT_ONCE);
  } catch (error) {
    return nullIfAbsent(error as NodeJS.ErrnoException);
  }
  try {
    return read(fd);
  } finally {
    closeSync(fd);
  }
}

function bytesAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}
