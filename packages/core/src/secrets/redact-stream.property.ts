import fc from "fast-check";
import { expect, test } from "vitest";
import { secretForms } from "./redact.ts";
import { makeStreamRedactor } from "./redact-stream.ts";

const secret = fc.string({ unit: fc.constantFrom("a", "b", "é", '"', "+"), minLength: 4, maxLength: 8 });

test("a secret is hidden wherever the chunks end, and what comes out is the same for all ends", () => {
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(fc.nat(), fc.constantFrom("x", "a", "ab", "\n", "é")), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (secrets, pieces, sizes) => {
        const forms = secretForms(secrets);
        const text = pieces.map((piece) => (typeof piece === "number" ? (forms[piece % forms.length] ?? "") : piece)).join("");
        const shown = inChunks(secrets, Buffer.from(text), sizes);
        for (const form of forms) expect(shown).not.toContain(form);
        expect(shown).toBe(inChunks(secrets, Buffer.from(text), [text.length * 4 + 1]));
      },
    ),
  );
});

test("what holds no secret comes out byte for byte", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (bytes, sizes) => {
      expect(inChunks(["a secret that is not there"], bytes, sizes, "latin1")).toBe(Buffer.from(bytes).toString("latin1"));
    }),
  );
});

function inChunks(
  secrets: readonly string[],
  bytes: Uint8Array,
  sizes: readonly number[],
  encoding: BufferEncoding = "utf8",
): string {
  const redactor = makeStreamRedactor(secrets);
  const out: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    out.push(redactor.write(bytes.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat([...out, redactor.end()]).toString(encoding);
}
