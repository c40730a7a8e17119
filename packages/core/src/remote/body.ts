import { type SqlValue, toWire } from "./value.ts";

const FIRST_BYTES = 64 * 1024;
const LONG_TEXT = 4096;

/**
 * A request's JSON as bytes, written value by value. `JSON.stringify` would make every BLOB a string, and the whole another one, of
 * megabytes, which V8 collects late: a push of hundreds of requests would grow by it.
 */
export class JsonBody {
  #bytes: Buffer;
  #length = 0;

  /** @param scratch a buffer that nothing uses any more, to be written over */
  constructor(scratch: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)) {
    this.#bytes = scratch;
  }

  /** What was written; it is that only until the buffer is used again. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  get scratch(): Buffer {
    return this.#bytes;
  }

  /** Text that is JSON already. */
  raw(json: string): this {
    // In UTF-8 no code unit takes more than three bytes; of a long text they are counted.
    this.#reserve(json.length > LONG_TEXT ? Buffer.byteLength(json) : json.length * 3);
    this.#length += this.#bytes.write(json, this.#length, "utf8");
    return this;
  }

  value(value: SqlValue): this {
    if (!(value instanceof Uint8Array)) return this.raw(JSON.stringify(toWire(value)));
    this.raw('{"type":"blob","base64":"');
    const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    this.#reserve(base64.length);
    this.#length += this.#bytes.write(base64, this.#length, "latin1");
    return this.raw('"}');
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
