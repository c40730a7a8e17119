import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { applyDelta, deltaOf } from "../../packages/core/src/rescue/delta.ts";
import { readFrom, sampleBundle } from "../parts/sample-bundle.ts";
import { makeTempDir } from "../parts/temp.ts";

let bytes: Buffer;
let given: string;
beforeAll(async () => {
  bytes = await readFile((await sampleBundle()).file);
  given = join(await makeTempDir(), "given.rescue");
});

async function outcome(changed: Uint8Array): Promise<unknown> {
  await writeFile(given, changed);
  return readFrom(given).then(
    () => "read",
    (error: { code?: unknown }) => error.code ?? error,
  );
}

/** Bytes 8 to 11 are the number of the format: with another one it may also be a bundle of another version. */
const refusals = (changed: Buffer) =>
  changed.subarray(8, 12).equals(bytes.subarray(8, 12)) ? ["rescue-damaged"] : ["rescue-damaged", "rescue-version"];

test("a bundle with any bit flipped, cut anywhere, or with bytes put in or left out is refused as damaged, or as of another version", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: bytes.length - 1 }),
      fc.nat({ max: 7 }),
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      async (at, bit, more) => {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
        const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
        for (const changed of [
          flipped,
          bytes.subarray(0, at),
          without,
          Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]),
        ])
          expect(refusals(changed)).toContain(await outcome(changed));
      },
    ),
    { numRuns: 150 },
  );
  expect(await outcome(bytes)).toBe("read");
});

test("what a delta makes of a file is the other file, whatever both hold", async () => {
  const dir = await makeTempDir();
  const [base, target, delta] = [join(dir, "base"), join(dir, "target"), join(dir, "delta")];
  const pages = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 4096 })), { maxLength: 8 });
  const toBytes = (parts: readonly (readonly [number, number])[]) =>
    Buffer.concat(parts.map(([fill, size]) => Buffer.alloc(size, fill)));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(pages, pages, async (a, b) => {
      const [before, after] = [toBytes(a), toBytes(b)];
      const path = `${delta}${run++}`;
      await writeFile(base, before);
      await writeFile(target, after);
      const told: Buffer[] = [];
      await writeFile(
        path,
        deltaOf(base, target, (piece) => told.push(Buffer.from(piece))),
      );
      expect(Buffer.concat(told)).toEqual(after);
      expect(await applyDelta(base, path, after.length)).toBeNull();
      expect(await readFile(base)).toEqual(after);
    }),
  );
});
