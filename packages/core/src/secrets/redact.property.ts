import fc from "fast-check";
import { expect, test } from "vitest";
import { makeRedactor } from "./redact.ts";

test("a secret is hidden whatever it is made of", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 8 }), fc.string(), (secret, around) => {
      fc.pre(!"***".includes(secret) && !around.includes("*"));
      const shown = makeRedactor([secret])(around + secret + around);
      expect(shown).toContain("***");
      expect(shown).not.toContain(secret);
    }),
  );
});
