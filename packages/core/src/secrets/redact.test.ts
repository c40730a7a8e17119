import { describe, expect, test } from "vitest";
import { makeRedactor } from "./redact.ts";

const TOKEN = 'ey.J0+/"\\ü word';

describe("a secret is hidden", () => {
  test.for([
    ["as it is", TOKEN],
    ["URL-encoded", encodeURIComponent(TOKEN)],
    ["in base64", Buffer.from(TOKEN).toString("base64")],
    ["in base64 for URLs", Buffer.from(TOKEN).toString("base64url")],
    ["in hexadecimal digits", Buffer.from(TOKEN).toString("hex")],
    ["in JSON", JSON.stringify({ token: TOKEN })],
  ])("%s", ([, text = ""]) => {
    const shown = makeRedactor([TOKEN])(`before ${text} and ${text} after`);
    expect(shown).toMatch(/^before .*\*\*\*.* and .*\*\*\*.* after$/);
    expect(shown).not.toContain("J0");
    expect(shown).not.toContain(Buffer.from(TOKEN).toString("base64").slice(0, 8));
  });

  test.each(["", "u", "us", "user:"])("in base64 after %j, and amid other text", (before) => {
    const token = "s3cret-token-of-some-length";
    const spelled = Buffer.from(`${before}${token}\n`).toString("base64");
    const shown = makeRedactor([token])(spelled);
    const around = Buffer.from(shown.replace("***", ""), "base64").toString("latin1");
    expect(shown).toContain("***");
    expect(around.length).toBeLessThanOrEqual(before.length + 5);
  });

  test("whole, although another one is a part of it", () => {
    expect(makeRedactor(["abc", "abcdef", null])("x abcdef abc y")).toBe("x *** *** y");
  });
});

test("without a secret a text stays as it is", () => {
  expect(makeRedactor([null, ""])("nothing *** here")).toBe("nothing *** here");
});
