import { type FileHandle, open } from "node:fs/promises";
import { sixteenBytes } from "../../random-uuid.ts";
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
  VERSION,
  WAL_HEADER_BYTES,
  WalChecksum,
} from "./wal-format.ts";

const FRAMES_A_WRITE = 64;

/** Writes pages into a new file as a WAL that holds one transaction. */
export class WalWriter implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #sum = new WalChecksum(true);
  readonly #salt = sixteenBytes().subarray(0, SALT_BYTES);
  readonly #buffer = Buffer.alloc(FRAMES_A_WRITE * FRAME_BYTES);
  readonly #written = new Set<number>();
  /** What goes into the file before the frames. */
  readonly #unwritten: Buffer[] = [];
  #frames = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
    this.#unwritten.push(this.#header());
  }

  static async create(path: string): Promise<WalWriter> {
    return new WalWriter(await open(path, "wx", 0o600));
  }

  get pages(): ReadonlySet<number> {
    return this.#written;
  }

  /** A page, counted from 0; each once. The last one stays here until it is known to be the last. */
  async add(page: number, bytes: Uint8Array): Promise<void> {
    if (this.#frames === FRAMES_A_WRITE) await this.#flush();
    const frame = this.#frame(this.#frames++);
    frame.writeUInt32BE(page + 1, 0);
    frame.writeUInt32BE(0, 4);
    frame.set(this.#salt, SALT_IN_FRAME);
    frame.set(bytes, FRAME_HEADER_BYTES);
    this.#written.add(page);
  }

  /** Ends the transaction: the database has so many pages then. */
  async commit(pageCount: number): Promise<void> {
    this.#frame(this.#frames - 1).writeUInt32BE(pageCount, 4);
    await this.#flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  #frame(index: number): Buffer {
    return this.#buffer.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
  }

  #header(): Buffer {
    const header = Buffer.alloc(WAL_HEADER_BYTES);
    header.writeUInt32BE(MAGIC, 0);
    header.writeUInt32BE(VERSION, 4);
    header.writeUInt32BE(PAGE_SIZE_BYTES, 8);
    header.set(this.#salt, SALT_IN_HEADER);
    this.#sum.add(header.subarray(0, SUMMED_IN_HEADER));
    this.#sum.write(header, SUM_IN_HEADER);
    return header;
  }

  async #flush(): Promise<void> {
    for (let index = 0; index < this.#frames; index++) {
      const frame = this.#frame(index);
      this.#sum.add(frame.subarray(0, SUMMED_IN_FRAME));
      this.#sum.add(frame.subarray(FRAME_HEADER_BYTES));
      this.#sum.write(frame, SUM_IN_FRAME);
    }
    await this.#handle.appendFile(
      Buffer.concat([...this.#unwritten.splice(0), this.#buffer.subarray(0, this.#frames * FRAME_BYTES)]),
    );
    this.#frames = 0;
  }
}
