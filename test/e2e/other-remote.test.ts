import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENTFS_TABLES } from "../../packages/core/src/agentfs/schema.ts";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { pulledSetting } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";

/** A remote that somebody else has filled: without our UUID, and the same number of writes each time, so that revisions are alike. */
async function filledByOthers(name: string): Promise<string> {
  const { url } = await startServer();
  await remoteSql(url, [
    ...Object.values(AGENTFS_TABLES).map((sql) => ({ sql })),
    { sql: "INSERT INTO fs_config VALUES ('chunk_size', '4096'), ('schema_version', '0.4')" },
    { sql: "INSERT INTO fs_inode (ino, mode, nlink, atime, mtime, ctime) VALUES (1, 16877, 1, 1, 1, 1), (2, 33188, 1, 1, 1, 1)" },
    { sql: `INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('${name}', 1, 2)` },
  ]);
  return url;
}

const schemaAndNames = (url: string) =>
  remoteSql(
    url,
    ["SELECT name FROM sqlite_schema ORDER BY name", "SELECT name FROM fs_dentry", "SELECT key FROM kv_store"].map((sql) => ({
      sql,
    })),
  );

describe("another remote than the one that was pulled", () => {
  it("I1: with the same revision, neither with our UUID: a pull shows what it holds", async () => {
    const [one, two] = [await filledByOthers("one"), await filledByOthers("two")];
    const m = await machine(one);
    const first = await m.ok("pull");
    const second = await m.ok("pull", { remoteUrl: two });
    expect(second.pull?.revision).toBe(first.pull?.revision);
    expect(Object.keys((await m.list()).files)).toEqual(["/two"]);
  });

  it("I1: with the same revision, neither with our UUID: a push to the other leaves it as it is", async () => {
    const [one, two] = [await filledByOthers("one"), await filledByOthers("two")];
    const m = await machine(one);
    await m.ok("pull");
    const before = await schemaAndNames(two);
    await m.write(text("/one", "changed"), { op: "kvSet", key: "k", value: 1 });
    expect((await m.run("push", { remoteUrl: two })).error?.code).toBe("remote-replaced");
    expect(await schemaAndNames(two)).toEqual(before);
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(await pulled(one)).toEqual(await m.list());
  });

  it("I1: that was pulled in place of the one before, by a machine that had pushed there or only pulled: pushes go on", async () => {
    const before = await startServer();
    const pushed = await machine(before.url);
    await pushed.ok("pull");
    await pushed.write(text("/x", "x"));
    await pushed.ok("sync");
    const cloned = await machine(before.url);
    await cloned.ok("pull");
    await before.stop();
    const now = await startServer({ port: before.port });
    const other = await machine(now.url);
    await other.ok("pull");
    await other.write(text("/other", "o"));
    await other.ok("sync");

    for (const [name, m] of Object.entries({ pushed, cloned })) {
      expect((await m.ok("pull")).pull?.outcome, name).toBe("pulled");
      for (const turn of [1, 2]) {
        await m.write(text(`/${name}${turn}`, name));
        expect((await m.ok("push")).push?.outcome, `${name} ${turn}`).toBe("pushed");
      }
      await m.ok("sync");
      expect(await m.list()).toEqual(await pulled(now.url));
    }
  });
});

describe("a working copy whose folder .sync is gone", () => {
  it("I6: is pushed with --adopt, as the hint says: all of it counts as new, what was on the remote stays", async () => {
    const { url, m } = await pulledSetting();
    const other = await machine(url);
    await m.write(text("/unpushed", "u"));
    await other.ok("pull");
    await other.write(text("/theirs", "t"));
    await other.ok("sync");
    await rm(join(m.dir, ".agentfs", ".sync"), { recursive: true });

    const refused = await m.run("push");
    expect(refused.error).toMatchObject({ code: "origin-mismatch", hint: expect.stringContaining("--adopt") as string });
    expect((await m.ok("sync", { adopt: true })).push?.outcome).toBe("pushed");
    expect(Object.keys((await m.list()).files).sort()).toEqual(["/edit", "/move", "/theirs", "/unpushed"]);
    expect(await pulled(url)).toEqual(await m.list());
  });
});
