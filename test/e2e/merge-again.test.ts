import { beforeAll, describe, expect, test } from "vitest";
import type { AgentListing, AgentOp } from "../parts/agent.ts";
import { expectResult } from "../parts/case-check.ts";
import type { ConflictCase } from "../parts/cases/case.ts";
import { CONFLICTS } from "../parts/conflict-cases.ts";
import { dump } from "../parts/consistency.ts";
import { basePath } from "../parts/image.ts";
import { machine } from "../parts/machine.ts";
import type { Patch } from "../parts/merge-result.ts";
import { file, forget, makeSeed, makeWorld, move, set, sql, unlink, type World } from "../parts/merge-world.ts";

let seed: { readonly db: string; readonly listing: AgentListing };
beforeAll(async () => {
  seed = await makeSeed();
});

function caseOf(name: string): ConflictCase {
  const found = CONFLICTS.find((of) => of.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

/** Both pushed, and there was a conflict; the working copy still has what it had. */
async function afterConflict(name: string): Promise<World & { readonly suffix: string }> {
  const of = caseOf(name);
  const world = await makeWorld(seed.db);
  await Promise.all([world.first.write(...of.theirs), world.second.write(...of.ours)]);
  await world.first.ok("push");
  const { push, conflicts } = await world.second.ok("push");
  expect(conflicts).toHaveLength(of.found.length);
  return { ...world, suffix: push?.pushId?.slice(0, 8) ?? "" };
}

interface Later {
  /** Of the case that comes before it. */
  readonly name: string;
  readonly next: string;
  readonly ops: readonly AgentOp[];
  readonly result: Patch;
}

const EDITED = "one file edited otherwise on both sides";
const MADE = "one new path with different content";
const COPY = "/a.conflict-<push>.txt";

const LATER: readonly Later[] = [
  {
    name: EDITED,
    next: "edited once more: the copy",
    ops: [file("/a.txt", "again")],
    result: { files: { "/a.txt": "theirs", [COPY]: "again" } },
  },
  {
    name: EDITED,
    next: "saved anew: the copy",
    ops: [file("/t", "again"), move("/t", "/a.txt")],
    result: { files: { "/a.txt": "theirs", [COPY]: "again" } },
  },
  {
    name: EDITED,
    next: "moved: the copy",
    ops: [move("/a.txt", "/dir/m")],
    result: { files: { "/a.txt": "theirs", "/dir/m": "ours" } },
  },
  { name: EDITED, next: "deleted: the copy", ops: [unlink("/a.txt")], result: { files: { "/a.txt": "theirs" } } },
  {
    name: MADE,
    next: "edited once more: the copy",
    ops: [file("/dir/new", "again")],
    result: { files: { "/dir/new": "theirs", "/dir/new.conflict-<push>": "again" } },
  },
  {
    name: MADE,
    next: "moved: the copy",
    ops: [move("/dir/new", "/m")],
    result: { files: { "/dir/new": "theirs", "/m": "ours" } },
  },
  { name: MADE, next: "deleted: the copy", ops: [unlink("/dir/new")], result: { files: { "/dir/new": "theirs" } } },
  {
    name: "two files moved to one place",
    next: "edited and moved: the one that was moved here",
    ops: [file("/new", "again"), move("/new", "/dir/m")],
    result: { files: { "/a.txt": null, "/b.txt": null, "/new": "b", "/dir/m": "again" } },
  },
  {
    name: "one file moved to two places",
    next: "edited: where theirs has it",
    ops: [file("/ours", "again")],
    result: { files: { "/a.txt": null, "/dir/theirs": "again" } },
  },
  {
    name: "one file moved to two places",
    next: "moved once more: there",
    ops: [move("/ours", "/dir/m")],
    result: { files: { "/a.txt": null, "/dir/m": "a" } },
  },
  {
    name: "a file here and a directory there at one new path",
    next: "deleted: the file",
    ops: [unlink("/new")],
    result: { files: { "/new/in": "theirs" }, directories: { added: ["/new"] } },
  },
  {
    name: "a directory here and a file there at one new path",
    next: "a file made in it: in the directory",
    ops: [file("/new/more", "again")],
    result: {
      files: { "/new/in": "ours", "/new/more": "again", "/new.conflict-<push>": "theirs" },
      directories: { added: ["/new"] },
    },
  },
  {
    name: "a file edited here and deleted there",
    next: "deleted as well: the one that had come back",
    ops: [unlink("/a.txt")],
    result: { files: { "/a.txt": null } },
  },
  {
    name: "a file added here below a directory deleted there",
    next: "another added: in the directory that came back",
    ops: [file("/dir/sub/more", "again")],
    result: { files: { "/dir/x": null, "/dir/y": null, "/dir/sub/z": null, "/dir/sub/new": "ours", "/dir/sub/more": "again" } },
  },
  {
    name: "moves that would make a cycle of two directories",
    next: "edited in the directory that was moved: where theirs has it",
    ops: [file("/other/dir/x", "again")],
    result: {
      files: { "/other/o": null, "/dir/other/o": "o", "/dir/x": "again" },
      directories: { removed: ["/other"], added: ["/dir/other"] },
    },
  },
  {
    name: "a file with two names edited otherwise on both sides",
    next: "edited by its other name: the copy",
    ops: [file("/hard1", "again")],
    result: { files: { "/hard1": "theirs", "/hard2": "theirs", "/hard1.conflict-<push>": "again" } },
  },
  {
    name: "one key set to different values",
    next: "set once more: the copy",
    ops: [set("one", "again")],
    result: { keys: { one: "theirs", "one.conflict-<push>": "again" } },
  },
  {
    name: "one key set to different values",
    next: "deleted: the copy",
    ops: [forget("one")],
    result: { keys: { one: "theirs" } },
  },
  {
    name: "one new key with different values",
    next: "set to what theirs has: the copy",
    ops: [set("new", "theirs")],
    result: { keys: { new: "theirs", "new.conflict-<push>": "theirs" } },
  },
  {
    name: "one tool call that ended otherwise on both sides",
    next: "changed once more: the one that was added",
    ops: [sql("UPDATE tool_calls SET result = ? WHERE name = 'build'", '"again"')],
    result: { calls: ["build error no disk", "build success again", "deploy pending null"] },
  },
];

describe("I3: after a conflict, without a pull, what ours does to its thing happens to where that went", () => {
  test.for(LATER)("$name; then $next", async ({ name, ops, result }) => {
    const { url, second, suffix } = await afterConflict(name);
    expect((await second.ok("push")).push?.outcome).toBe("unchanged");
    await second.write(...ops);
    const { conflicts, push } = await second.ok("push");
    expect({ conflicts, outcome: push?.outcome }).toEqual({ conflicts: [], outcome: "pushed" });
    const fresh = await machine(url);
    await fresh.ok("pull");
    expectResult({ listing: await fresh.list(), db: basePath(fresh), suffix }, seed.listing, result);
    // The working copy takes it, and has nothing to say to it.
    expect((await second.ok("sync")).push?.outcome).toBe("unchanged");
    expect(dump(second.db)).toEqual(dump(basePath(fresh)));
    expect((await second.ok("sync")).pull?.outcome).toBe("unchanged");
  });
});

/** The first case of each row. */
const FIRST = [...Map.groupBy(CONFLICTS, ({ row }) => row).values()].flatMap(([of]) => (of === undefined ? [] : [of]));

describe("I3: after a conflict", () => {
  test.for(FIRST)("a push without changes says so, and a sync takes the result: $row", async ({ name, outcomes }) => {
    const { second, suffix } = await afterConflict(name);
    expect((await second.ok("push")).push?.outcome).toBe("unchanged");
    await second.ok("sync");
    const after = { listing: await second.list(), db: basePath(second), suffix };
    expectResult(after, seed.listing, outcomes["keep-both"].result);
    expect((await second.ok("sync")).pull?.outcome).toBe("unchanged");
  });
});
