import { beforeAll, describe, expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../test/parts/hand.ts";
import { buildReport } from "../report/build.ts";
import { reportSchema } from "../report/schema.ts";
import type { FileDiff } from "../report/types.ts";
import { describe as describeChanges } from "./describe.ts";
import { diff } from "./diff.ts";

const LIMIT_BYTES = 65_536;

/** 64 of them fill a chunk. */
const line = (index: number) => `${index}`.padEnd(63, ".");

let origin: string;
beforeAll(async () => {
  origin = await written((hand) => {
    hand.file("/a", "one\ntwo\n");
    hand.file("/full", Array.from({ length: LIMIT_BYTES / 64 }, (_, index) => `${line(index)}\n`).join(""));
    hand.directory("/dir");
    hand.file("/dir/x", "x\n");
    hand.symlink("/link", "/a");
    hand.key("one", '{"n":1}');
    hand.call("build", "pending");
  });
});

async function described(write: (hand: Hand) => void) {
  const snapshot = await changed(origin, write);
  return describeChanges(origin, snapshot, diff(origin, snapshot));
}

const shown = ({ did, path, from, before, after }: FileDiff) =>
  [did, ...(from === null ? [] : [from]), path, before?.sizeBytes ?? "none", after?.sizeBytes ?? "none"].join(" ");

const WENT = { startedAt: "1970-01-01T00:00:10.000Z", durationMs: null, error: null };

describe("a diff by paths says", () => {
  test.for<[what: string, write: (hand: Hand) => void, files: readonly string[]]>([
    ["nothing of times", (hand) => hand.sql("UPDATE fs_inode SET mtime = 99"), []],
    ["what is new", (hand) => hand.file("/dir/n", "new"), ["added /dir/n none 3"]],
    ["what is gone", (hand) => hand.remove("/dir/x"), ["removed /dir/x 2 none"]],
    ["what has other content", (hand) => hand.edit("/a", "one"), ["changed /a 8 3"]],
    [
      "what has other permissions",
      (hand) => hand.sql("UPDATE fs_inode SET mode = mode & ~4 WHERE ino = ?", hand.ino("/a")),
      ["changed /a 8 8"],
    ],
    ["where a file went", (hand) => hand.move("/a", "/dir/b"), ["renamed /a /dir/b 8 8"]],
    ["where a directory went, once", (hand) => hand.move("/dir", "/moved"), ["renamed /dir /moved 0 0"]],
    [
      "where what was removed has been, in a directory that went elsewhere",
      (hand) => {
        hand.remove("/dir/x");
        hand.move("/dir", "/moved");
        hand.file("/moved/y", "y");
      },
      ["removed /dir/x 2 none", "renamed /dir /moved 0 0", "added /moved/y none 1"],
    ],
    [
      "a file that moved and changed once",
      (hand) => {
        hand.move("/a", "/b");
        hand.edit("/b", "b");
      },
      ["renamed /a /b 8 1"],
    ],
    [
      "a file that a new one took the place of is a changed one",
      (hand) => {
        hand.file("/a.tmp", "three\n");
        hand.remove("/a");
        hand.move("/a.tmp", "/a");
      },
      ["changed /a 8 6"],
    ],
    [
      "the same of a file whose number the new one got",
      (hand) => {
        const ino = hand.ino("/a");
        hand.remove("/a");
        hand.file("/n", "n", ino);
      },
      ["removed /a 8 none", "added /n none 1"],
    ],
    ["a hard link by its own path", (hand) => hand.link("/a", "/b"), ["added /b none 8"]],
  ])("%s", async ([, write, files]) => {
    expect((await described(write)).files.map(shown)).toEqual(files);
  });

  test("what kind of thing it is, and its mode", async () => {
    const { files } = await described((hand) => {
      hand.directory("/n");
      hand.sql("UPDATE fs_symlink SET target = '/dir'");
      hand.node("/pipe", 0o010644);
      hand.sql("UPDATE fs_inode SET mode = ? WHERE ino = ?", 0o100600, hand.ino("/a"));
    });
    expect(files.map(({ path, kind, before, after }) => [path, kind, before?.mode, after?.mode])).toEqual([
      ["/a", "file", "100644", "100600"],
      ["/link", "symlink", "120777", "120777"],
      ["/n", "directory", undefined, "040755"],
      ["/pipe", "other", undefined, "010644"],
    ]);
  });

  test("which keys, tool calls and other rows", async () => {
    const { files, ...rest } = await described((hand) => {
      hand.key("one", '{"n":2}');
      hand.key("two", Buffer.from([1, 255]));
      hand.sql("UPDATE tool_calls SET status = 'success'");
      hand.call("test");
      hand.sql("INSERT INTO fs_config VALUES ('colour', 'red')");
      hand.sql("CREATE TABLE pairs (a, b, c, PRIMARY KEY (a, b))");
      hand.sql("INSERT INTO pairs VALUES (1, 'x', x'00')");
      hand.sql("CREATE TABLE whole (a)");
      hand.sql("INSERT INTO whole VALUES (3.0)");
    });
    expect(files).toEqual([]);
    expect(rest).toEqual({
      keys: [
        { did: "changed", key: "one", before: '{"n":1}', after: '{"n":2}' },
        { did: "added", key: "two", before: null, after: "x'01ff'" },
      ],
      toolCalls: [
        { did: "changed", id: 1, name: "build", before: "pending", after: "success", ...WENT },
        { did: "added", id: 2, name: "test", before: null, after: "success", ...WENT },
      ],
      rows: [
        { did: "added", table: "fs_config", key: "colour", before: null, after: '{"key":"colour","value":"red"}' },
        { did: "added", table: "pairs", key: '[1,"x"]', before: null, after: '{"a":1,"b":"x","c":{"blob":"AA=="}}' },
        { did: "added", table: "whole", key: '{"a":3.0}', before: null, after: '{"a":3.0}' },
      ],
      schema: [
        { did: "added", type: "table", name: "pairs", sql: "CREATE TABLE pairs (a, b, c, PRIMARY KEY (a, b))" },
        { did: "added", type: "table", name: "whole", sql: "CREATE TABLE whole (a)" },
      ],
    });
    const { keys } = await described((hand) => hand.sql("DELETE FROM kv_store"));
    expect(keys).toEqual([{ did: "removed", key: "one", before: '{"n":1}', after: null }]);
  });
});

test.for<[what: string, write: (hand: Hand) => void, what: object]>([
  [
    "an empty file of a negative size",
    (hand) => {
      hand.file("/n", "");
      hand.sql("UPDATE fs_inode SET size = -5 WHERE ino = ?", hand.ino("/n"));
    },
    { files: [{ path: "/n", after: { sizeBytes: 0 } }] },
  ],
  [
    "a directory whose size is no number, and one of more than a double counts",
    (hand) => {
      for (const path of ["/n", "/o"]) hand.directory(path);
      hand.sql("UPDATE fs_inode SET size = 'abc' WHERE ino = ?", hand.ino("/n"));
      hand.sql("UPDATE fs_inode SET size = 9223372036854775807 WHERE ino = ?", hand.ino("/o"));
    },
    { files: [{ after: { sizeBytes: 0 } }, { after: { sizeBytes: Number.MAX_SAFE_INTEGER } }] },
  ],
  [
    "a tool call with a number that a double cannot hold",
    (hand) => {
      hand.call("test");
      hand.sql("UPDATE tool_calls SET id = 1152921504606846977 WHERE name = 'test'");
    },
    { toolCalls: [{ name: "test" }] },
  ],
])("%s keeps nothing out of a report that can be read", async ([, write, expected]) => {
  const changes = await described(write);
  expect(changes).toMatchObject(expected);
  const agent = { agent: "bot", ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null, changes };
  const parsed = reportSchema.safeParse(JSON.parse(JSON.stringify(buildReport("push", "r", 0, [agent]))));
  expect(parsed.error?.issues ?? []).toEqual([]);
});

describe("the text diff", () => {
  const textOf = async (write: (hand: Hand) => void) => (await described(write)).files.map(({ text }) => text);

  test.for<[of: string, write: (hand: Hand) => void, text: string]>([
    ["a changed file", (hand) => hand.edit("/a", "one\nthree\n"), "--- /a\n+++ /a\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"],
    ["a new file", (hand) => hand.file("/n", "n\n"), "--- /dev/null\n+++ /n\n@@ -0,0 +1,1 @@\n+n\n"],
    ["a removed file", (hand) => hand.remove("/dir/x"), "--- /dir/x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n"],
    [
      "a link's target",
      (hand) => hand.sql("UPDATE fs_symlink SET target = '/b'"),
      "--- /link\n+++ /link\n@@ -1,1 +1,1 @@\n-/a\n\\ No newline at end of file\n+/b\n\\ No newline at end of file\n",
    ],
    [
      "a file of 64 KiB, one of its lines changed",
      (hand) => hand.sql("UPDATE fs_data SET data = CAST('y' || substr(CAST(data AS TEXT), 2) AS BLOB) WHERE chunk_index = 15"),
      [
        "--- /full\n+++ /full\n@@ -958,7 +958,7 @@",
        ...[957, 958, 959].map((index) => ` ${line(index)}`),
        `-${line(960)}`,
        `+y${line(960).slice(1)}`,
        ...[961, 962, 963].map((index) => ` ${line(index)}`),
        "",
      ].join("\n"),
    ],
  ])("of %s", async ([, write, text]) => {
    expect(await textOf(write)).toEqual([text]);
  });

  test("of a file with 10,000 new lines is there", async () => {
    const [text] = await textOf((hand) => hand.file("/n", "abc\n".repeat(10_000)));
    expect(text?.match(/^\+abc$/gm)).toHaveLength(10_000);
  });

  test.for<[of: string, write: (hand: Hand) => void]>([
    ["a file that only moved", (hand) => hand.move("/a", "/b")],
    ["other permissions", (hand) => hand.sql("UPDATE fs_inode SET mode = mode & ~4 WHERE ino = ?", hand.ino("/a"))],
    ["a directory", (hand) => hand.directory("/n")],
    ["what holds a NUL", (hand) => hand.edit("/a", "one\0")],
    ["a hole", (hand) => hand.sql("UPDATE fs_inode SET size = 20 WHERE ino = ?", hand.ino("/a"))],
    ["what is no UTF-8", (hand) => hand.sql("UPDATE fs_data SET data = x'6f6eff0a74776f0a' WHERE ino = ?", hand.ino("/a"))],
    ["what became longer than 64 KiB", (hand) => hand.edit("/a", "a".repeat(LIMIT_BYTES + 1))],
    ["what is one byte longer than 64 KiB", (hand) => hand.sql("UPDATE fs_inode SET size = size + 1 WHERE size = 65536")],
    ["a link's target of more than 64 KiB", (hand) => hand.sql("UPDATE fs_symlink SET target = ?", "/b".repeat(LIMIT_BYTES))],
    [
      "two texts of thousands of lines that have nothing in common",
      (hand) => hand.edit("/full", Array.from({ length: 10_000 }, (_, index) => `${index}\n`).join("")),
    ],
  ])("is not made of %s", async ([, write]) => {
    expect(await textOf(write)).toEqual([null]);
  });
});
