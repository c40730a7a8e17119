import { describe, expect, test } from "vitest";
import { decodeMessage, delimited, readVarint, stringField } from "./protobuf.ts";

describe("bytes of the format", () => {
  test("a text field is its tag, its length in bytes, and UTF-8", () => {
    expect(Buffer.from(stringField(3, "é1")).toString("hex")).toBe("1a03c3a931");
    expect(Buffer.from(stringField(16, "a")).toString("hex")).toBe("82010161");
  });

  test("an empty text is the default and takes no bytes", () => {
    expect(stringField(3, "")).toHaveLength(0);
  });

  test("of a repeated field the last one counts", () => {
    expect(decodeMessage(Uint8Array.of(8, 1, 8, 2)).get(1)).toBe(2);
  });

  test.for([
    ["a fixed 64-bit number", "0900000000000000000", /field 1 has wire type 1/],
    ["a group", "0b", /field 1 has wire type 3/],
    ["a length beyond the end", "0a05aabb", /field 1 is cut/],
    ["a tag without a value", "08", /varint is cut/],
    ["a number over 2^53", "08ffffffffffffffffff01", /varint is too long/],
  ] as const)("%s is refused", ([, hex, says]) => {
    expect(() => decodeMessage(Buffer.from(hex, "hex"))).toThrow(says);
  });

  test("a varint that never ends is refused, not waited for", async () => {
    const endless = async function* () {
      yield Buffer.alloc(9, 255);
    };
    await expect(delimited(endless(), 100).next()).rejects.toThrow(/too long/);
    expect(() => readVarint(Buffer.alloc(20, 255), 3)).toThrow(RangeError);
  });
});
