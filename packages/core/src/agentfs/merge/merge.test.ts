import { beforeAll, describe, expect, test } from "vitest";
import { changed, type Hand } from "../../../../../test/parts/hand.ts";
import { merged, OPTIONS, writeOrigin } from "../../../../../test/parts/merged.ts";
import { diff } from "../diff.ts";
import { openSides } from "../side.ts";
import { merge } from "./merge.ts";
import { isEmptyPlan } from "./types.ts";

let origin: string;
beforeAll(async () => {
  origin = await writeOrigin();
});

describe("what both did alike is nothing to do", () => {
  test.for<[name: string, write: (hand: Hand) => void]>([
    [
      "a file and a directory made",
      (hand) => {
        hand.directory("/n");
        hand.file("/n/in", "in");
        hand.symlink("/n/link", "/a");
      },
    ],
    ["an edit", (hand) => hand.edit("/a", "edited")],
    ["a rename", (hand) => hand.move("/a", "/dir/a")],
    ["a removal", (hand) => hand.remove("/dir/x")],
    ["a key", (hand) => hand.key("one", "2")],
    ["a key with a BLOB", (hand) => hand.key("one", Buffer.from("2"))],
    ["a call's end", (hand) => hand.sql("UPDATE tool_calls SET status = 'success', completed_at = 99")],
  ])("%s", async ([, write]) => {
    const { plan, conflicts } = await merged(origin, write, write);
    expect(conflicts).toEqual([]);
    expect(isEmptyPlan(plan)).toBe(true);
  });

  test("but two calls are two, unless a copy of this folder has pushed", async () => {
    const write = (hand: Hand) => hand.call("test");
    expect((await merged(origin, write, write)).plan.toolCalls.insert).toHaveLength(1);
    const { plan } = await merged(origin, write, write, { sameCalls: true });
    expect(isEmptyPlan(plan)).toBe(true);
    expect(plan.map.toolCall).toEqual(new Map());
  });

  test("and of two calls alike that a copy pushed, a third is new", async () => {
    const twice = (hand: Hand) => {
      hand.call("test");
      hand.call("test");
    };
    const thrice = (hand: Hand) => {
      twice(hand);
      hand.call("test");
    };
    expect((await merged(origin, thrice, twice, { sameCalls: true })).plan.toolCalls.insert).toHaveLength(1);
  });
});

describe("of one thing that both changed", () => {
  test.for<[name: string, kind: string, path: string, write: (hand: Hand, side: string) => void]>([
    ["a key", "key", "one", (hand, side) => hand.key("one", side)],
    ["a key with bytes", "key", "one", (hand, side) => hand.key("one", Buffer.from(side))],
    ["configuration", "row", "fs_config:colour", (hand, side) => hand.sql("INSERT INTO fs_config VALUES ('colour', ?)", side)],
    ["a file", "file", "/a", (hand, side) => hand.edit("/a", side)],
    [
      "a call that ended",
      "tool-call",
      "build (1)",
      (hand, side) => hand.sql("UPDATE tool_calls SET status = 'error', error = ?", side),
    ],
  ])("%s is named", async ([, kind, path, write]) => {
    const { conflicts } = await merged(
      origin,
      (hand) => write(hand, "ours"),
      (hand) => write(hand, "theirs"),
    );
    expect(conflicts).toMatchObject([{ kind, path, resolution: "fail", oursAt: null }]);
  });

  test("the chunk size stops the merge", async () => {
    const resize = (size: string) => (hand: Hand) => hand.sql("UPDATE fs_config SET value = ? WHERE key = 'chunk_size'", size);
    await expect(merged(origin, resize("8192"), resize("16384"))).rejects.toMatchObject({
      code: "schema-conflict",
      message: expect.stringMatching(/8192.*16384/),
    });
  });

  test("attributes merge one by one, a time with its nanoseconds, and ours wins", async () => {
    const { plan, conflicts } = await merged(
      origin,
      (hand) => hand.sql("UPDATE fs_inode SET mode = 33152, mtime = 50, mtime_nsec = 5 WHERE ino = 2"),
      (hand) => hand.sql("UPDATE fs_inode SET uid = 7, mode = 33279, mtime = 60, mtime_nsec = 6, atime = 99 WHERE ino = 2"),
    );
    expect(conflicts).toEqual([]);
    expect(plan.inodes.update).toMatchObject([{ after: { mode: 33152n, uid: 7n, mtime: 50n, mtime_nsec: 5n, atime: 99n } }]);
  });

  test("a directory's link count takes what each side added to it", async () => {
    const add = (by: number) => (hand: Hand) => hand.sql("UPDATE fs_inode SET nlink = nlink + ? WHERE ino = 1", by);
    const { plan } = await merged(origin, add(2), add(3));
    expect(plan.inodes.update).toMatchObject([{ after: { ino: 1n, nlink: 6n } }]);
  });

  test("a call that is pending on one side only takes the other's end", async () => {
    const end = (hand: Hand) => hand.sql("UPDATE tool_calls SET status = 'success', completed_at = 99");
    const touch = (hand: Hand) => hand.sql("UPDATE tool_calls SET parameters = '1'");
    const here = await merged(origin, end, touch);
    expect(here.conflicts).toEqual([]);
    expect(here.plan.toolCalls.update).toMatchObject([{ after: { status: "success", completed_at: 99n } }]);
    const there = await merged(origin, touch, end);
    expect(there.conflicts).toEqual([]);
    expect(isEmptyPlan(there.plan)).toBe(true);
  });

  test("overlay rows that are of one machine take ours, renumbered", async () => {
    const overlay = (hand: Hand) => {
      hand.sql("CREATE TABLE fs_origin (delta_ino INTEGER PRIMARY KEY, base_ino INTEGER NOT NULL)");
      hand.sql("INSERT INTO fs_origin VALUES (?, 77)", hand.file("/n", "n"));
    };
    const { plan, conflicts } = await merged(origin, overlay);
    expect(conflicts).toEqual([]);
    expect(plan.rows).toEqual([{ table: "fs_origin", before: null, after: { delta_ino: plan.lowest.inode, base_ino: 77n } }]);
  });
});

test("the same input gives the same plan", async () => {
  const write = (hand: Hand) => {
    hand.file("/n", "n");
    hand.move("/a", "/dir/a");
    hand.remove("/b");
    hand.key("two", "2");
  };
  const snapshot = await changed(origin, write);
  using sides = openSides(origin, snapshot, origin);
  const plan = () => merge(diff(origin, snapshot), sides, OPTIONS);
  expect(plan()).toEqual(plan());
});
