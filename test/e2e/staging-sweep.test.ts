import { describe, expect, it } from "vitest";
import { machine } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { ageLeases, expectAllArrived, MEGABYTE, NOTHING_STAGED, randomFile, readyToStage, staged } from "../parts/staged.ts";
import { type RequestKind, traffic } from "../parts/traffic.ts";

/** A machine whose push staged 2 MB and a value, and then could not commit. */
async function abandoned() {
  const ready = await readyToStage();
  const { net, m } = ready;
  await m.write(randomFile("/big", 2 * MEGABYTE), { op: "kvSet", key: "large", value: "v".repeat(10_000) });
  net.rule = (kind) => (kind === "commit" ? { status: 413 } : undefined);
  expect((await m.run("push")).push?.outcome).toBe("failed");
  net.rule = undefined;
  net.kinds.length = 0;
  expect(await staged(ready.url)).toEqual([1, 1, 512]);
  return ready;
}

/** Another machine behind a proxy of its own, which has pulled. */
async function another(url: string) {
  const net = traffic();
  const proxy = await startProxy({ upstream: url, fault: net.fault });
  const other = await machine(proxy.url);
  await other.ok("pull");
  const push = async () => {
    net.kinds.length = 0;
    await other.write(text(`/theirs-${net.kinds.length}`, String(Math.random())));
    await other.ok("push");
    return net.kinds.filter((kind) => kind === "sweep").length;
  };
  return { other, push };
}

describe("what a push has staged and left", () => {
  it("is cleared away by any later push once its lease is over, and by none before", async () => {
    const { url, m } = await abandoned();
    expect(await (await another(url)).push()).toBe(0);
    expect(await staged(url)).toEqual([1, 1, 512]);
    await ageLeases(url);
    const { push } = await another(url);
    expect(await push()).toBe(2);
    expect(await staged(url)).toEqual(NOTHING_STAGED);
    expect(await push()).toBe(0);
    expect((await m.ok("sync")).push?.outcome).toBe("pushed");
    await expectAllArrived(url, m);
  });

  it("is cleared away at once by the next push of its own folder, which stages and commits it anew", async () => {
    const { url, net, m } = await abandoned();
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    const kinds: RequestKind[] = ["sweep", "sweep", "reserve", "stage", "stage", "commit", "read-back"];
    expect(net.kinds).toEqual(kinds);
    await expectAllArrived(url, m);
  });

  it("is cleared away also by a small push of its own folder", async () => {
    const { url, net, m } = await abandoned();
    await m.write({ op: "unlink", path: "/big" }, { op: "kvDelete", key: "large" }, text("/instead", "i"));
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(net.kinds.slice(0, 2)).toEqual(["sweep", "sweep"]);
    expect(net.kinds).not.toContain("reserve");
    await expectAllArrived(url, m);
  });

  it("content that has become a file's meanwhile is not touched", async () => {
    const { url } = await abandoned();
    const [[first] = []] = await remoteSql(url, [
      { sql: "SELECT min(ino) FROM fs_data WHERE ino NOT IN (SELECT ino FROM fs_inode)" },
    ]);
    const ino = Number(first?.[0]);
    await remoteSql(url, [
      {
        sql: "INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (?, 33188, 1, 2097152, 1, 1, 1)",
        args: [ino],
      },
      { sql: "INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('taken', 1, ?)", args: [ino] },
    ]);
    await ageLeases(url);
    await (await another(url)).push();
    const [[count] = []] = await remoteSql(url, [{ sql: "SELECT count(*) FROM fs_data WHERE ino = ?", args: [ino] }]);
    expect(count).toEqual([512]);
    expect(await staged(url)).toEqual(NOTHING_STAGED);
  });
});

describe("a push whose reservation was revoked under it", () => {
  it.each<[RequestKind, number]>([
    ["stage", 2],
    ["commit", 1],
  ])("before a %s request: stages anew, and commits once", async (kind, at) => {
    const { url, net, m } = await readyToStage();
    await m.write(randomFile("/big", 3 * MEGABYTE));
    let seen = 0;
    net.rule = async (found) => {
      if (found !== kind || ++seen !== at) return undefined;
      await ageLeases(url);
      await (await another(url)).push();
      return undefined;
    };
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(net.kinds.filter((found) => found === "reserve")).toHaveLength(2);
    expect(await staged(url)).toEqual(NOTHING_STAGED);
    const [[receipts] = []] = await remoteSql(url, [{ sql: "SELECT count(*) FROM agentfs_sync_log WHERE state = 'applied'" }]);
    expect(receipts).toEqual([3]);
    await m.ok("pull");
    await expectAllArrived(url, m);
  });

  it("again and again: gives up with remote-busy, and nothing of it is seen", async () => {
    const { url, net, m } = await readyToStage();
    await m.write(randomFile("/big"));
    net.rule = async (kind) => {
      if (kind === "commit") await remoteSql(url, [{ sql: "DELETE FROM agentfs_sync_reservation" }]);
      return undefined;
    };
    expect(await m.run("push")).toMatchObject({ push: { outcome: "failed" }, error: { code: "remote-busy" } });
    net.rule = undefined;
    await m.ok("push");
    await m.ok("pull");
    expect(Object.keys((await m.list()).files)).toEqual(["/big", "/small"]);
  });

  it("staged rows that are missing are not committed: they are staged anew", async () => {
    const { url, net, m } = await readyToStage();
    await m.write(randomFile("/big"));
    let isFirst = true;
    net.rule = async (kind) => {
      if (kind !== "commit" || !isFirst) return undefined;
      isFirst = false;
      await remoteSql(url, [{ sql: "DELETE FROM fs_data WHERE chunk_index = 100" }]);
      return undefined;
    };
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    await expectAllArrived(url, m);
  });
});
