import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMessage, delimited, readVarint, stringField } from "./protobuf.ts";

/** Written apart from the code under test: 7 bits a byte, lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

type Field = number | Uint8Array;

const encode = (fields: readonly (readonly [number, Field])[]): Buffer =>
  Buffer.concat(
    fields.flatMap(([field, value]) =>
      typeof value === "number"
        ? [varint(field * 8), varint(value)]
        : [varint(field * 8 + 2), varint(value.length), Buffer.from(value)],
    ),
  );

const whole = fc.oneof(fc.nat(300), fc.maxSafeInteger().map(Math.abs));
const fieldNumber = fc.integer({ min: 1, max: 2 ** 29 - 1 });
const fields = fc.uniqueArray(fc.tuple(fieldNumber, fc.oneof(whole, fc.uint8Array({ maxLength: 300 }))), {
  selector: ([field]) => field,
  maxLength: 8,
});

/** Bytes in pieces that were cut anywhere, empty ones too. */
async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const sorted = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  for (const [from, to] of [0, ...sorted].map((cut, index) => [cut, sorted[index] ?? bytes.length] as const)) {
    yield bytes.subarray(from, to);
  }
}

const isRangeError = (thrown: unknown) => {
  expect(thrown).toBeInstanceOf(RangeError);
  return null;
};

describe("a message", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(fields, (list) => {
        const message = decodeMessage(encode(list));
        expect(message.size).toBe(list.length);
        for (const [field, value] of list) {
          const read = message.get(field);
          expect(typeof value === "number" ? read : Buffer.from(read as Uint8Array)).toEqual(
            typeof value === "number" ? value : Buffer.from(value),
          );
        }
      }),
    );
  });

  test("with a text field is read as it was written, however long", () => {
    fc.assert(
      fc.property(fieldNumber, fc.string({ unit: "grapheme", maxLength: 500 }), (field, text) => {
        const read = decodeMessage(stringField(field, text)).get(field);
        expect(Buffer.from((read as Uint8Array | undefined) ?? []).toString("utf8")).toBe(text);
      }),
    );
  });

  test("that is cut is a RangeError, unless it is cut between two fields", () => {
    fc.assert(
      fc.property(fields, fc.nat(), (list, at) => {
        const bytes = encode(list);
        const cut = at % (bytes.length + 1);
        const borders = list.map((_, index) => encode(list.slice(0, index)).length);
        if (cut === bytes.length || borders.includes(cut)) expect(() => decodeMessage(bytes.subarray(0, cut))).not.toThrow();
        else expect(() => decodeMessage(bytes.subarray(0, cut))).toThrow(RangeError);
      }),
    );
  });

  test("of any bytes is read or a RangeError, nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeMessage(bytes);
        } catch (thrown) {
          isRangeError(thrown);
        }
      }),
    );
  });
});

test("a varint is read with its length, wherever it stands", () => {
  fc.assert(
    fc.property(whole, fc.uint8Array({ maxLength: 5 }), (value, before) => {
      const bytes = varint(value);
      expect(readVarint(Buffer.concat([before, bytes, before]), before.length)).toEqual([value, bytes.length]);
    }),
  );
});

describe("a stream of messages", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  const framed = (list: readonly Uint8Array[]) => Buffer.concat(list.flatMap((body) => [varint(body.length), Buffer.from(body)]));
  const collect = async (stream: AsyncIterable<Uint8Array>, maxSizeBytes = 1000) => {
    const bodies: string[] = [];
    for await (const some of delimited(stream, maxSizeBytes)) {
      expect(some.length).toBeGreaterThan(0);
      for (const body of some) bodies.push(Buffer.from(body).toString("hex"));
    }
    return bodies;
  };
  const hex = (list: readonly Uint8Array[]) => list.map((body) => Buffer.from(body).toString("hex"));

  test("gives each as it was sent, wherever the network cut it", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, cuts, async (list, at) => {
        expect(await collect(inPieces(framed(list), at))).toEqual(hex(list));
      }),
    );
  });

  test("that ends inside a message is a RangeError; what is whole before it is given", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, cuts, fc.nat(), async (list, at, end) => {
        const bytes = framed(list);
        const cut = end % (bytes.length + 1);
        const whole = list.filter((_, index) => framed(list.slice(0, index + 1)).length <= cut);
        const seen: Uint8Array[] = [];
        const read = async () => {
          for await (const some of delimited(inPieces(bytes.subarray(0, cut), at), 1000)) seen.push(...some);
        };
        if (framed(whole).length === cut) await read();
        else await read().then(() => expect.unreachable("the cut was not seen"), isRangeError);
        expect(hex(seen)).toEqual(hex(whole));
      }),
    );
  });

  test("with a message over the limit is a RangeError before its bytes are kept", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 101, max: 2 ** 40 }), async (size) => {
        await collect(inPieces(Buffer.concat([varint(size), Buffer.from("x")]), []), 100).then(
          () => expect.unreachable("the size was not seen"),
          isRangeError,
        );
      }),
    );
  });
});
