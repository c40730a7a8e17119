import { expect, test } from "vitest";
import { canRedraw, hasColour } from "./style.ts";

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: "dumb" }, true, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ FORCE_COLOR: "" }, true, true],
])("%j on a terminal (%s): colours %s", (env, isTerminal, colours) => {
  expect(hasColour(env, isTerminal)).toBe(colours);
});

test("a line is written over on a terminal alone, whatever is forced", () => {
  expect(canRedraw({}, true)).toBe(true);
  expect(canRedraw({ TERM: "dumb" }, true)).toBe(false);
  expect(canRedraw({ FORCE_COLOR: "1" }, false)).toBe(false);
});
