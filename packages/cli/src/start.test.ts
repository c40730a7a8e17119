import { execFile } from "node:child_process";
import { promisify } from "node:util";
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

/** Peak size of the space for young objects, in bytes, of a process that makes garbage and keeps a little of it. */
async function youngBytes(before: string): Promise<number> {
  const program = `${before};
    const { getHeapSpaceStatistics } = await import("node:v8");
    let [kept, peak] = [[], 0];
    for (let i = 0; i < 3e6; i++) { kept.push({ i }); if (kept.length === 50_000) kept = [];
      if (i % 1e5 === 0) peak = Math.max(peak, getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size); }
    console.log(peak);`;
  const start = new URL("start.ts", import.meta.url).href;
  const args = ["--input-type=module", "-e", `const { keepHeapSmall } = await import(${JSON.stringify(start)}); ${program}`];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
}

test("the part of the heap for young objects stays small where Node.js has the flag, and is left alone elsewhere", async () => {
  const [small, usual] = [await youngBytes("keepHeapSmall(process.versions.node)"), await youngBytes(`keepHeapSmall("25.0.0")`)];
  expect(usual).toBeGreaterThan(10e6);
  expect(small).toBeLessThan(usual / 2);
});
