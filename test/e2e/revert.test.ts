import { readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentPaths } from "../../packages/core/src/replica/paths.ts";
import { listUndo } from "../../packages/core/src/undo/folder.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { startProxy } from "../parts/proxy.ts";
import { rescue } from "../parts/rescue.ts";
import { history, LARGE, poisoned, revert, set, undoFile, write } from "../parts/revert.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

/** The texts of small files by path. */
const textsOf = ({ files }: Awaited<ReturnType<Machine["list"]>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(files)
      .map(([path, base64]) => [path, Buffer.from(base64, "base64").toString()] as const)
      .filter(([, text]) => text.length < 100),
  );

describe("a push that is taken back", () => {
  it("goes with all that it did; what came after it stays; and it comes back when that is taken back", async () => {
    const { url, m, before } = await poisoned();
    const evil = await pulled(url);
    const planned = await revert(m, { sequence: 2 }, {}, true);
    expect(planned).toMatchObject({ error: null, revert: { state: "planned", by: null }, push: { outcome: "skipped" } });
    expect(planned.changes?.files.map(({ did, path }) => `${did} ${path}`)).toEqual([
      "removed /evil",
      "removed /evil/plan.md",
      "changed /large",
      "added /notes/old.md",
      "changed /notes/rules.md",
    ]);
    expect((await history(m)).map(({ sequence }) => sequence)).toEqual([2, 1]);

    const { changes } = planned;
    const done = await revert(m, { sequence: 2 }, { reportsChanges: true });
    expect(done).toMatchObject({ error: null, conflicts: [], revert: { state: "reverted", by: 3 }, changes });
    expect(await pulled(url)).toEqual(before);
    // I10: once more, it changes nothing, and says so.
    const again = await revert(m, { sequence: 2 });
    expect(again).toMatchObject({ ok: true, push: { outcome: "unchanged" }, revert: { state: "already-reverted", by: 3 } });
    // The machine that pushed goes on.
    await m.ok("sync");
    expect(await m.list()).toEqual(before);

    expect(await revert(m, { sequence: 3 })).toMatchObject({ error: null, conflicts: [], revert: { state: "reverted", by: 4 } });
    expect((await pulled(url)).files).toEqual(evil.files);
    expect(await revert(m, { sequence: 2 })).toMatchObject({ error: null, conflicts: [], revert: { state: "reverted", by: 5 } });
    expect(await pulled(url)).toEqual(before);
    expect((await machine(url).then((fresh) => fresh.run("verify", { verifyRemote: true }))).error).toBeNull();
    const pushes = [
      [5, 4, null],
      [4, 3, 5],
      [3, 2, null],
      [2, null, 3],
      [1, null, null],
    ];
    const shown = (log: Awaited<ReturnType<typeof history>>) =>
      log.map(({ sequence, reverts, revertedBy }) => [sequence, reverts, revertedBy]);
    expect(shown(await history(m))).toEqual(pushes);
    expect(shown(await history(m, null, {}, 2))).toEqual(pushes.slice(0, 2));
  });

  it("on another machine by its bundle, by two at once, is taken back once", async () => {
    const { url, m, before } = await poisoned(write("/later.md", "later\n"));
    const file = await undoFile(m, 2);
    const others = await Promise.all([0, 1].map(async () => ({ url, dir: await makeTempDir() })));
    const reports = await Promise.all(others.map((other) => revert(other, { file })));
    expect(reports.map(({ error }) => error)).toEqual([null, null]);
    expect(reports.map((report) => report.revert?.by)).toEqual([4, 4]);
    const now = await pulled(url);
    expect(now.files).toEqual({ ...before.files, "/later.md": Buffer.from("later\n").toString("base64") });
    expect(await history(m)).toHaveLength(4);
    // It has left an undo bundle where it was done.
    const left = await Promise.all(others.map(({ dir }) => listUndo(agentPaths(dir, "bot"))));
    expect(new Set(left.flat().map(({ sequence }) => sequence))).toEqual(new Set([4]));
  });

  it("on another machine by its number, where the folder that the CI kept has its bundle; a folder that cannot be is worth a line", async () => {
    const { url, m, before } = await poisoned();
    const [kept, dir, broken] = [await makeTempDir(), await makeTempDir(), await makeTempDir()];
    const undoDirectory = join(kept, "undo");
    await m.write(write("/bad.md", "bad\n"));
    await m.ok("push", { undoDirectory });
    await writeFile(join(broken, "file"), "");
    await m.write(write("/also-bad.md", "bad\n"));
    await m.ok("push", { undoDirectory: join(broken, "file") });
    expect(m.lines.filter((line) => line.includes("the undo bundle of this push could not be put into"))).toHaveLength(1);
    expect(await readdir(undoDirectory)).toEqual(["bot-3.undo"]);

    const other = { url, dir };
    const here = async () => (await history(other, null, { undoDirectory })).map(({ undo }) => undo);
    expect(await here()).toEqual([null, join(undoDirectory, "bot-3.undo"), null, null]);
    expect((await history(other)).map(({ undo }) => undo)).toEqual([null, null, null, null]);
    expect(await revert(other, { sequence: 3 }, { undoDirectory })).toMatchObject({ error: null, revert: { by: 5 } });
    // The revert's own is there too: it is taken back from anywhere as well.
    expect((await readdir(undoDirectory)).sort()).toEqual(["bot-3.undo", "bot-5.undo"]);
    expect((await pulled(url)).files).toHaveProperty(["/also-bad.md"]);
    // That of another push under the name of one counts as none.
    await rename(join(undoDirectory, "bot-3.undo"), join(undoDirectory, "bot-2.undo"));
    await expect(revert(other, { sequence: 2 }, { undoDirectory })).rejects.toMatchObject({
      code: "undo-missing",
      message: expect.stringContaining(` or ${undoDirectory}`),
    });
    await writeFile(join(undoDirectory, "bot-4.undo"), "no bundle");
    expect((await here()).slice(1)).toEqual([null, null, null, null]);
    expect(await revert(m, { sequence: 4 })).toMatchObject({ error: null });
    expect(await revert(m, { sequence: 2 })).toMatchObject({ error: null });
    expect(await pulled(url)).toEqual(before);
  });

  it.each([
    ["keep-both", { isOld: false, beside: "be kind\n" }],
    ["ours", { isOld: true, beside: null }],
    ["theirs", { isOld: false, beside: null }],
    ["fail", { isOld: false, beside: null }],
  ] as const)("leaves what was changed again to the policy, and lists it: %s", async (conflict, { isOld, beside }) => {
    const later = [write("/notes/rules.md", "worse\n"), write("/large", `worse${LARGE}`), set("goal", "worst")];
    const { url, m } = await poisoned(...later);
    const report = await revert(m, { sequence: 2 }, { conflict });
    expect(report.conflicts.map(({ kind, path, ours, theirs }) => [kind, path, ours, theirs])).toEqual([
      ["file", "/notes/rules.md", "changed", "changed"],
      ["file", "/large", "changed", "changed"],
      ["key", "goal", "changed", "changed"],
    ]);
    expect(report.error?.code ?? null).toBe(conflict === "fail" ? "conflict" : null);
    const now = await pulled(url);
    const texts = textsOf(now);
    expect(texts["/notes/rules.md"]).toBe(isOld ? "be kind\n" : "worse\n");
    expect(texts["/notes/rules.conflict-before-2.md"] ?? null).toBe(beside);
    // All of it, although little of it was written.
    const large = (path: string) => now.files[path] && Buffer.from(now.files[path], "base64").toString();
    expect(large("/large") === (isOld ? LARGE : `worse${LARGE}`)).toBe(true);
    expect(large("/large.conflict-before-2") === (beside === null ? undefined : LARGE)).toBe(true);
    expect(now.keys["goal"]).toBe(isOld ? "help" : "worst");
    expect("/evil/plan.md" in texts).toBe(conflict === "fail");
  });

  it("can be taken back itself where the answer to it was lost", async () => {
    const { url, m } = await poisoned();
    const evil = await pulled(url);
    const net = traffic();
    const proxy = await startProxy({ upstream: url, fault: net.fault });
    const fresh = await makeTempDir();
    for (const [dir, sequence] of [
      [m.dir, 3],
      [fresh, 5],
    ] as const) {
      const on = { url: proxy.url, dir };
      const what = { file: await undoFile(m, sequence - 1) };
      let isSent = false;
      net.rule = (kind) => {
        isSent ||= kind === "commit";
        return kind === "commit" ? { drop: "after" } : isSent ? { status: 503 } : undefined;
      };
      expect((await revert(on, what, { timeoutSeconds: "2" })).error?.code).toBe("outcome-unknown");
      net.rule = undefined;
      if (dir === fresh) expect(await revert(on, what)).toMatchObject({ revert: { state: "already-reverted", by: sequence } });
      expect(await revert(on, { sequence })).toMatchObject({ error: null, revert: { state: "reverted", by: sequence + 1 } });
      expect((await pulled(url)).files).toEqual(evil.files);
    }
  });

  it("leaves no bundle behind where it never arrived: the next command that may push sees to it that it cannot", async () => {
    const { url, m, before } = await poisoned();
    const net = traffic();
    const proxy = await startProxy({ upstream: url, fault: net.fault });
    const on = { url: proxy.url, dir: m.dir };
    const sent = async () => (await readdir(agentPaths(m.dir, "bot").undo)).filter((name) => name.startsWith(".sent-")).length;
    const lost = async () => {
      let isSent = false;
      net.rule = (kind) => {
        isSent ||= kind === "commit";
        return isSent ? { drop: "before" } : undefined;
      };
      expect((await revert(on, { sequence: 2 }, { timeoutSeconds: "2" })).error?.code).toBe("outcome-unknown");
      net.rule = undefined;
      expect(await sent()).toBe(1);
    };
    await lost();
    await m.ok("pull", { readOnly: true });
    expect(await sent()).toBe(1);
    await m.ok("pull");
    expect(await sent()).toBe(0);
    await lost();
    // The first id is used up by the pull above, the second by the revert itself.
    expect(await revert(m, { sequence: 2 })).toMatchObject({ error: null, revert: { state: "reverted", by: 3 } });
    expect(await sent()).toBe(0);
    expect(await pulled(url)).toEqual(before);
  });

  it("has its bundle also where the answer to its commit was lost, and where it was rescued", async () => {
    const { url, m, before } = await poisoned();
    const net = traffic();
    const proxy = await startProxy({ upstream: url, fault: net.fault });
    const on = await machine(proxy.url, { timeoutSeconds: 2 });
    await on.ok("pull");
    await on.write(write("/lost.md", "lost\n"));
    let isSent = false;
    net.rule = (kind) => {
      if (kind === "commit") isSent = true;
      return kind === "commit" ? { drop: "after" } : isSent ? { status: 503 } : undefined;
    };
    expect((await on.run("push")).error?.code).toBe("outcome-unknown");
    net.rule = undefined;
    await on.ok("push");
    expect(await revert(on, { sequence: 3 })).toMatchObject({ error: null, revert: { state: "reverted", by: 4 } });

    await on.write(write("/kept.md", "kept\n"));
    net.rule = () => ({ status: 403 });
    const { rescue: folder } = await on.run("push");
    net.rule = undefined;
    await rescue(on.dir, { action: "push", pushId: folder?.split("/").at(-1) ?? "" }, { remoteUrl: proxy.url });
    expect(await revert(on, { sequence: 5 })).toMatchObject({ error: null, revert: { state: "reverted", by: 6 } });
    expect(await revert(m, { sequence: 2 })).toMatchObject({ error: null, conflicts: [] });
    expect(await pulled(url)).toEqual(before);
  });
});
