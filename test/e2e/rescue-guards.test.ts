import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failedPush } from "../parts/failed-push.ts";
import { machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { contentOf, pulledSetting } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { exported, pushElsewhere, rescue } from "../parts/rescue.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

describe("a bundle for another remote", () => {
  it("is refused where an empty database is, and leaves it empty", async () => {
    const { m } = await failedPush(text("/new", "n"));
    const empty = await startServer();
    const report = await pushElsewhere(await exported(m.dir), empty.url);
    expect(report).toMatchObject({ ok: false, push: { outcome: "failed" }, error: { code: "remote-replaced" } });
    expect(await remoteSql(empty.url, [{ sql: "SELECT name FROM sqlite_schema" }])).toEqual([[]]);
  });

  it("is refused where another database of the agent is; allowed, it goes there as a whole, once", async () => {
    const { m } = await failedPush(text("/new", "n"), call("deploy"));
    const file = await exported(m.dir);
    const elsewhere = await startServer();
    const other = await machine(elsewhere.url);
    await other.ok("pull");
    await other.write(text("/of-other", "o"));
    await other.ok("push");
    const before = await pulled(elsewhere.url);
    expect((await pushElsewhere(file, elsewhere.url)).error?.code).toBe("remote-replaced");
    expect(await pulled(elsewhere.url)).toEqual(before);

    const allowed = { allow: ["remote-replaced"] };
    expect((await pushElsewhere(file, elsewhere.url, allowed)).push?.outcome).toBe("pushed");
    const after = await pulled(elsewhere.url);
    expect(Object.keys(after.files).sort()).toEqual(["/edit", "/move", "/new", "/of-other"]);
    expect((await pushElsewhere(file, elsewhere.url, allowed)).push?.outcome).toBe("unchanged");
    expect(await pulled(elsewhere.url)).toEqual(after);
  });

  it("is refused where another agent is", async () => {
    const { m, url } = await failedPush(text("/new", "n"));
    const file = await exported(m.dir);
    await remoteSql(url, [{ sql: "UPDATE agentfs_sync_meta SET value = 'coder' WHERE key = 'agent'" }]);
    expect((await pushElsewhere(file, url)).error?.code).toBe("remote-agent-mismatch");
    expect(await remoteSql(url, [{ sql: "SELECT name FROM fs_dentry WHERE name = 'new'" }])).toEqual([[]]);
  });

  it("names its agent: another one that is asked for is a mistake", async () => {
    const { m, url } = await failedPush(text("/new", "n"));
    const file = await exported(m.dir);
    await expect(pushElsewhere(file, url, { agents: ["coder"] })).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringContaining('is of the agent "bot", not of coder'),
    });
  });

  it("I8: its own URL is told, never asked: the token goes only where the user says", async () => {
    const { m, net } = await failedPush(text("/new", "n"));
    const file = await exported(m.dir);
    const before = net.kinds.length;
    await expect(rescue(await makeTempDir(), { action: "push", file }, { authToken: "secret" })).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringContaining(`It was made for ${m.url}`),
    });
    expect(net.kinds).toHaveLength(before);
  });
});

describe("a bundle that meets the guards of a push", () => {
  it("mass-change: refused, kept, and let pass where it is meant", async () => {
    const { url } = await startServer();
    const first = await machine(url);
    await first.ok("pull");
    const paths = Array.from({ length: 20 }, (_, index) => `/f${index}`);
    await first.write(...paths.map((path) => text(path, "x")));
    await first.ok("push");
    const m = await machine(url);
    await m.ok("pull");
    await m.write(...paths.slice(0, 15).map((path) => ({ op: "unlink", path }) as const));
    await m.ok("pull", { onUnpushed: "set-aside" });
    const file = await exported(m.dir);
    expect((await pushElsewhere(file, url)).error?.code).toBe("mass-change");
    expect(Object.keys((await pulled(url)).files)).toHaveLength(20);
    const { bundles } = await rescue(m.dir, { action: "list" });
    const request = { action: "push", pushId: bundles?.[0]?.pushId ?? "" } as const;
    const refused = await rescue(m.dir, request, { remoteUrl: url });
    expect(refused).toMatchObject({ error: { code: "mass-change" }, rescue: bundles?.[0]?.path });
    expect((await rescue(m.dir, request, { remoteUrl: url, allow: ["mass-change"] })).push?.outcome).toBe("pushed");
    expect(Object.keys((await pulled(url)).files)).toHaveLength(5);
    expect((await pushElsewhere(file, url)).push?.outcome).toBe("unchanged");
  });

  it("conflicts: by policy, and reported; with `fail` nothing is changed", async () => {
    const { url, m, pushId } = await failedPush(text("/edit", "ours"));
    const file = await exported(m.dir);
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/edit", "theirs"));
    await other.ok("push");
    const before = await pulled(url);
    const refused = await pushElsewhere(file, url, { conflict: "fail" });
    expect(refused).toMatchObject({ ok: false, error: { code: "conflict" }, conflicts: [{ path: "/edit" }], rescue: file });
    expect(await pulled(url)).toEqual(before);

    const pushed = await pushElsewhere(file, url);
    const [conflict] = pushed.conflicts;
    expect(conflict).toMatchObject({
      kind: "file",
      path: "/edit",
      resolution: "keep-both",
      oursAt: `/edit.conflict-${pushId.slice(0, 8)}`,
    });
    const remote = await pulled(url);
    expect(contentOf(remote.files, "/edit")).toBe("theirs");
    expect(contentOf(remote.files, conflict?.oursAt ?? "")).toBe("ours");
    expect((await pushElsewhere(file, url)).push?.outcome).toBe("unchanged");
    expect(await pulled(url)).toEqual(remote);
  });
});

describe("what is asked for", () => {
  it("rescue-missing: nothing is kept, no such push id, no such file", async () => {
    const dir = await makeTempDir();
    const out = join(dir, "out");
    for (const [request, message] of [
      [{ action: "export", file: out, pushId: null }, /Nothing is kept in/],
      [{ action: "push", pushId: "absent" }, /Nothing is kept under the push id absent/],
      [{ action: "push", file: out }, /There is no file .*out/],
    ] as const) {
      await expect(rescue(dir, request, { remoteUrl: "http://127.0.0.1:1" })).rejects.toMatchObject({
        code: "rescue-missing",
        message: expect.stringMatching(message),
      });
    }
  });

  it("several are kept and none is named: they are listed; a file that is there is left as it is", async () => {
    const { m } = await pulledSetting();
    for (const path of ["/new", "/more"]) {
      await m.write(text(path, "x"));
      await m.ok("pull", { onUnpushed: "set-aside" });
    }
    const { bundles } = await rescue(m.dir, { action: "list" });
    expect(bundles).toHaveLength(2);
    const pushId = bundles?.[0]?.pushId ?? "";
    const file = join(await makeTempDir(), "one");
    await expect(rescue(m.dir, { action: "export", file, pushId: null })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(`${pushId} (bot)`),
    });
    expect(await rescue(m.dir, { action: "export", file, pushId })).toMatchObject({ bundles: [{ pushId, path: file }] });
    await expect(rescue(m.dir, { action: "export", file, pushId })).rejects.toMatchObject({ code: "config-invalid" });
  });
});
