import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failedPush } from "../parts/failed-push.ts";
import { machine, pulled } from "../parts/machine.ts";
import { digestOf } from "../parts/merge-world.ts";
import { call, text } from "../parts/ops.ts";
import { contentOf, pulledSetting } from "../parts/pulled-setting.ts";
import { exported, pushElsewhere, rescue } from "../parts/rescue.ts";
import { makeTempDir } from "../parts/temp.ts";

const CHANGES = [
  text("/dir/new", "new"),
  text("/edit", "after"),
  { op: "rename", from: "/move", to: "/dir/moved" },
  { op: "kvSet", key: "k", value: 1 },
  call("same"),
  call("same"),
] as const;

const names = (calls: readonly { readonly name: string }[], name: string) => calls.filter((made) => made.name === name).length;

describe("what could not be pushed", () => {
  it("is listed with what it holds, and no request is made", async () => {
    const { m, net, pushId } = await failedPush(...CHANGES);
    const before = net.kinds.length;
    const { bundles } = await rescue(m.dir, { action: "list" });
    expect(bundles).toMatchObject([
      {
        pushId,
        reason: "failed-push",
        counts: { files: { added: 1, changed: 1, renamed: 1 }, keys: { changed: 1 }, toolCalls: { added: 2 } },
        problem: null,
        path: join(m.dir, ".agentfs/.sync/bot/pending", pushId),
      },
    ]);
    expect(bundles?.[0]?.runId).toMatch(/^[0-9a-f-]{36}$/);
    expect(bundles?.[0]?.sizeBytes).toBeGreaterThan(4096);
    expect(net.kinds).toHaveLength(before);
    const clean = await machine("http://127.0.0.1:1");
    await expect(rescue(clean.dir, { action: "list" }, { agents: ["bot"] })).resolves.toMatchObject({ bundles: [], error: null });
  });

  it("I10: is exported, and pushed from a machine that has nothing of the agent; pushed again, nothing changes", async () => {
    const { url, m, pushId } = await failedPush(...CHANGES);
    const expected = await m.list();
    const file = await exported(m.dir);
    const first = await pushElsewhere(file, url);
    expect(first).toMatchObject({ ok: true, push: { outcome: "pushed", pushId, files: { added: 1 } }, rescue: null });
    const remote = await pulled(url);
    expect(remote.files).toEqual(expected.files);
    expect(remote.keys).toEqual(expected.keys);
    expect(names(remote.toolCalls, "same")).toBe(2);

    const lines: string[] = [];
    const second = await pushElsewhere(file, url, {}, lines);
    expect(second).toMatchObject({ ok: true, push: { outcome: "unchanged" }, conflicts: [] });
    expect(lines.join("\n")).toMatch(new RegExp(`the push ${pushId} was made before \\(sequence 2\\); nothing is pushed again`));
    expect(await pulled(url)).toEqual(remote);
  });

  it("I10: pushed again after others went on, it brings nothing back: no conflict, no call twice", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    await pushElsewhere(file, url);
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/edit", "of the other"), { op: "unlink", path: "/dir/new" }, { op: "kvSet", key: "k", value: 2 });
    await other.ok("push");
    const remote = await pulled(url);
    const again = await pushElsewhere(file, url);
    expect(again).toMatchObject({ ok: true, push: { outcome: "unchanged" }, conflicts: [] });
    expect(await pulled(url)).toEqual(remote);
  });

  it("touches neither the working copy nor the origins of the agent where it is pushed", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/of-other", "o"));
    const origins = join(other.dir, ".agentfs/.sync/bot/origins");
    const before = [await digestOf(other.db), await readdir(origins)];
    expect(await rescue(other.dir, { action: "push", file }, { remoteUrl: url })).toMatchObject({ push: { outcome: "pushed" } });
    expect([await digestOf(other.db), await readdir(origins)]).toEqual(before);
    expect((await other.ok("push")).push?.outcome).toBe("pushed");
    const remote = await pulled(url);
    expect(contentOf(remote.files, "/of-other")).toBe("o");
    expect(contentOf(remote.files, "/dir/new")).toBe("new");
  });

  it("I8: the file holds no token and no path of the machine", async () => {
    const { m } = await failedPush(...CHANGES);
    const bytes = await readFile(await exported(m.dir));
    expect(bytes.includes(m.dir)).toBe(false);
    expect(bytes.subarray(0, 8).toString()).toBe("AFSRESC\n");
  });

  it("is pushed from where it is kept: its folder goes, and the next push has nothing to do", async () => {
    const { url, m, pushId } = await failedPush(...CHANGES);
    const pushed = await rescue(m.dir, { action: "push", pushId }, { remoteUrl: m.url });
    expect(pushed).toMatchObject({ ok: true, push: { outcome: "pushed", pushId } });
    expect(await rescue(m.dir, { action: "list" })).toMatchObject({ bundles: [] });
    const remote = await pulled(url);
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    await m.write(text("/later", "l"));
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", files: { added: 1, changed: 0 } });
    expect(names((await pulled(url)).toolCalls, "same")).toBe(2);
    await m.ok("pull");
    expect((await m.list()).files).toMatchObject(remote.files);
  });

  it("is pushed from its file on the machine that keeps it: settled there as well", async () => {
    const { url, m } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    expect(await rescue(m.dir, { action: "push", file }, { remoteUrl: m.url })).toMatchObject({ push: { outcome: "pushed" } });
    expect(await rescue(m.dir, { action: "list" })).toMatchObject({ bundles: [] });
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    expect(names((await pulled(url)).toolCalls, "same")).toBe(2);
  });
});

describe("what a pull set aside", () => {
  it("is listed, and pushed later", async () => {
    const { url, m } = await pulledSetting();
    await m.write(...CHANGES);
    await m.ok("pull", { onUnpushed: "set-aside" });
    const { bundles } = await rescue(m.dir, { action: "list" });
    const aside = bundles?.[0];
    expect(aside).toMatchObject({ reason: "set-aside", counts: { files: { added: 1 } } });
    expect(Object.keys((await m.list()).files)).toEqual(["/edit", "/move"]);
    await m.write(text("/of-now", "n"));
    expect(await rescue(m.dir, { action: "push", pushId: aside?.pushId ?? "" }, { remoteUrl: m.url })).toMatchObject({
      push: { outcome: "pushed" },
    });
    expect((await m.ok("sync")).push?.outcome).toBe("pushed");
    const remote = await pulled(url);
    expect(await m.list()).toEqual(remote);
    expect(contentOf(remote.files, "/edit")).toBe("after");
    expect(contentOf(remote.files, "/of-now")).toBe("n");
    expect(names(remote.toolCalls, "same")).toBe(2);
  });
});

describe("a read-only run", () => {
  it("I9: pushes nothing, and says so", async () => {
    const { url, m, net } = await failedPush(...CHANGES);
    const file = await exported(m.dir);
    const before = net.kinds.length;
    const lines: string[] = [];
    const report = await rescue(await makeTempDir(), { action: "push", file }, { remoteUrl: m.url, readOnly: true }, lines);
    expect(report).toMatchObject({ ok: true, push: { outcome: "skipped" } });
    expect(lines).toEqual(["bot: not pushed (read-only)"]);
    expect(net.kinds).toHaveLength(before);
    expect(names((await pulled(url)).toolCalls, "same")).toBe(0);
  });
});
