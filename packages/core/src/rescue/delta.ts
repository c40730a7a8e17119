import { type FileHandle, open } from "node:fs/promises";
import { readFully, readInto } from "../replica/files.ts";

/*
 * One file in terms of another that shares most of its pages: 8 bytes with its size, then each block in which it differs, as 4 bytes with
 * the block's number and its bytes; the last block of the file may be shorter.
 */

const BLOCK_BYTES = 4096;
const SIZE_BYTES = 8;
const NUMBER_BYTES = 4;
const WINDOW_BLOCKS = 256;
const WINDOW_BYTES = WINDOW_BLOCKS * BLOCK_BYTES;

/**
 * What makes `target` of `base`, in pieces of a megabyte or less; each is good until the next one is asked for.
 * @param tell is given all of the target, piece by piece
 */
export async function* deltaOf(basePath: string, targetPath: string, tell: (piece: Buffer) => void): AsyncGenerator<Buffer> {
  await using base = await open(basePath, "r");
  await using target = await open(targetPath, "r");
  const { size } = await target.stat();
  const head = Buffer.alloc(SIZE_BYTES);
  head.writeBigUInt64BE(BigInt(size));
  yield head;
  const [old, current] = [Buffer.allocUnsafe(WINDOW_BYTES), Buffer.allocUnsafe(WINDOW_BYTES)];
  const records = Buffer.allocUnsafe(WINDOW_BLOCKS * (NUMBER_BYTES + BLOCK_BYTES));
  for (let at = 0; at < size; at += WINDOW_BYTES) {
    const [before, after] = [await readInto(base, at, old), await readInto(target, at, current)];
    tell(after);
    const length = changedBlocks(before, after, at / BLOCK_BYTES, records);
    if (length > 0) yield records.subarray(0, length);
  }
}

/** Writes the blocks that differ, each with its number, and says how many bytes that took. */
function changedBlocks(before: Buffer, after: Buffer, first: number, records: Buffer): number {
  let length = 0;
  for (let at = 0; at < after.length; at += BLOCK_BYTES) {
    const end = Math.min(at + BLOCK_BYTES, after.length);
    if (end <= before.length && after.compare(before, at, end, at, end) === 0) continue;
    length = records.writeUInt32BE(first + at / BLOCK_BYTES, length);
    length += after.copy(records, length, at, end);
  }
  return length;
}

/**
 * Makes a file, a copy of the base, what the delta says.
 * @param expectedBytes the size that it must come to
 * @returns null, or what is wrong with the delta
 */
export async function applyDelta(copyPath: string, deltaPath: string, expectedBytes: number): Promise<string | null> {
  await using copy = await open(copyPath, "r+");
  await using delta = await open(deltaPath, "r");
  const head = await readFully(delta, 0, SIZE_BYTES);
  const size = head.length < SIZE_BYTES ? null : Number(head.readBigUInt64BE());
  if (size !== expectedBytes) return "its snapshot has another size than its header says";
  await copy.truncate(size);
  return await applyBlocks(copy, delta, size);
}

async function applyBlocks(copy: FileHandle, delta: FileHandle, size: number): Promise<string | null> {
  for (let at = SIZE_BYTES, last = -1; ; ) {
    const record = await readFully(delta, at, NUMBER_BYTES + BLOCK_BYTES);
    if (record.length === 0) return null;
    const number = record.length < NUMBER_BYTES ? -1 : record.readUInt32BE();
    const from = number * BLOCK_BYTES;
    const length = Math.min(BLOCK_BYTES, size - from);
    if (number <= last || length <= 0 || record.length < NUMBER_BYTES + length)
      return "the pages of its snapshot are not in order";
    await copy.write(record, NUMBER_BYTES, length, from);
    at += NUMBER_BYTES + length;
    last = number;
  }
}
