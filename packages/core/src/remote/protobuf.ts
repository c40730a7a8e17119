/** Encodes one string field (wire type 2); an empty string is the default and takes no bytes. */
export function stringField(field: number, text: string): Uint8Array {
  if (text === "") return new Uint8Array();
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** A decoded message: varint fields as numbers, length-delimited ones as bytes; of a repeated field the last one. */
export type Message = ReadonlyMap<number, number | Uint8Array>;

/** Decodes a message with varint and length-delimited fields. @throws RangeError if it is cut or holds other wire types */
export function decodeMessage(bytes: Uint8Array): Message {
  const message = new Map<number, number | Uint8Array>();
  let at = 0;
  const next = (): number => {
    const [value, size] = readVarint(bytes, at);
    at += size;
    return value;
  };
  while (at < bytes.length) {
    const tag = next();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        message.set(field, next());
        break;
      case 2: {
        const length = next();
        if (at + length > bytes.length) throw new RangeError(`field ${field} is cut`);
        message.set(field, bytes.subarray(at, at + length));
        at += length;
        break;
      }
      default:
        throw new RangeError(`field ${field} has wire type ${tag % 8}`);
    }
  }
  return message;
}

/** The varint at `at` and its length in bytes. @throws RangeError if it is cut or over 2^53 */
export function readVarint(bytes: Uint8Array, at: number): readonly [value: number, size: number] {
  let value = 0;
  for (let size = 0; size < 8; size++) {
    const byte = bytes[at + size];
    if (byte === undefined) throw new RangeError("varint is cut");
    value += (byte & 127) * 128 ** size;
    if (byte < 128) return [value, size + 1];
  }
  throw new RangeError("varint is too long");
}

/**
 * Splits a stream of varint-length-delimited messages: gives those together, one or more, that a piece of it completes.
 * @throws RangeError if the stream ends inside one, or one is too large
 */
export async function* delimited(stream: AsyncIterable<Uint8Array>, maxSizeBytes: number): AsyncGenerator<readonly Uint8Array[]> {
  let begun: Uint8Array = new Uint8Array();
  for await (const part of stream) {
    const messages: Uint8Array[] = [];
    let at = 0;
    if (begun.length > 0) {
      // What was cut is put together by itself: the rest of the piece stays where it is.
      const frame = frameAt(Buffer.concat([begun, part.subarray(0, LONGEST_LENGTH_PREFIX)]), 0, maxSizeBytes);
      at = frame === null ? part.length : Math.min(part.length, frame.end - begun.length);
      begun = Buffer.concat([begun, part.subarray(0, at)]);
      if (frame === null || begun.length < frame.end) continue;
      messages.push(begun.subarray(frame.start));
    }
    for (;;) {
      const frame = frameAt(part, at, maxSizeBytes);
      if (frame === null || frame.end > part.length) break;
      messages.push(part.subarray(frame.start, frame.end));
      at = frame.end;
    }
    begun = part.subarray(at);
    if (messages.length > 0) yield messages;
  }
  if (begun.length > 0) throw new RangeError("the stream ends inside a message");
}

const LONGEST_LENGTH_PREFIX = 8;

/** Where the message lies whose length is at `at`; null if the length is cut. */
function frameAt(bytes: Uint8Array, at: number, maxSizeBytes: number): { readonly start: number; readonly end: number } | null {
  let last = at;
  while (last < bytes.length && (bytes[last] as number) > 127) last++;
  if (last - at >= LONGEST_LENGTH_PREFIX) throw new RangeError("a message's length is too long");
  if (last === bytes.length) return null;
  const [size, prefixSize] = readVarint(bytes, at);
  if (size > maxSizeBytes) throw new RangeError(`a message of ${size} bytes`);
  const start = at + prefixSize;
  return { start, end: start + size };
}
