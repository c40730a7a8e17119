import { type FileHandle, open } from "node:fs/promises";
import { readFully } from "../replica/files.ts";

/*
 * One file in terms of another that shares most of its pages: 8 bytes with its size, then each block in which it differs, as 4 bytes with
 * the block's number and its bytes; the last block of the file may be shorter.
 */

const BLOCK_BYTES = 4096;
const SIZE_BYTES = 8;
const NUMBER_BYTES = 4;
const WINDOW_BYTES = 256 * BLOCK_BYTES;

/** Writes what makes `target` of `base`. */
export async function writeDelta(basePath: string, targetPath: string, deltaPath: string): Promise<void> {
  await using base = await open(basePath, "r");
  await using target = await open(targetPath, "r");
  await using delta = await open(deltaPath, "wx", 0o600);
  const { size } = await target.stat();
  const head = Buffer.alloc(SIZE_BYTES);
  head.writeBigUInt64BE(BigInt(size));
  await delta.appendFile(head);
  for (let at = 0; at < size; at += WINDOW_BYTES) {
    const [before, after] = [await readFully(base, at, WINDOW_BYTES), await readFully(target, at, WINDOW_BYTES)];
    await delta.appendFile(Buffer.concat([...changedBlocks(before, after, at / BLOCK_BYTES)]));
  }
}

function* changedBlocks(before: Buffer, after: Buffer, first: number): Generator<Buffer> {
  for (let at = 0; at < after.length; at += BLOCK_BYTES) {
    const block = after.subarray(at, at + BLOCK_BYTES);
    if (block.equals(before.subarray(at, at + BLOCK_BYTES))) continue;
    const number = Buffer.alloc(NUMBER_BYTES);
    number.writeUInt32BE(first + at / BLOCK_BYTES);
    yield number;
    yield block;
  }
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
