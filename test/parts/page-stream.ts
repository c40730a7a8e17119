/** A hand-made reading of what `/pull-updates` answers, apart from the engine's. */
export type Field = readonly [field: number, value: number | Buffer];

/** The fields of a protobuf message in their order; throws at wire types other than varint and length-delimited. */
export function fieldsOf(message: Buffer): readonly Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const [tag, afterTag] = varintAt(message, at);
    const [number, afterNumber] = varintAt(message, afterTag);
    const wireType = tag & 7;
    if (wireType !== 0 && wireType !== 2) throw new Error(`wire type ${wireType}`);
    const end = wireType === 2 ? afterNumber + number : afterNumber;
    fields.push([tag >> 3, wireType === 2 ? message.subarray(afterNumber, end) : number]);
    at = end;
  }
  return fields;
}

/** The messages of a stream: a header, then pages. */
export function splitMessages(body: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const [length, start] = varintAt(body, at);
    messages.push(body.subarray(start, start + length));
    at = start + length;
  }
  return messages;
}

export function joinMessages(messages: readonly Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [varint(message.length), message]));
}

/** Page number (from 0) and bytes. */
export function pageOf(message: Buffer): { readonly index: number; readonly bytes: Buffer } {
  const parts = new Map(fieldsOf(message));
  return { index: (parts.get(1) ?? 0) as number, bytes: parts.get(2) as Buffer };
}

function varintAt(bytes: Buffer, start: number): readonly [value: number, end: number] {
  let value = 0;
  for (let at = start, factor = 1; ; at++, factor *= 128) {
    const byte = bytes.readUInt8(at);
    value += (byte & 127) * factor;
    if (byte < 128) return [value, at + 1];
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
