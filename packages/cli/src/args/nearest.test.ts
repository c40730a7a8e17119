import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const NAMES = ["pull", "push", "sync", "status", "remote-url", "timeout-seconds"];

test.each([
  ["pul", "pull"],
  ["PULL", "pull"],
  ["psuh", "push"],
  ["snyc", "sync"],
  ["statsu", "status"],
  ["url", "remote-url"],
  ["timeout", "timeout-seconds"],
])("%s is meant as %s", (typed, meant) => {
  expect(nearest(typed, NAMES)).toBe(meant);
});

test.each(["", "x", "u", "frobnicate"])("nothing is near %j", (typed) => {
  expect(nearest(typed, NAMES)).toBeNull();
});
