import {
  FRAME_HEADER_BYTES,
  SALT_BYTES,
  SALT_IN_FRAME,
  SALT_IN_HEADER,
  WAL_HEADER_BYTES,
} from "../../replica/image/wal-format.ts";

/** Where the transactions of a WAL are, by its frames from 1 (https://www.sqlite.org/fileformat2.html#walformat). */
export interface WalTransaction {
  readonly lastFrame: number;
  /** The pages that it wrote, from 1. */
  readonly pages: readonly number[];
}

export interface Wal {
  /** Two words; null: there is no frame in it. */
  readonly salt: readonly [number, number] | null;
  readonly frameCount: number;
  /** What was committed; frames after the last commit count for nothing. */
  readonly transactions: readonly WalTransaction[];
}

export function readWal(bytes: Buffer): Wal {
  if (bytes.length < WAL_HEADER_BYTES) return { salt: null, frameCount: 0, transactions: [] };
  const frameBytes = FRAME_HEADER_BYTES + bytes.readUInt32BE(8);
  const salt = bytes.subarray(SALT_IN_HEADER, SALT_IN_HEADER + SALT_BYTES);
  const transactions: WalTransaction[] = [];
  let pages: number[] = [];
  let frameCount = 0;
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    // What is left of an earlier round carries another salt.
    if (!bytes.subarray(at + SALT_IN_FRAME, at + SALT_IN_FRAME + SALT_BYTES).equals(salt)) break;
    frameCount++;
    pages.push(bytes.readUInt32BE(at));
    const isCommit = bytes.readUInt32BE(at + 4) !== 0;
    if (!isCommit) continue;
    transactions.push({ lastFrame: frameCount, pages });
    pages = [];
  }
  return { salt: [salt.readUInt32BE(0), salt.readUInt32BE(4)], frameCount, transactions };
}
