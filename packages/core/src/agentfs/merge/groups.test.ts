import { expect, test } from "vitest";
import { Groups } from "./groups.ts";

test("numbers are kept by key, each once, in the order in which they came, whether one or several", () => {
  const groups = new Groups<string>();
  for (const number of [3n, 1n, 3n, 2n]) groups.add("a", number);
  groups.add("b", 3n);
  groups.add("b", 3n);
  expect([groups.get("a"), groups.get("b"), groups.get("c")]).toEqual([[3n, 1n, 2n], [3n], []]);
  groups.delete("a", 1n);
  groups.delete("a", 7n);
  groups.delete("b", 7n);
  groups.delete("c", 3n);
  expect([groups.get("a"), groups.get("b")]).toEqual([[3n, 2n], [3n]]);
  groups.delete("a", 3n);
  groups.delete("a", 2n);
  groups.delete("b", 3n);
  groups.add("b", 4n);
  expect([groups.get("a"), groups.get("b")]).toEqual([[], [4n]]);
});
