import { randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { sha256 } from "../../../../test/parts/sample-bundle.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { BodyWriter } from "./write-body.ts";

const PIECE = 2 ** 20;
const random = () => randomBytes(PIECE);
const text = () => Buffer.alloc(PIECE, "what is written again and again ");
/** As the pages of a database are: of each a part is empty. */
const pages = (sizeBytes: number, emptyAt: number, emptyBytes: number) =>
  Buffer.concat(Array.from({ length: PIECE / sizeBytes }, () => randomBytes(sizeBytes).fill(0, emptyAt, emptyAt + emptyBytes)));

const AT = 100;

async function written(sections: readonly (readonly Buffer[])[]) {
  const path = join(await makeTempDir(), "body");
  await using output = await open(path, "wx");
  using writer = new BodyWriter(output, AT, 1);
  const parts = [];
  for (const pieces of sections) {
    parts.push(
      await writer.add(
        (async function* () {
          // As from a file: one buffer for all.
          const buffer = Buffer.alloc(PIECE);
          for (const piece of pieces) yield buffer.subarray(0, piece.copy(buffer));
        })(),
      ),
    );
  }
  const body = await writer.end();
  return { parts, body, bytes: (await readFile(path)).subarray(AT) };
}

test.for<[name: string, sections: readonly (readonly Buffer[])[], atMost: number]>([
  ["nothing", [[], []], 100],
  ["little", [[Buffer.from("little")], [Buffer.from("less")]], 100],
  ["text", [[text(), text()], [text()]], PIECE / 20],
  ["what does not compress", [[random(), random()], [random()]], 3 * PIECE + 1000],
  [
    "text among it",
    [
      [random(), text(), random()],
      [text(), text()],
      [random(), Buffer.from("end")],
    ],
    3.2 * PIECE,
  ],
])("a body is one deflate stream of its sections, whatever they hold: %s", async ([, sections, atMost]) => {
  const { parts, body, bytes } = await written(sections);
  const whole = sections.map((pieces) => Buffer.concat(pieces));
  // As any version reads it.
  expect(inflateSync(bytes).equals(Buffer.concat(whole))).toBe(true);
  expect(parts).toEqual(whole.map((section) => ({ sizeBytes: section.length, sha256: sha256(section) })));
  expect(body).toEqual({ sizeBytes: bytes.length, sha256: sha256(bytes) });
  expect(bytes.length).toBeLessThan(atMost);
});

test.for<[name: string, piece: () => Buffer]>([
  ["an eighth at the end of each small page", () => pages(4096, 3584, 512)],
  ["a sixteenth at the beginning of each large one", () => pages(65536, 0, 4096)],
])("what deflate would hardly shorten is stored: %s is empty", async ([, piece]) => {
  expect((await written([[piece()]])).bytes.length).toBeGreaterThan(PIECE);
});
