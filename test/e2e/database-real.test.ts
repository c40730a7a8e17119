import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dump, inconsistencies } from "../parts/consistency.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { digestOf, file, remotePages } from "../parts/merge-world.ts";
import { asTheJobLeftIt, bring, bringReplica, mounted, recorded } from "../parts/mounted.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";

/** A machine whose working copy is a database that the real program wrote, and an empty remote. */
async function brought(name: string): Promise<{ readonly url: string; readonly on: Machine }> {
  const { url } = await startServer();
  const on = await machine(url);
  await bring(name, on.db);
  return { url, on };
}

async function freshMachine(url: string): Promise<Machine> {
  const fresh = await machine(url);
  await fresh.ok("pull");
  return fresh;
}

const tablesOf = (url: string) => remoteSql(url, [{ sql: "SELECT name FROM sqlite_schema" }]);

describe("a database that the program's mount wrote", () => {
  test.for(["push", "sync"] as const)("I5: is adopted whole and there on a fresh machine, by %s", async (command) => {
    const { url, on } = await brought("fuse");
    const report = await on.ok(command);
    expect(report.push).toMatchObject({ outcome: "pushed", files: { added: 50, changed: 0, removed: 0 } });
    const fresh = await freshMachine(url);
    expect(mounted(fresh.db)).toEqual(recorded("fuse"));
    expect(inconsistencies(basePath(fresh))).toEqual([]);
    expect(Object.keys((await fresh.list()).files)).toHaveLength(48);
  });

  test("I5: counts as new after a pull from an empty remote, and goes with the next push", async () => {
    const { url, on } = await brought("fuse");
    const before = mounted(on.db);
    expect((await on.ok("pull")).pull).toMatchObject({ outcome: "new" });
    expect(mounted(on.db)).toEqual(before);
    await on.ok("push");
    expect(mounted((await freshMachine(url)).db)).toEqual(recorded("fuse"));
  });

  test("I5: is what the program's mount showed after a job through it, reused inode numbers included", async () => {
    for (const job of ["fuse-ours", "fuse-theirs"]) {
      const { url, on } = await brought("fuse");
      await on.ok("push");
      await asTheJobLeftIt(on.db, job);
      await on.ok("push");
      const fresh = await freshMachine(url);
      expect(mounted(fresh.db)).toEqual(recorded(job));
      expect(inconsistencies(basePath(fresh))).toEqual([]);
      await on.ok("pull");
      expect(mounted(on.db)).toEqual(recorded(job));
    }
  });

  test("I2: two jobs through mounts that changed the same files end in a conflict that names them, if they are told to, and nothing is changed", async () => {
    const { url, on } = await brought("fuse");
    await on.ok("push");
    const copy = await machine(url);
    await cp(join(on.dir, ".agentfs"), join(copy.dir, ".agentfs"), { recursive: true });
    await asTheJobLeftIt(on.db, "fuse-theirs");
    await on.ok("push");
    await asTheJobLeftIt(copy.db, "fuse-ours");
    const before = [await digestOf(await remotePages(url)), await digestOf(copy.db)];
    const { error, conflicts } = await copy.run("push", { conflict: "fail" });
    expect(error?.code).toBe("conflict");
    expect(conflicts.map(({ path, ours, theirs }) => `${path}: ${ours} here, ${theirs} there`)).toEqual([
      "/src/lib/new: removed here, changed there",
      "/README.md: changed here, changed there",
      "/f1-hard: created here, removed there",
      "/odd names: removed here, changed there",
      "/same-path: created here, created there",
    ]);
    expect([await digestOf(await remotePages(url)), await digestOf(copy.db)]).toEqual(before);
    expect(mounted((await freshMachine(url)).db)).toEqual(recorded("fuse-theirs"));
  });

  test("I5: is refused where the remote holds another agent's state already, unless it is to be adopted", async () => {
    const { url, on } = await brought("fuse");
    const other = await machine(url);
    await other.ok("pull");
    await other.write(file("/mine", "m"));
    await other.ok("push");
    const before = await digestOf(on.db);
    for (const command of ["pull", "push"] as const) {
      expect((await on.run(command)).error?.code).toBe("origin-mismatch");
      expect(await digestOf(on.db)).toBe(before);
    }
    await on.ok("push", { adopt: true });
    const both = mounted((await freshMachine(url)).db);
    expect(Object.keys(both)).toHaveLength(Object.keys(recorded("fuse")).length + 1);
    expect(both).toMatchObject({ ...recorded("fuse"), "/mine": { size: 1 } });
  });
});

test("I5: a database straight after `agentfs init`, nearly all of it in the WAL, takes part like any other", async () => {
  const { url, on } = await brought("fresh");
  await on.ok("push");
  expect((await pulled(url)).files).toEqual({});
  await on.write(file("/a", "a"), { op: "kvSet", key: "k", value: 1 });
  await on.ok("push");
  expect(await pulled(url)).toMatchObject({ files: { "/a": Buffer.from("a").toString("base64") }, keys: { k: 1 } });
});

test("an encrypted database is not a database to us: named, and nothing is changed", async () => {
  const { url, on } = await brought("encrypted");
  const before = await digestOf(on.db);
  for (const command of ["pull", "push", "sync"] as const) {
    const { error } = await on.run(command);
    expect(error).toMatchObject({ code: "not-a-database", message: expect.stringContaining(on.db) });
    expect(await digestOf(on.db)).toBe(before);
  }
  expect((await on.run("status")).status).toMatchObject({ workingCopy: "unreadable" });
  expect(await tablesOf(url)).toEqual([[]]);
});

describe("the tables of an overlay", () => {
  const overlayRows = (db: string) => {
    const { fs_overlay_config, fs_whiteout, fs_origin } = dump(db);
    return { fs_overlay_config, fs_whiteout, fs_origin };
  };

  test("I1: are carried, and their numbers follow the inodes that they name", async () => {
    const { url, on } = await brought("overlay");
    await on.write(file("/one", "1"), file("/copied-up", "c"));
    const [{ ino }] = (await on.write({ op: "stat", path: "/copied-up" })) as [{ ino: number }];
    await on.write(
      { op: "sql", sql: "INSERT INTO fs_origin (delta_ino, base_ino) VALUES (?, 77)", args: [ino] },
      { op: "sql", sql: "INSERT INTO fs_whiteout (path, created_at) VALUES ('/gone', 1000)" },
    );
    await on.ok("push");
    const fresh = await freshMachine(url);
    const [{ ino: there }] = (await fresh.write({ op: "stat", path: "/copied-up" })) as [{ ino: number }];
    expect(there).not.toBe(ino);
    expect(overlayRows(basePath(fresh))).toEqual({
      fs_overlay_config: ['["base_path","/base"]'],
      fs_whiteout: ['["/gone","1000"]'],
      fs_origin: [`["${there}","77"]`],
    });
    expect(inconsistencies(basePath(fresh))).toEqual([]);
  });

  test("I3: another base path on each machine is no conflict", async () => {
    const { url, on } = await brought("overlay");
    await on.ok("push");
    const other = await freshMachine(url);
    const setBase = (path: string) =>
      ({ op: "sql", sql: "UPDATE fs_overlay_config SET value = ? WHERE key = 'base_path'", args: [path] }) as const;
    await on.write(setBase("/here"), file("/one", "1"));
    await other.write(setBase("/there"), file("/two", "2"));
    await on.ok("push");
    await other.ok("push");
    expect(Object.keys((await pulled(url)).files)).toEqual(["/one", "/two"]);
  });
});

test("a replica of the native engine is left alone by every command", async () => {
  const { url } = await startServer();
  const on = await machine(url);
  const folder = join(on.dir, ".agentfs");
  await bringReplica(folder);
  const files = async () =>
    Promise.all((await readdir(folder)).sort().map(async (name) => [name, await digestOf(join(folder, name))]));
  const before = await files();
  for (const command of ["pull", "push", "sync", "status"] as const) {
    const { ok, error } = await on.run(command);
    expect({ ok, code: error?.code }).toEqual({ ok: false, code: "engine-mismatch" });
    expect(error?.message).toContain("bot.db-info");
  }
  expect(await files()).toEqual(before);
  expect(await tablesOf(url)).toEqual([[]]);
});
