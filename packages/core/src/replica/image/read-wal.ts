import { fstatSync, readSync } from "node:fs";
import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import {
  FRAME_BYTES,
  FRAME_HEADER_BYTES,
  MAGIC,
  SALT_BYTES,
  SALT_IN_FRAME,
  SALT_IN_HEADER,
  SUM_IN_FRAME,
  SUM_IN_HEADER,
  SUMMED_IN_FRAME,
  SUMMED_IN_HEADER,
  WAL_HEADER_BYTES,
  WalChecksum,
} from "./wal-format.ts";

/** Where a WAL holds the newest committed content of which page. */
export interface WalIndex {
  /** Size of the database in pages; null if nothing is committed in it. */
  readonly pageCount: number | null;
  /** By page, counted from 0: the position of its content in the file. */
  readonly positions: ReadonlyMap<number, number>;
  /** Nothing stands behind the last commit. */
  readonly endsThere: boolean;
}

const EMPTY: WalIndex = { pageCount: null, positions: new Map(), endsThere: true };
const FRAMES_A_READ = 64;

/** Reads a WAL as SQLite does when it recovers one. Null if its pages have another size than ours. */
export function readWalIndex(fd: number): WalIndex | null {
  const header = Buffer.alloc(WAL_HEADER_BYTES);
  if (readSync(fd, header, 0, WAL_HEADER_BYTES, 0) < WAL_HEADER_BYTES) return EMPTY;
  const magic = header.readUInt32BE(0);
  const sum = new WalChecksum((magic & 1) === 0);
  sum.add(header.subarray(0, SUMMED_IN_HEADER));
  if (magic >>> 1 !== MAGIC >>> 1 || !sum.stands(header, SUM_IN_HEADER)) return EMPTY;
  if (header.readUInt32BE(8) !== PAGE_SIZE_BYTES) return null;
  const salt = header.subarray(SALT_IN_HEADER, SALT_IN_HEADER + SALT_BYTES);
  const positions = new Map<number, number>();
  const uncommitted = new Map<number, number>();
  const frames = Math.ceil((fstatSync(fd).size - WAL_HEADER_BYTES) / FRAME_BYTES);
  const buffer = Buffer.alloc(Math.min(Math.max(1, frames), FRAMES_A_READ) * FRAME_BYTES);
  let pageCount: number | null = null;
  for (let at = WAL_HEADER_BYTES; ; at += buffer.length) {
    const length = readSync(fd, buffer, 0, buffer.length, at);
    for (let from = 0; from + FRAME_BYTES <= length; from += FRAME_BYTES) {
      const frame = buffer.subarray(from, from + FRAME_BYTES);
      sum.add(frame.subarray(0, SUMMED_IN_FRAME));
      sum.add(frame.subarray(FRAME_HEADER_BYTES));
      const page = frame.readUInt32BE(0);
      const isSalted = frame.subarray(SALT_IN_FRAME, SALT_IN_FRAME + SALT_BYTES).equals(salt);
      if (page === 0 || !isSalted || !sum.stands(frame, SUM_IN_FRAME)) return { pageCount, positions, endsThere: false };
      uncommitted.set(page - 1, at + from + FRAME_HEADER_BYTES);
      const committed = frame.readUInt32BE(4);
      if (committed === 0) continue;
      pageCount = committed;
      for (const [page, position] of uncommitted) positions.set(page, position);
      uncommitted.clear();
    }
    if (length < buffer.length) return { pageCount, positions, endsThere: uncommitted.size === 0 && length % FRAME_BYTES === 0 };
  }
}
