import { closeSync, linkSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isOpenHere } from "./open-here.ts";

const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file is open here from its opening to its closing, under each of its names", () => {
  const [path, other, untouched] = ["a.db", "link.db", "b.db"].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(path, "a");
  writeFileSync(untouched, "b");
  linkSync(path, other);
  expect(isOpenHere(path)).toBe(false);
  const descriptor = openSync(path, "r");
  expect([path, other, untouched].map(isOpenHere)).toEqual([true, true, false]);
  closeSync(descriptor);
  expect(isOpenHere(path)).toBe(false);
});

test("what is not there is not open", () => {
  expect(isOpenHere(join(folder, "nowhere.db"))).toBe(false);
});
