import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failedPush } from "../parts/failed-push.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { contentOf } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { exported, pushElsewhere, rescue } from "../parts/rescue.ts";
import { makeTempDir } from "../parts/temp.ts";

const CHANGES = [
  text("/dir/new", "new"),
  text("/edit", "after"),
  { op: "rename", from: "/move", to: "/dir/moved" },
  { op: "symlink", target: "new", path: "/dir/link" },
  { op: "link", from: "/edit", to: "/dir/hard" },
  { op: "kvSet", key: "k", value: 1 },
  { op: "sql", sql: "UPDATE tool_calls SET status = 'success', completed_at = 5 WHERE name = 'slow'" },
  call("same"),
  call("same"),
] as const;

const names = (calls: readonly { readonly name: string }[], name: string) => calls.filter((made) => made.name === name).length;

async function copyOf(m: Machine, url: string): Promise<Machine> {
  const dir = await makeTempDir();
  await cp(join(m.dir, ".agentfs"), join(dir, ".agentfs"), { recursive: true });
  return machine(url, {}, dir);
}

/** Nothing is lost, nothing is there twice, and the machine that it came from agrees with the remote. */
async function expectOnce(url: string, m: Machine): Promise<void> {
  const remote = await pulled(url);
  expect(names(remote.toolCalls, "same")).toBe(2);
  expect(Object.keys(remote.files).filter((path) => path.includes("conflict"))).toEqual([]);
  expect(contentOf(remote.files, "/edit")).toBe("after");
  // Where it was pushed from elsewhere, the next push finds all of it to be there.
  await m.ok("sync");
  expect(await m.list()).toEqual(remote);
  expect(await pulled(url)).toEqual(remote);
  expect((await m.ok("push")).push?.outcome).toBe("unchanged");
}

/** How often anything was committed. */
async function commits(url: string): Promise<unknown> {
  const [rows] = await remoteSql(url, [{ sql: "SELECT count(*) FROM agentfs_sync_log WHERE state = 'applied'" }]);
  return rows?.[0]?.[0];
}

describe("a bundle and the working copy that it was exported from", () => {
  it("I10: the bundle elsewhere first, then the next ordinary push: all of it is there once", async () => {
    const { url, m } = await failedPush(...CHANGES);
    await pushElsewhere(await exported(m.dir), url);
    // Planned on the same state it is the very same commit: it is taken for its own.
    await m.ok("push");
    expect(await commits(url)).toBe(2);
    await expectOnce(url, m);
    expect(await rescue(m.dir, { action: "list" })).toMatchObject({ bundles: [] });
  });

  it("I10: the bundle elsewhere on top of another job's push, then the next ordinary push: all of it is there once", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/of-other", "o"), call("of-other"));
    await other.ok("push");
    await pushElsewhere(await exported(m.dir), url);
    await m.ok("push");
    expect(await commits(url)).toBe(3);
    await expectOnce(url, m);
  });

  it("I10: the bundle elsewhere first, then a push of the working copy that went on: the rest of it comes too", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    await m.write(text("/later", "later"), call("later"));
    await pushElsewhere(file, url);
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed" });
    const remote = await pulled(url);
    expect(contentOf(remote.files, "/later")).toBe("later");
    expect(names(remote.toolCalls, "later")).toBe(1);
    await expectOnce(url, m);
  });

  it("I10: the working copy first, then the bundle elsewhere: unchanged, also after others went on", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/dir/new", "of the other"));
    await other.ok("push");
    const remote = await pulled(url);
    expect(await pushElsewhere(file, url)).toMatchObject({ ok: true, push: { outcome: "unchanged" }, conflicts: [] });
    expect(await pulled(url)).toEqual(remote);
    await expectOnce(url, m);
  });

  it("I10: the working copy first, with more in it, then the bundle elsewhere, twice: nothing is there twice", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    await m.write(text("/later", "later"), call("later"));
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(await pushElsewhere(file, url)).toMatchObject({ ok: true, push: { outcome: "unchanged" }, conflicts: [] });
    // What was found to be there is known from then on, whatever becomes of it.
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/dir/new", "of the other"));
    await other.ok("push");
    const remote = await pulled(url);
    expect(await pushElsewhere(file, url)).toMatchObject({ ok: true, push: { outcome: "unchanged" }, conflicts: [] });
    expect(await pulled(url)).toEqual(remote);
    await expectOnce(url, m);
  });

  it("I10: the bundle elsewhere, then what is kept here: nothing is pushed again, and it is kept no longer", async () => {
    const { url, m, pushId } = await failedPush(...CHANGES);
    await pushElsewhere(await exported(m.dir), url);
    expect(await rescue(m.dir, { action: "push", pushId }, { remoteUrl: m.url })).toMatchObject({
      push: { outcome: "unchanged" },
    });
    expect(await rescue(m.dir, { action: "list" })).toMatchObject({ bundles: [] });
    await expectOnce(url, m);
  });

  it("I10: from a copy of the folder, and from the folder, and as a bundle: all of it is there once", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    const copy = await copyOf(m, url);
    await copy.write(text("/of-copy", "c"), call("of-copy"));
    // The copy goes by another URL: the same database all the same.
    await copy.ok("push");
    await pushElsewhere(file, url);
    await m.ok("push");
    await pushElsewhere(file, url);
    const remote = await pulled(url);
    expect(names(remote.toolCalls, "of-copy")).toBe(1);
    await expectOnce(url, m);
    await copy.ok("pull");
    expect(await copy.list()).toEqual(remote);
  });
});

describe("a push whose answer was lost, exported before it was settled", () => {
  const unsettled = async (drop: "before" | "after") => {
    const made = await failedPush(...CHANGES);
    const { m, net } = made;
    net.rule = (kind) => (kind === "commit" ? { drop } : kind === "settle" ? { drop: "before" } : undefined);
    expect((await m.run("push")).error?.code).toBe("outcome-unknown");
    net.rule = undefined;
    return made;
  };

  it.each(["before", "after"] as const)(
    "I10: lost %s the server had it: from the bundle and from the folder, it is there once",
    async (drop) => {
      const { url, m } = await unsettled(drop);
      expect(await rescue(m.dir, { action: "list" })).toMatchObject({ bundles: [{ reason: "unsettled" }] });
      const pushed = await pushElsewhere(await exported(m.dir), url);
      expect(pushed.push?.outcome).toBe(drop === "before" ? "pushed" : "unchanged");
      expect((await m.ok("push")).push?.outcome).toBe("unchanged");
      await expectOnce(url, m);
    },
  );

  it("I10: that arrived, pushed from where it is kept: it is settled there", async () => {
    const { url, m, net } = await unsettled("after");
    const { bundles } = await rescue(m.dir, { action: "list" });
    const pushId = bundles?.[0]?.pushId ?? "";
    expect(await rescue(m.dir, { action: "push", pushId }, { remoteUrl: m.url })).toMatchObject({
      push: { outcome: "unchanged" },
    });
    const before = net.kinds.length;
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    expect(net.kinds).toHaveLength(before);
    await expectOnce(url, m);
  });

  it("I10: a rescue push whose own answer is lost may be repeated", async () => {
    const { url, m, net, pushId } = await failedPush(...CHANGES);
    for (const drop of ["before", "after"] as const) {
      net.rule = (kind) => (kind === "commit" ? { drop } : kind === "settle" ? { drop: "before" } : undefined);
      const lost = await rescue(m.dir, { action: "push", pushId }, { remoteUrl: m.url, timeoutSeconds: "2" });
      expect(lost).toMatchObject({ ok: false, push: { outcome: "unknown" }, error: { code: "outcome-unknown" } });
      expect(lost.rescue).toContain(pushId);
    }
    net.rule = undefined;
    expect(await rescue(m.dir, { action: "push", pushId }, { remoteUrl: m.url })).toMatchObject({
      push: { outcome: "unchanged" },
    });
    await expectOnce(url, m);
  });
});
