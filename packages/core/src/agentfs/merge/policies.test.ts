import { beforeAll, describe, expect, test } from "vitest";
import type { Hand } from "../../../../../test/parts/hand.ts";
import { merged, writeOrigin } from "../../../../../test/parts/merged.ts";
import { isEmptyPlan } from "./types.ts";

let origin: string;
beforeAll(async () => {
  origin = await writeOrigin();
});

const edit = (side: string) => (hand: Hand) => hand.edit("/a", side);

describe("one file edited otherwise on both sides", () => {
  test("keep-both: theirs stays in its row, ours is a new object beside it, for which the working copy's number stands", async () => {
    const { plan, conflicts } = await merged(origin, edit("ours"), edit("theirs!"), { policy: "keep-both" });
    const [made] = plan.inodes.insert;
    expect(plan.inodes.update).toEqual([]);
    expect(plan.contents).toEqual([{ ino: made?.["ino"], source: { localIno: 2n }, replaces: null, isDelta: false }]);
    expect(plan.entries.insert).toMatchObject([{ name: "a.conflict-0123abcd", parentIno: 1n, ino: made?.["ino"] }]);
    expect(plan.map.inode.get(2n)).toBe(made?.["ino"]);
    expect(plan.map.places.get(1n)).toEqual({ parentIno: 1n, name: "a.conflict-0123abcd" });
    expect(conflicts).toEqual([
      {
        kind: "file",
        path: "/a",
        ours: "changed",
        theirs: "changed",
        resolution: "keep-both",
        oursAt: "/a.conflict-0123abcd",
        theirsAt: "/a",
      },
    ]);
  });

  test("ours: all chunks of theirs go, all of ours come", async () => {
    const { plan, conflicts } = await merged(origin, edit("ours"), edit("theirs!"), { policy: "ours" });
    expect(plan.contents).toMatchObject([{ ino: 2n, source: { localIno: 2n }, replaces: { size: 7n }, isDelta: false }]);
    expect(plan.inodes.update).toMatchObject([{ after: { ino: 2n, size: 4n } }]);
    expect(conflicts).toMatchObject([{ resolution: "ours", oursAt: "/a", theirsAt: null }]);
  });

  test("theirs: nothing is written", async () => {
    const { plan, conflicts } = await merged(origin, edit("ours"), edit("theirs!"), { policy: "theirs" });
    expect(isEmptyPlan(plan)).toBe(true);
    expect(conflicts).toMatchObject([{ resolution: "theirs", oursAt: null, theirsAt: "/a" }]);
  });
});

test("a file saved anew is an edit: it keeps the remote's number, and merges with a rename of theirs", async () => {
  const save = (hand: Hand) => {
    hand.file("/tmp", "saved");
    hand.remove("/a");
    hand.move("/tmp", "/a");
  };
  const { plan, conflicts } = await merged(origin, save, (hand) => hand.move("/a", "/dir/renamed"));
  expect(conflicts).toEqual([]);
  expect(plan.inodes.insert).toEqual([]);
  expect(plan.inodes.remove).toEqual([]);
  expect(plan.contents).toMatchObject([{ ino: 2n, isDelta: false }]);
  expect([...plan.map.inode.values()]).toEqual([2n]);
  expect(plan.map.places.size).toBe(0);
});

test("a directory that was removed and made anew is the same directory: what theirs added stays in it", async () => {
  const again = (hand: Hand) => {
    hand.remove("/dir/x");
    hand.remove("/dir");
    hand.directory("/dir");
    hand.file("/dir/mine", "mine");
  };
  const { plan, conflicts } = await merged(origin, again, (hand) => hand.file("/dir/theirs", "theirs"));
  expect(conflicts).toEqual([]);
  expect(plan.entries.insert).toMatchObject([{ name: "mine", parentIno: 4n }]);
  expect(plan.entries.remove).toMatchObject([{ name: "x" }]);
});

describe("one key set to different values", () => {
  const set = (value: string) => (hand: Hand) => hand.key("one", value);

  test("keep-both: ours under a key of its own, for which the working copy's key stands", async () => {
    const { plan, conflicts } = await merged(origin, set("8"), set("9"), { policy: "keep-both" });
    expect(plan.rows).toMatchObject([{ before: null, after: { key: "one.conflict-0123abcd", value: "8" } }]);
    expect(plan.map.rows.get("kv_store")).toEqual(new Map([["one", "one.conflict-0123abcd"]]));
    expect(conflicts).toMatchObject([{ kind: "key", oursAt: "one.conflict-0123abcd", theirsAt: "one" }]);
  });

  test.for(["ours", "theirs"] as const)("%s: one value stays", async (policy) => {
    const { plan, conflicts } = await merged(origin, set("8"), set("9"), { policy });
    expect(plan.rows).toMatchObject(policy === "ours" ? [{ before: { value: "9" }, after: { value: "8" } }] : []);
    expect(conflicts).toMatchObject([{ resolution: policy }]);
  });
});

test("one call that ended otherwise on both sides: both are in the log", async () => {
  const end = (error: string) => (hand: Hand) => hand.sql("UPDATE tool_calls SET status = 'error', error = ?", error);
  const { plan, conflicts } = await merged(origin, end("ours"), end("theirs"), { policy: "keep-both" });
  expect(plan.toolCalls).toMatchObject({ insert: [{ name: "build", error: "ours" }], update: [], remove: [] });
  expect(conflicts).toMatchObject([{ kind: "tool-call", path: "build (1)", theirsAt: "build (1)" }]);
});

test("entries that lead to what is touched are named for the guards", async () => {
  const { plan } = await merged(origin, (hand) => {
    hand.directory("/dir/new");
    hand.file("/dir/new/deep", "d");
  });
  expect(plan.unchanged).toMatchObject([{ name: "dir", parentIno: 1n, ino: 4n }]);
});

describe("a directory that one side moved and the other removed comes back with all that was in it", () => {
  const move = (hand: Hand) => hand.move("/dir", "/moved");
  const remove = (hand: Hand) => {
    hand.remove("/dir/x");
    hand.remove("/dir");
  };

  test("moved by ours", async () => {
    const { plan, conflicts } = await merged(origin, move, remove, { policy: "keep-both" });
    expect(plan.entries.insert).toMatchObject([{ name: "moved", parentIno: 1n }, { name: "x" }]);
    expect(plan.contents).toMatchObject([{ source: { localIno: 5n } }]);
    expect(conflicts).toMatchObject([{ path: "/moved", ours: "moved", theirs: "removed", oursAt: "/moved" }]);
  });

  test("moved by theirs", async () => {
    const { plan, conflicts } = await merged(origin, remove, move, { policy: "keep-both" });
    expect(isEmptyPlan(plan)).toBe(true);
    expect(conflicts).toMatchObject([{ path: "/dir", ours: "removed", theirs: "moved", theirsAt: "/moved" }]);
  });
});
