import { beforeAll, describe, expect, test } from "vitest";
import type { AgentListing, AgentOp } from "../parts/agent.ts";
import { expectResult } from "../parts/case-check.ts";
import { dump, inconsistencies } from "../parts/consistency.ts";
import { basePath } from "../parts/image.ts";
import { machine } from "../parts/machine.ts";
import { MERGES } from "../parts/merge-cases.ts";
import { file, makeSeed, makeWorld, sql } from "../parts/merge-world.ts";

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
  return { second, agent, fresh };
}

/** In the other order, without a server, in `merge-policies.test.ts`. */
describe("I3: two machines that start from one state and both push keep", () => {
  test.for(MERGES)("$row: $name", async ({ one, other, result }) => {
    const { fresh, agent, second } = await merged(other, one);
    expect(agent).toMatchObject({ ok: true, conflicts: [] });
    expectResult({ listing: await fresh.list(), db: basePath(fresh), suffix: "" }, seed.listing, result);
    expect((await fresh.ok("verify", { verifyRemote: true })).findings).toEqual([]);
    await second.ok("pull");
    expect(dump(second.db)).toEqual(dump(basePath(fresh)));
  });
});

describe("I3: of what no path shows", () => {
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
