import type { DatabaseSync } from "node:sqlite";

const CHUNK_SIZE_BYTES = 4096;

/** The content of a file as chunk rows. Holes are chunks that are not there; all chunks but the last are whole. */
export class Chunks {
  readonly #db: DatabaseSync;
  readonly #ino: number;

  constructor(db: DatabaseSync, ino: number) {
    this.#db = db;
    this.#ino = ino;
  }

  get sizeBytes(): number {
    return Number(this.#db.prepare("SELECT size FROM fs_inode WHERE ino = ?").get(this.#ino)?.["size"]);
  }

  replace(bytes: Buffer): void {
    this.#db.prepare("DELETE FROM fs_data WHERE ino = ?").run(this.#ino);
    this.#write(0, bytes);
    this.#resize(bytes.length);
  }

  append(bytes: Buffer): void {
    const sizeBytes = this.sizeBytes;
    this.#write(sizeBytes, bytes);
    this.#resize(sizeBytes + bytes.length);
  }

  shorten(sizeBytes: number): void {
    const last = Math.ceil(sizeBytes / CHUNK_SIZE_BYTES) - 1;
    this.#db.prepare("DELETE FROM fs_data WHERE ino = ? AND chunk_index > ?").run(this.#ino, last);
    const rest = sizeBytes - last * CHUNK_SIZE_BYTES;
    const chunk = this.#chunk(last);
    if (sizeBytes > 0 && chunk !== null && chunk.length > rest) this.#put(last, chunk.subarray(0, rest));
    this.#resize(sizeBytes);
  }

  /** Sparse, beyond the chunk that was the last one. */
  lengthen(sizeBytes: number): void {
    const last = Math.ceil(this.sizeBytes / CHUNK_SIZE_BYTES) - 1;
    const chunk = this.#chunk(last);
    if (chunk !== null) {
      const whole = Buffer.alloc(Math.min(CHUNK_SIZE_BYTES, sizeBytes - last * CHUNK_SIZE_BYTES));
      whole.set(chunk);
      this.#put(last, whole);
    }
    this.#resize(sizeBytes);
  }

  #write(offset: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      const index = Math.floor((offset + done) / CHUNK_SIZE_BYTES);
      const start = (offset + done) % CHUNK_SIZE_BYTES;
      const part = bytes.subarray(done, done + CHUNK_SIZE_BYTES - start);
      const before = this.#chunk(index) ?? Buffer.alloc(0);
      const chunk = Buffer.alloc(Math.max(before.length, start + part.length));
      chunk.set(before);
      chunk.set(part, start);
      this.#put(index, chunk);
      done += part.length;
    }
  }

  #chunk(index: number): Buffer | null {
    const row = this.#db.prepare("SELECT data FROM fs_data WHERE ino = ? AND chunk_index = ?").get(this.#ino, index);
    return row === undefined ? null : Buffer.from(row["data"] as Uint8Array);
  }

  #put(index: number, chunk: Buffer): void {
    this.#db.prepare("INSERT OR REPLACE INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?)").run(this.#ino, index, chunk);
  }

  #resize(sizeBytes: number): void {
    this.#db.prepare("UPDATE fs_inode SET size = ? WHERE ino = ?").run(sizeBytes, this.#ino);
  }
}
