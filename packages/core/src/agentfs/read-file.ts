import type { SqlValue } from "../remote/value.ts";
import type { Database } from "../replica/sqlite.ts";
import { hasTable } from "../replica/sqlite.ts";
import type { FileKind, FileState } from "../report/types.ts";
import { CHUNK_SIZE } from "./inode-rules.ts";
import { isDirectory, isRegular, isSymlink } from "./schema.ts";

/** What an inode is, for a person to read. */
export interface ReadFile extends FileState {
  readonly kind: FileKind;
  /** The content of a small text file, or a symbolic link's short target; null for anything else. */
  readonly text: string | null;
}

export const LONGEST_TEXT_BYTES = 65_536;

/** Null if there is no such inode. */
export function readFile(db: Database, ino: bigint): ReadFile | null {
  const row = db.get("SELECT mode, size FROM fs_inode WHERE ino = ?", ino);
  if (row === undefined) return null;
  const mode = row["mode"] as bigint;
  const sizeBytes = sizeOf(row["size"]);
  const state = { mode: mode.toString(8).padStart(6, "0"), sizeBytes };
  if (isDirectory(mode)) return { ...state, kind: "directory", text: null };
  if (isSymlink(mode)) return { ...state, kind: "symlink", text: targetOf(db, ino) };
  if (!isRegular(mode)) return { ...state, kind: "other", text: null };
  return { ...state, kind: "file", text: sizeBytes > LONGEST_TEXT_BYTES ? null : asText(contentOf(db, ino, sizeBytes)) };
}

/** A size that no file can have, which anybody can write, must not keep all that was changed out of a report. */
function sizeOf(size: SqlValue | undefined): number {
  return typeof size === "bigint" && size > 0n ? Math.min(Number(size), Number.MAX_SAFE_INTEGER) : 0;
}

function targetOf(db: Database, ino: bigint): string | null {
  const row = hasTable(db, "fs_symlink") ? db.get("SELECT target FROM fs_symlink WHERE ino = ?", ino) : undefined;
  const target = row === undefined ? null : String(row["target"]);
  return target !== null && Buffer.byteLength(target) > LONGEST_TEXT_BYTES ? null : target;
}

/** Holes read as zeros. */
function contentOf(db: Database, ino: bigint, sizeBytes: number): Buffer {
  const content = Buffer.alloc(sizeBytes);
  const places = `SELECT chunk_index * ${CHUNK_SIZE} AS start, data FROM fs_data WHERE ino = ? AND chunk_index >= 0 ORDER BY chunk_index`;
  for (const { start, data } of db.iterate(places, ino)) {
    const bytes = data instanceof Uint8Array ? data : Buffer.from(String(data));
    Buffer.from(bytes).copy(content, Math.min(Number(start), sizeBytes));
  }
  return content;
}

function asText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // No UTF-8: bytes have no lines to compare.
    return null;
  }
}
