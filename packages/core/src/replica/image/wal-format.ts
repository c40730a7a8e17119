import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";

/*
 * SQLite's write-ahead log (https://www.sqlite.org/fileformat2.html#walformat): a header, then frames, each a header and one page. A frame
 * counts if it has the header's salts and its checksum, which runs on from frame to frame, is right; and only up to the last one that
 * ends a transaction.
 */

export const WAL_HEADER_BYTES = 32;
export const FRAME_HEADER_BYTES = 24;
/** Of a WAL whose pages have the size of ours. */
export const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_SIZE_BYTES;
/** Where both salts stand, in the WAL's header and in a frame's. */
export const SALT_IN_HEADER = 16;
export const SALT_IN_FRAME = 8;
export const SALT_BYTES = 8;
/** What the checksums cover of each header. */
export const SUMMED_IN_HEADER = 24;
export const SUMMED_IN_FRAME = 8;
export const SUM_IN_HEADER = 24;
export const SUM_IN_FRAME = 16;

/** The last bit says whether the checksums take the words as big-endian. */
export const MAGIC = 0x377f0682;
export const VERSION = 3007000;

/** How this machine keeps numbers. */
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Two sums over pairs of words. */
export class WalChecksum {
  #first = 0;
  #second = 0;
  readonly #isLittleEndian: boolean;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  add(bytes: Uint8Array): void {
    const words = this.#wordsOf(bytes);
    let [first, second] = [this.#first, this.#second];
    for (let at = 0; at < words.length; at += 2) {
      first = (first + (words[at] as number) + second) | 0;
      second = (second + (words[at + 1] as number) + first) | 0;
    }
    this.#first = first;
    this.#second = second;
  }

  #wordsOf(bytes: Uint8Array): Int32Array {
    const count = bytes.length / 4;
    if (this.#isLittleEndian === IS_LITTLE_ENDIAN && bytes.byteOffset % 4 === 0)
      return new Int32Array(bytes.buffer, bytes.byteOffset, count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Int32Array.from({ length: count }, (_, word) => view.getInt32(word * 4, this.#isLittleEndian));
  }

  /** Whether it is what stands there, big-endian as all numbers of the format. */
  stands(bytes: Buffer, at: number): boolean {
    return bytes.readInt32BE(at) === this.#first && bytes.readInt32BE(at + 4) === this.#second;
  }

  write(bytes: Buffer, at: number): void {
    bytes.writeInt32BE(this.#first, at);
    bytes.writeInt32BE(this.#second, at + 4);
  }
}
