import { open, stat } from "node:fs/promises";
import { z } from "zod";

/**
 * What a SQLite database's files look like from outside; equal before and after a read means that no commit came in between:
 * a commit lengthens the WAL or gives it another salt (WAL mode), or raises the change counter in the header (rollback mode).
 */
export interface Signature {
  readonly sizeBytes: string;
  readonly mtimeNs: string;
  /** Header bytes 16–31 in hex: page size, formats, change counter, size in pages. */
  readonly header: string;
  /** The WAL's header in hex (its salt is in it), or null. */
  readonly wal: string | null;
  readonly walSizeBytes: string;
}

export const signatureSchema = z.object({
  sizeBytes: z.string(),
  mtimeNs: z.string(),
  header: z.string(),
  wal: z.string().nullable(),
  walSizeBytes: z.string(),
});

const WAL_HEADER_BYTES = 32;

/** Null if there is no such database. */
export async function readSignature(path: string): Promise<Signature | null> {
  const database = await stat(path, { bigint: true }).catch(absent);
  if (database === null) return null;
  const wal = await stat(`${path}-wal`, { bigint: true }).catch(absent);
  return {
    sizeBytes: String(database.size),
    mtimeNs: String(database.mtimeNs),
    header: await hexAt(path, 16, 16),
    wal: wal === null || wal.size === 0n ? null : await hexAt(`${path}-wal`, 0, WAL_HEADER_BYTES),
    walSizeBytes: String(wal?.size ?? 0n),
  };
}

export function sameSignature(a: Signature | null, b: Signature | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** True if a rollback journal is there that holds something: a transaction is under way, or one was cut short. */
export async function hasHotJournal(path: string): Promise<boolean> {
  const head = await hexAt(`${path}-journal`, 0, 8);
  return /[1-9a-f]/.test(head);
}

async function hexAt(path: string, position: number, length: number): Promise<string> {
  const handle = await open(path, "r").catch(absent);
  if (handle === null) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead).toString("hex");
  } finally {
    await handle.close();
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
