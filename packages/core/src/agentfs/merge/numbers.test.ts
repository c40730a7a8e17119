import { beforeAll, describe, expect, test } from "vitest";
import type { Hand } from "../../../../../test/parts/hand.ts";
import { merged, writeOrigin } from "../../../../../test/parts/merged.ts";
import { IDENTITY, type IdMap } from "../../replica/id-map.ts";
import { Numbers } from "./numbers.ts";
import { isEmptyPlan } from "./types.ts";

const GAP = 2n ** 20n;

let origin: string;
beforeAll(async () => {
  origin = await writeOrigin();
});

describe("numbers of what is new", () => {
  test("start far above the highest in use", async () => {
    const { plan } = await merged(
      origin,
      (hand) => hand.file("/n", "n"),
      (hand) => hand.file("/theirs", "t", 1000n),
    );
    expect(plan.inodes.insert).toMatchObject([{ ino: 1000n + GAP, nlink: 1n }]);
    expect(plan.lowest.inode).toBe(1000n + GAP);
    expect(plan.marks.inode).toBe(1000n + GAP);
    expect(plan.entries.insert).toMatchObject([{ name: "n", parentIno: 1n, ino: 1000n + GAP }]);
  });

  test("start far above the mark, even if nothing is there that has such a number", async () => {
    const marks = { inode: 5_000_000n, entry: 6_000_000n, toolCall: 7_000_000n };
    const write = (hand: Hand) => {
      hand.file("/n", "n");
      hand.call("test");
    };
    const { plan } = await merged(origin, write, undefined, { marks });
    expect(plan.lowest).toEqual({ inode: 5_000_000n + GAP, entry: 6_000_000n + GAP, toolCall: 7_000_000n + GAP });
    expect(plan.marks).toEqual(plan.lowest);
  });

  test("start above content that waits for its inode", async () => {
    const { plan } = await merged(
      origin,
      (hand) => hand.file("/n", "n"),
      (hand) => hand.sql("INSERT INTO fs_data VALUES (3000, 0, x'00')"),
    );
    expect(plan.lowest.inode).toBe(3000n + GAP);
  });

  test.each([null, 2n ** 63n])("are none beyond what SQLite knows (reserved from %s)", async (first) => {
    const marks = { inode: 2n ** 63n - GAP, entry: 6n, toolCall: 7n };
    const range = { first: first ?? 0n, last: 2n ** 64n };
    const ranges = { inode: range, entry: range, toolCall: range };
    const reserved = first === null ? null : { ranges, stagedIno: new Map() };
    const write = (hand: Hand) => void hand.file("/new", "new");
    await expect(merged(origin, write, undefined, { marks, reserved })).rejects.toMatchObject({ code: "unsupported-value" });
  });

  test("leave the marks alone if there is nothing new", async () => {
    const marks = { inode: 5n, entry: 6n, toolCall: 7n };
    const { plan } = await merged(origin, (hand) => hand.edit("/a", "edited"), undefined, { marks });
    expect(plan.marks).toEqual(marks);
    expect(plan.lowest).toEqual({ inode: null, entry: null, toolCall: null });
  });

  test("are kept in the map, and go where something names them", async () => {
    const { plan } = await merged(origin, (hand) => {
      hand.directory("/n");
      hand.file("/n/in", "i");
      hand.move("/a", "/n/a");
    });
    const directory = plan.map.inode.get(5n + 1n);
    expect(directory).toBe(plan.lowest.inode);
    expect(plan.entries.insert.map(({ name, parentIno }) => [name, parentIno])).toEqual([
      ["a", directory],
      ["n", 1n],
      ["in", directory],
    ]);
  });
});

describe("numbers that the map knows", () => {
  const moved = 900n;
  const map: IdMap = {
    inode: new Map([[2n, moved]]),
    entry: new Map([[1n, 901n]]),
    toolCall: new Map([[1n, 902n]]),
    places: new Map(),
    rows: new Map(),
  };
  /** The remote has `/a` and the call under other numbers. */
  const renumbered = (hand: Hand) => {
    hand.sql("UPDATE fs_inode SET ino = 900 WHERE ino = 2");
    hand.sql("UPDATE fs_data SET ino = 900 WHERE ino = 2");
    hand.sql("UPDATE fs_dentry SET ino = 900, id = 901 WHERE ino = 2");
    hand.sql("UPDATE tool_calls SET id = 902");
  };

  test("stand for what they are on the remote", async () => {
    const ours = (hand: Hand) => {
      hand.edit("/a", "edited");
      hand.sql("UPDATE tool_calls SET status = 'success'");
    };
    const { plan, conflicts } = await merged(origin, ours, renumbered, { map });
    expect(conflicts).toEqual([]);
    expect(plan.contents).toMatchObject([{ source: { localIno: 2n }, ino: moved, replaces: { ino: moved, size: 1n } }]);
    expect(plan.inodes.update.map(({ after }) => after["ino"])).toEqual([moved]);
    expect(plan.toolCalls.update).toMatchObject([{ after: { id: 902n, status: "success" } }]);
  });

  test("are forgotten with what they stood for", async () => {
    const { plan, conflicts } = await merged(origin, (hand) => hand.remove("/a"), renumbered, { map });
    expect(conflicts).toEqual([]);
    expect(plan.inodes.remove).toMatchObject([{ ino: moved }]);
    expect(plan.entries.remove).toMatchObject([{ id: 901n, name: "a" }]);
    expect([plan.map.inode.size, plan.map.entry.size]).toEqual([0, 0]);
  });

  test("go to the new object that took the number over", async () => {
    const ours = (hand: Hand) => {
      hand.remove("/a");
      hand.file("/n", "n", 2n);
    };
    const { plan } = await merged(origin, ours, renumbered, { map });
    expect(plan.inodes.remove).toMatchObject([{ ino: moved }]);
    expect(plan.map.inode.get(2n)).toBe(plan.lowest.inode);
  });

  test("name nothing of ours where the remote gave them to another object", async () => {
    const theirs = (hand: Hand) => {
      const ino = hand.ino("/a");
      hand.remove("/a");
      hand.file("/other", "o", ino);
    };
    expect((await merged(origin, (hand) => hand.edit("/a", "edited"), theirs)).conflicts).toMatchObject([
      { path: "/a", ours: "changed", theirs: "removed" },
    ]);
    const both = await merged(origin, (hand) => hand.remove("/a"), theirs);
    expect(both.conflicts).toEqual([]);
    expect(isEmptyPlan(both.plan)).toBe(true);
  });

  test("are no place to put a file where the remote gave a directory's number to another directory", async () => {
    const theirs = (hand: Hand) => {
      const ino = hand.ino("/dir");
      hand.remove("/dir/x");
      hand.remove("/dir");
      hand.node("/other", 0o040755, 0, ino);
      hand.file("/other/n", "n");
    };
    const { conflicts } = await merged(origin, (hand) => hand.file("/dir/n", "n"), theirs);
    expect(conflicts).toMatchObject([{ path: "/dir/n", ours: "created", theirs: "removed" }]);
  });
});

describe("reserved numbers", () => {
  const range = (first: bigint) => ({ first, last: first + 99n });
  const ranges = { inode: range(1000n), entry: range(2000n), toolCall: range(3000n) };

  test("are the ones that are given out, whatever the marks are by now", () => {
    const high = { inode: 9_000_000n, entry: 9_000_000n, toolCall: 9_000_000n };
    const numbers = new Numbers(IDENTITY, high, high, { ranges, stagedIno: new Map() });
    expect([numbers.inode.next(), numbers.inode.next(), numbers.entry.next(), numbers.toolCall.next()]).toEqual([
      1000n,
      1001n,
      2000n,
      3000n,
    ]);
    expect(numbers.marks).toEqual(high);
  });

  test("a new object takes the number that its content is staged under, once", () => {
    const none = { inode: 0n, entry: 0n, toolCall: 0n };
    const numbers = new Numbers(IDENTITY, none, none, { ranges, stagedIno: new Map([[7n, 1500n]]) });
    expect([numbers.inodeFor(6n), numbers.inodeFor(7n), numbers.inodeFor(7n)]).toEqual([1000n, 1500n, 1001n]);
    expect([numbers.lowest.inode, numbers.marks.inode]).toEqual([1000n, 1500n]);
  });

  test("end where the reservation ends", () => {
    const none = { inode: 0n, entry: 0n, toolCall: 0n };
    const numbers = new Numbers(IDENTITY, none, none, {
      ranges: { ...ranges, inode: { first: 5n, last: 5n } },
      stagedIno: new Map(),
    });
    expect(numbers.inode.next()).toBe(5n);
    expect(() => numbers.inode.next()).toThrow(/used up/);
  });
});
