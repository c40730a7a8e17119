import { expect, test } from "vitest";
import { conflictName } from "./conflict-name.ts";

const SUFFIX = "0123abcd";
const free = () => false;
const E_ACUTE = "é";

test.for<[name: string, hasExtension: boolean, expected: string]>([
  ["a.txt", true, "a.conflict-0123abcd.txt"],
  ["archive.tar.gz", true, "archive.tar.conflict-0123abcd.gz"],
  ["Makefile", true, "Makefile.conflict-0123abcd"],
  [".bashrc", true, ".bashrc.conflict-0123abcd"],
  ["a.", true, "a.conflict-0123abcd."],
  ["v1.2", false, "v1.2.conflict-0123abcd"],
  ["settings.theme", false, "settings.theme.conflict-0123abcd"],
  ["-rf", true, "-rf.conflict-0123abcd"],
])("%s, a file: %s → %s", ([name, hasExtension, expected]) => {
  expect(conflictName(name, SUFFIX, hasExtension, free)).toBe(expected);
});

test("a name that is taken gets a counter", () => {
  const taken = new Set(["a.conflict-0123abcd.txt", "a.conflict-0123abcd-2.txt"]);
  expect(conflictName("a.txt", SUFFIX, true, (name) => taken.has(name))).toBe("a.conflict-0123abcd-3.txt");
});

test.for([
  [`${"a".repeat(251)}.txt`, ".txt"],
  [`${E_ACUTE.repeat(125)}x.txt`, ".txt"],
  ["🦀".repeat(63), ""],
  [`a.${"x".repeat(253)}`, ""],
])("a long name is cut to 255 bytes, between characters: %s", ([name = "", extension = ""]) => {
  const found = conflictName(name, SUFFIX, true, free);
  expect(Buffer.byteLength(found)).toBeLessThanOrEqual(255);
  expect(found.endsWith(`.conflict-0123abcd${extension}`)).toBe(true);
  expect(found.isWellFormed()).toBe(true);
  expect(name.startsWith(found.slice(0, found.indexOf(".conflict-")))).toBe(true);
});
