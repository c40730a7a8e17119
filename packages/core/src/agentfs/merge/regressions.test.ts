import { beforeAll, describe, expect, test } from "vitest";
import type { AgentOp } from "../../../../../test/parts/agent.ts";
import { inconsistencies } from "../../../../../test/parts/consistency.ts";
import { Hand } from "../../../../../test/parts/hand.ts";
import { chmod, dir, file, link, move, set, sql, unlink } from "../../../../../test/parts/merge-ops.ts";
import { type PlainMachine, PlainRemote, Shelf } from "../../../../../test/parts/rebase.ts";
import { makeTempDir } from "../../../../../test/parts/temp.ts";

let shelf: Shelf;
beforeAll(async () => {
  shelf = new Shelf(await makeTempDir());
});

function twoMachines(seed: readonly AgentOp[]) {
  const remote = new PlainRemote(shelf, seed, false);
  return { remote, ours: remote.pull(), theirs: remote.pull() };
}

/** The texts of the files at the root, by name. */
function files({ file: path }: PlainRemote | PlainMachine): Record<string, string> {
  expect(inconsistencies(path)).toEqual([]);
  using hand = new Hand(path);
  const rows = hand.db.prepare(
    "SELECT name, CAST(data AS TEXT) AS text FROM fs_dentry JOIN fs_data USING (ino) WHERE parent_ino = 1",
  );
  return Object.fromEntries(rows.all().map(({ name, text }) => [String(name), String(text)]));
}

/** Two files replaced by a new one that has both names. */
const REPLACED_BY_ONE = [unlink("/a"), unlink("/b"), file("/a", "one"), link("/a", "/b")];

describe("two files that a new one under both names replaces", () => {
  test("nobody else wrote: no conflict, one file", () => {
    const { remote, ours } = twoMachines([file("/a", "a"), file("/b", "b")]);
    ours.write(REPLACED_BY_ONE);
    expect(remote.push(ours)).toEqual([]);
    expect(files(remote)).toEqual({ a: "one", b: "one" });
  });

  test("the other side edited both: both edits stay, each where the report says", () => {
    const { remote, ours, theirs } = twoMachines([file("/a", "a"), file("/b", "b")]);
    theirs.write(REPLACED_BY_ONE);
    remote.push(theirs);
    ours.write([file("/a", "edit of a"), file("/b", "edit of b")]);
    const conflicts = remote.push(ours, "ours");
    const there = files(remote);
    expect(conflicts.map(({ path, oursAt }) => [path, there[oursAt?.slice(1) ?? ""]])).toEqual([
      ["/a", "edit of a"],
      ["/b", "edit of b"],
    ]);
  });
});

describe("two new files where the other side made one with both names", () => {
  test.for(["keep-both", "theirs"] as const)("%s: later edits of one and of the other are both kept", (policy) => {
    const { remote, ours, theirs } = twoMachines([]);
    theirs.write([file("/a", "equal"), link("/a", "/b")]);
    remote.push(theirs);
    ours.write(policy === "theirs" ? [file("/a", "1"), file("/b", "2")] : [file("/a", "equal"), file("/b", "equal")]);
    remote.push(ours, policy);
    ours.write([file("/a", "edit of a"), file("/b", "edit of b")]);
    remote.push(ours, "ours");
    expect(Object.values(files(remote))).toEqual(expect.arrayContaining(["edit of a", "edit of b"]));
  });
});

test("a file that stands elsewhere on the remote since a conflict is not taken for a new one of theirs in its old place", () => {
  const { remote, ours, theirs } = twoMachines([file("/a", "a"), dir("/dir")]);
  theirs.write([move("/a", "/dir/moved")]);
  remote.push(theirs);
  ours.write([move("/a", "/b")]);
  remote.push(ours, "keep-both");
  theirs.write([unlink("/dir/moved"), file("/moved", "unrelated")]);
  remote.push(theirs);
  ours.write([file("/b", "edited"), chmod("/b", 0o600)]);
  const conflicts = remote.push(ours, "ours");
  expect(files(remote)).toMatchObject({ moved: "unrelated" });
  expect(conflicts).toMatchObject([{ ours: "changed", theirs: "removed", resolution: "ours" }]);
});

test("fs_origin names no file that was not pushed", () => {
  const table = sql("CREATE TABLE fs_origin (delta_ino INTEGER PRIMARY KEY, base_ino INTEGER NOT NULL)");
  const { remote, ours, theirs } = twoMachines([table, file("/x", "x"), file("/y", "y")]);
  theirs.write([link("/x", "/a"), link("/y", "/b")]);
  remote.push(theirs);
  ours.write([
    file("/a", "1"),
    file("/b", "2"),
    sql("INSERT INTO fs_origin SELECT ino, 70 + ino FROM fs_dentry WHERE name IN ('a', 'b')"),
  ]);
  remote.push(ours, "theirs");
  using hand = new Hand(remote.file);
  expect(hand.db.prepare("SELECT * FROM fs_origin").all()).toEqual([]);
});

describe("a call that is pending on both sides, and changed otherwise", () => {
  const change = (parameters: string) => sql("UPDATE tool_calls SET parameters = ?", parameters);
  test.for([
    ["keep-both", ["theirs", "ours"]],
    ["ours", ["ours"]],
    ["theirs", ["theirs"]],
  ] as const)("%s", ([policy, expected]) => {
    const { remote, ours, theirs } = twoMachines([{ op: "toolStart", name: "build" }]);
    theirs.write([change("theirs")]);
    remote.push(theirs);
    ours.write([change("ours")]);
    expect(remote.push(ours, policy)).toMatchObject([{ kind: "tool-call", resolution: policy }]);
    using hand = new Hand(remote.file);
    const rows = hand.db.prepare("SELECT parameters FROM tool_calls ORDER BY id").all();
    expect(rows.map((row) => row["parameters"])).toEqual(expected);
  });
});

test("a file that became a directory under its old entry is one on the remote, with what is in it", () => {
  const { remote, ours } = twoMachines([file("/a", "a")]);
  ours.write([sql("DELETE FROM fs_data"), sql("UPDATE fs_inode SET mode = 16877, size = 0 WHERE ino = 2"), file("/a/in", "in")]);
  expect(remote.push(ours)).toEqual([]);
  expect(files(remote)).toEqual({});
  using hand = new Hand(remote.file);
  expect(hand.has("/a/in")).toBe(true);
});

test("a key of ours that is called as a conflict would call another one keeps its name", () => {
  const { remote, ours, theirs } = twoMachines([]);
  theirs.write([set("k", "theirs")]);
  remote.push(theirs);
  ours.write([set("k", "ours"), set("k.conflict-00000001", "third")]);
  remote.push(ours, "keep-both");
  using hand = new Hand(remote.file);
  expect(hand.db.prepare("SELECT key, value FROM kv_store ORDER BY key").all()).toEqual([
    { key: "k", value: '"theirs"' },
    { key: "k.conflict-00000001", value: '"third"' },
    { key: "k.conflict-00000001-2", value: '"ours"' },
  ]);
});
