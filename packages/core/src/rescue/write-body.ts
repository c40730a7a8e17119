import type { FileHandle } from "node:fs/promises";
import { createDeflate, type Deflate, deflateRawSync } from "node:zlib";
import { Measure, writeFully } from "../replica/files.ts";
import type { Part } from "./format.ts";

/** So much of what is deflated comes out at once. */
const CHUNK_BYTES = 2 ** 18;
const STORED = 0;
/** https://nodejs.org/api/zlib.html#zlib-constants; asked of the module, it would be loaded by every command. */
const Z_DEFAULT_STRATEGY = 0;

/**
 * Writes the body of a bundle: one deflate stream, in which what would hardly become smaller is only stored. Sections are measured as they
 * come by, so that nothing is read twice.
 */
export class BodyWriter implements Disposable {
  readonly #output: FileHandle;
  readonly #level: number;
  readonly #deflate: Deflate;
  readonly #made: Buffer[] = [];
  readonly #body = new Measure();
  #currentLevel: number;
  #at: number;

  /** @param at where in the file the body begins */
  constructor(output: FileHandle, at: number, level: number) {
    this.#output = output;
    this.#at = at;
    this.#level = level;
    this.#currentLevel = level;
    this.#deflate = createDeflate({ level, chunkSize: CHUNK_BYTES });
    this.#deflate.on("data", (piece: Buffer) => this.#made.push(piece));
    // Whoever waits for a step is told.
    this.#deflate.on("error", () => undefined);
  }

  /** Adds a section. A piece of it need not stay as it is when the next one is asked for. */
  async add(pieces: AsyncIterable<Buffer>): Promise<Part> {
    const section = new Measure();
    for await (const piece of pieces) {
      const level = isWorthDeflating(piece) ? this.#level : STORED;
      if (level !== this.#currentLevel) await this.#step((done) => this.#deflate.params(level, Z_DEFAULT_STRATEGY, done));
      this.#currentLevel = level;
      const deflated = this.#step((done) => this.#deflate.write(piece, done));
      // Which another thread does.
      section.add(piece);
      await deflated;
    }
    return section.result;
  }

  async end(): Promise<Part> {
    await new Promise((resolve, reject) => this.#deflate.once("end", resolve).once("error", reject).end());
    await this.#write();
    return this.#body.result;
  }

  /** One thing at a time: nothing is under way in the stream when a write to the file fails. */
  async #step(act: (done: (error?: Error | null) => void) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
    await this.#write();
  }

  async #write(): Promise<void> {
    for (const piece of this.#made.splice(0)) {
      const written = writeFully(this.#output, piece, this.#at);
      this.#body.add(piece);
      await written;
      this.#at += piece.length;
    }
  }

  [Symbol.dispose](): void {
    this.#deflate.destroy();
  }
}

const SAMPLE_BYTES = 1024;
const SAMPLES = 8;
/** To deflate costs more than all else that is done with content: not for less than this. */
const MOST_LEFT = 0.8;
/** Its multiples lie all over, and in no step with pages, each of which may be empty in the same place. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** By samples, if there is enough of it. */
function isWorthDeflating(piece: Buffer): boolean {
  if (piece.length <= SAMPLES * SAMPLE_BYTES) return true;
  const samples = Array.from({ length: SAMPLES }, (_, index) => {
    const from = Math.floor(((index * GOLDEN_RATIO) % 1) * (piece.length - SAMPLE_BYTES));
    return piece.subarray(from, from + SAMPLE_BYTES);
  });
  return deflateRawSync(Buffer.concat(samples), { level: 1 }).length < MOST_LEFT * SAMPLES * SAMPLE_BYTES;
}
