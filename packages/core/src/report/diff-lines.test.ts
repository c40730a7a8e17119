import { expect, test } from "vitest";
import { diffLines } from "./diff-lines.ts";
import type { DiffReport, FileDiff } from "./types.ts";

const NONE: DiffReport = { workingCopy: "changed", files: [], keys: [], toolCalls: [], rows: [], schema: [] };
const STATE = { sizeBytes: 3, mode: "100644" };
const FILE: FileDiff = { did: "changed", path: "/a", from: null, kind: "file", before: STATE, after: STATE, text: null };

const said = (changes: Partial<DiffReport>) => diffLines("bot", { ...NONE, ...changes });

test.for<[workingCopy: DiffReport["workingCopy"], line: string]>([
  ["absent", "bot: no working copy yet"],
  ["clean", "bot: nothing to push"],
  ["changed", "bot: nothing but times and link counts"],
  ["without-origin", "bot: the working copy was not made by a pull: all that is in it is new"],
])("of a working copy that is %s and no changes a line says just that", ([workingCopy, line]) => {
  expect(said({ workingCopy })).toEqual([line]);
});

test.for<[file: Partial<FileDiff>, line: string]>([
  [{ did: "added", before: null }, "added /a (3 bytes)"],
  [{ did: "removed", after: null }, "removed /a (3 bytes)"],
  [{ after: { sizeBytes: 1_536, mode: "100644" } }, "changed /a (3 bytes -> 1.5 kB)"],
  [{ after: { sizeBytes: 3, mode: "100755" } }, "changed /a (3 bytes; mode 100644 -> 100755)"],
  [{ did: "renamed", from: "/b" }, "renamed /b -> /a (3 bytes)"],
  [{ did: "renamed", from: "/b", kind: "directory" }, "renamed directory /b -> /a"],
  [{ did: "added", before: null, kind: "other" }, "added special file /a"],
])("a file has a line: %j", ([file, line]) => {
  expect(said({ files: [{ ...FILE, ...file }] })).toEqual([`bot: ${line}`]);
});

test("a text diff follows its file, in lines of its own", () => {
  const text = "--- /a\n+++ /a\n@@ -1,1 +1,1 @@\n-one\r\n+two\n";
  expect(said({ files: [{ ...FILE, text }, FILE] })).toEqual([
    "bot: changed /a (3 bytes)",
    "--- /a",
    "+++ /a",
    "@@ -1,1 +1,1 @@",
    "-one",
    "+two",
    "bot: changed /a (3 bytes)",
  ]);
});

test("keys, tool calls and other rows have a line each, and long values are cut", () => {
  expect(
    said({
      keys: [
        { did: "changed", key: "k", before: "1", after: "2" },
        { did: "removed", key: "long", before: "x".repeat(100), after: null },
      ],
      toolCalls: [{ did: "changed", id: 7, name: "build", before: "pending", after: "success" }],
      schema: [{ did: "added", type: "table", name: "notes", sql: "CREATE TABLE notes (a)" }],
      rows: [
        { did: "changed", table: "notes", key: "7", before: '{"id":7,"a":3.0}', after: '{"id":7,"a":3}' },
        { did: "removed", table: "log", key: '{"a":1}', before: '{"a":1}', after: null },
      ],
    }),
  ).toEqual([
    "bot: changed key k: 1 -> 2",
    `bot: removed key long: ${"x".repeat(60)}… (100 characters)`,
    "bot: changed tool call 7 build: pending -> success",
    "bot: added table notes",
    'bot: changed row of notes 7: {"id":7,"a":3.0} -> {"id":7,"a":3}',
    'bot: removed row of log: {"a":1}',
  ]);
});
