import { expect, test } from "vitest";
import { hideSqliteWarning, supportsNode } from "./start.ts";

test.each([
  ["20.19.0", false],
  ["22.15.1", false],
  ["22.16.0", true],
  ["23.0.0", true],
  ["24.1.0", true],
])("Node.js %s is supported: %s", (version, supported) => {
  expect(supportsNode(version)).toBe(supported);
});

test("only the warning about node:sqlite is kept back", () => {
  const shown: unknown[] = [];
  const target = { emitWarning: ((...args: unknown[]) => void shown.push(args)) as typeof process.emitWarning };
  hideSqliteWarning(target);
  target.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
  target.emitWarning("SQLite is an experimental feature", { type: "ExperimentalWarning" });
  target.emitWarning("glob is an experimental feature", "ExperimentalWarning");
  target.emitWarning("SQLite is old", "DeprecationWarning");
  target.emitWarning(new Error("SQLite failed"));
  expect(shown).toEqual([
    ["glob is an experimental feature", "ExperimentalWarning"],
    ["SQLite is old", "DeprecationWarning"],
    [new Error("SQLite failed")],
  ]);
});
