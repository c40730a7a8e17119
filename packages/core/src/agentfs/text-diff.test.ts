import { expect, it } from "vitest";
import { loadTextDiff } from "./text-diff.ts";

const CHANGE = { before: { path: "/a", ino: 1n }, after: { path: "/a", ino: 1n }, isMoved: false };
const lines = (mark: string, count: number) => Array.from({ length: count }, (_, line) => `${mark}${line}`).join("\n");

it("files that were rewritten, however many, cost a bounded time: what comes after them is shown if little was changed", async () => {
  const diff = await loadTextDiff();
  const isCompared = (count: number) => diff(CHANGE, lines("a", count), lines("b", count)) !== null;
  expect(isCompared(900)).toBe(true);
  // Too many edits: that is work as well, though nothing comes of it.
  for (let file = 0; file < 10; file++) expect(isCompared(1500)).toBe(false);
  expect(isCompared(900)).toBe(false);
  expect(diff(CHANGE, "one\ntwo\n", "one\n2\n")).toContain("-two\n+2\n");
});
