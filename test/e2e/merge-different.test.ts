import { beforeAll, describe, expect, test } from "vitest";
import type { AgentListing, AgentOp } from "../parts/agent.ts";
import { inconsistencies } from "../parts/consistency.ts";
import { machine, pulled } from "../parts/machine.ts";
import { MERGES } from "../parts/merge-cases.ts";
import {
  basePath,
  call,
  callId,
  chmod,
  expected,
  file,
  finish,
  giveUp,
  makeSeed,
  makeWorld,
  shown,
  sql,
} from "../parts/merge-world.ts";

let seed: { readonly db: string; readonly listing: AgentListing };
beforeAll(async () => {
  seed = await makeSeed();
});

/** The later push merges; then a machine that has nothing pulls. Both must be consistent, and be what the real SDK lists. */
async function merged(earlier: readonly AgentOp[], later: readonly AgentOp[]) {
  const { url, first, second } = await makeWorld(seed.db);
  await Promise.all([first.write(...earlier), second.write(...later)]);
  await first.ok("push");
  const agent = await second.ok("push");
  const fresh = await machine(url);
  await fresh.ok("pull");
  expect(inconsistencies(basePath(fresh))).toEqual([]);
  return { url, first, second, agent, fresh };
}

describe("I3: two machines that start from one state and both push keep", () => {
  test.for(MERGES)("$name", async ({ one, other, result }) => {
    const { fresh, agent } = await merged(other, one);
    expect(shown(await fresh.list())).toEqual(expected(seed.listing, result));
    expect(agent).toMatchObject({ ok: true, conflicts: [] });
  });

  test.for(MERGES)("$name, in the other order", async ({ one, other, result }) => {
    const { fresh, second } = await merged(one, other);
    expect(shown(await fresh.list())).toEqual(expected(seed.listing, result));
    await second.ok("pull");
    expect(shown(await second.list())).toEqual(expected(seed.listing, result));
  });
});

describe("I3: of what no path shows", () => {
  test("both sides' tool calls are kept, and a pending one takes the further state", async () => {
    const { url, first, second } = await makeWorld(seed.db);
    const [build, deploy] = [await callId(first, "build"), await callId(first, "deploy")];
    await first.write(call("lint", 2000), giveUp(deploy, "no network"));
    await second.write(call("test", 1000), finish(build, "built"));
    await first.ok("push");
    await second.ok("push");
    const calls = (await pulled(url)).toolCalls.map(({ name, status, error }) => ({ name, status, error: error ?? null }));
    expect(calls).toEqual([
      { name: "build", status: "success", error: null },
      { name: "deploy", status: "error", error: "no network" },
      { name: "lint", status: "success", error: null },
      { name: "test", status: "success", error: null },
    ]);
  });

  test("two calls that are alike in all columns stay two calls", async () => {
    const { fresh } = await merged([call("test", 1000)], [call("test", 1000)]);
    expect((await fresh.list()).toolCalls.filter(({ name }) => name === "test")).toHaveLength(2);
  });

  test("permissions stay with content that the other side wrote", async () => {
    for (const [earlier, later] of [
      [[chmod("/a.txt", 0o600)], [file("/a.txt", "edited")]],
      [[file("/a.txt", "edited")], [chmod("/a.txt", 0o600)]],
    ] as const) {
      const { fresh } = await merged(earlier, later);
      const [stats] = await fresh.write({ op: "stat", path: "/a.txt" });
      expect(stats).toMatchObject({ mode: 0o100600, size: 6 });
    }
  });

  /** As the program's mount writes it: the parent's link count and time change with every subdirectory. */
  const mkdirAsTheProgram = (name: string, ino: number, time: number): AgentOp[] => [
    sql("INSERT INTO fs_inode (ino, mode, nlink, atime, mtime, ctime) VALUES (?, 16877, 2, ?, ?, ?)", ino, time, time, time),
    sql("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, 1, ?)", name, ino),
    sql("UPDATE fs_inode SET nlink = nlink + 1, mtime = ?, ctime = ? WHERE ino = 1", time, time),
  ];
  const rmdirAsTheProgram = (path: string): AgentOp[] => [
    { op: "rmdir", path },
    sql("UPDATE fs_inode SET nlink = nlink - 1 WHERE ino = 1"),
  ];
  /** The SDK does not count directories. */
  const SEED_ROOT_LINKS = 1;
  const rootLinks = sql("SELECT nlink FROM fs_inode WHERE ino = 1");

  test.for([
    { name: "different ones added", one: mkdirAsTheProgram("p", 900, 5000), other: mkdirAsTheProgram("q", 900, 6000), by: 2 },
    { name: "the same one added", one: mkdirAsTheProgram("p", 900, 5000), other: mkdirAsTheProgram("p", 901, 6000), by: 1 },
    { name: "one added and one removed", one: mkdirAsTheProgram("p", 900, 5000), other: rmdirAsTheProgram("/third"), by: 0 },
    { name: "the same one removed", one: rmdirAsTheProgram("/third"), other: rmdirAsTheProgram("/third"), by: -1 },
  ])("a writer's own link counts of directories add up: $name", async ({ one, other, by }) => {
    const { fresh } = await merged(one, [...other, file("/n1", "1")]);
    expect(await fresh.write(rootLinks)).toEqual([[{ nlink: SEED_ROOT_LINKS + by }]]);
  });

  test("the time of a directory in which both wrote is the later pusher's", async () => {
    const touch = (time: number) => sql("UPDATE fs_inode SET mtime = ?, mtime_nsec = ? WHERE ino = 1", time, time);
    const { fresh } = await merged([file("/n1", "1"), touch(5000)], [file("/n2", "2"), touch(6000)]);
    const [rows] = await fresh.write(sql("SELECT mtime FROM fs_inode WHERE ino = 1"));
    expect(rows).toEqual([{ mtime: 6000 }]);
  });
});
