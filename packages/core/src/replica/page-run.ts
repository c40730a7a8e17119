import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE_BYTES, type Page } from "../remote/pages.ts";
import { writeFully } from "./files.ts";

const PAGES_A_WRITE = 256;
/** 32 MiB. */
const PAGES_A_FLUSH = 8192;

/** Pages that follow one another, on their way to the same place in each of some files. */
export class PageRun {
  readonly #handles: readonly FileHandle[];
  #pages = Buffer.allocUnsafe(PAGES_A_WRITE * PAGE_SIZE_BYTES);
  #count = 0;
  #first = 0;
  /** The disk works on one run while the next one comes in; more than that would only fill the memory. */
  #beingWritten = Buffer.allocUnsafe(PAGES_A_WRITE * PAGE_SIZE_BYTES);
  #writing: Promise<unknown> = Promise.resolve();
  /** What is written goes to the disk while more comes in: at the end there is little left to wait for. */
  #flushing: Promise<unknown> = Promise.resolve();
  #unflushedPages = 0;

  constructor(handles: readonly FileHandle[]) {
    this.#handles = handles;
  }

  /** False if the run has to be written first. */
  takes({ index }: Page): boolean {
    return this.#count === 0 || (index === this.#first + this.#count && this.#count < PAGES_A_WRITE);
  }

  /** The page is copied: what it came in is needed no longer. */
  add({ index, bytes }: Page): void {
    if (this.#count === 0) this.#first = index;
    this.#pages.set(bytes, this.#count++ * PAGE_SIZE_BYTES);
  }

  /** Begins to write the run, once the one before it is written. */
  async write(): Promise<void> {
    await this.#writing;
    if (this.#unflushedPages >= PAGES_A_FLUSH) await this.#flush();
    this.#unflushedPages += this.#count;
    const bytes = this.#pages.subarray(0, this.#count * PAGE_SIZE_BYTES);
    const position = this.#first * PAGE_SIZE_BYTES;
    [this.#pages, this.#beingWritten] = [this.#beingWritten, this.#pages];
    this.#count = 0;
    this.#writing = Promise.all(this.#handles.map((handle) => writeFully(handle, bytes, position)));
    // Its error is thrown where it is waited for, which may be later than the next tick.
    this.#writing.catch(() => undefined);
  }

  /** @throws what the files throw */
  async written(): Promise<void> {
    await Promise.all([this.#writing, this.#flushing]);
  }

  async #flush(): Promise<void> {
    await this.#flushing;
    this.#unflushedPages = 0;
    this.#flushing = Promise.all(this.#handles.map((handle) => handle.datasync()));
    this.#flushing.catch(() => undefined);
  }
}
