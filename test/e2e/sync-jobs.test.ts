import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { AgentOp } from "../parts/agent.ts";
import { machine, pulled } from "../parts/machine.ts";
import { runNative } from "../parts/native.ts";
import { text } from "../parts/ops.ts";
import { startServer } from "../parts/server.ts";

const base64 = (content: string) => Buffer.from(content).toString("base64");

describe("two CI jobs, one after the other", () => {
  it("I1: the second machine finds the files, keys and tool calls of the first, and adds to them", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    expect((await a.ok("pull")).pull?.outcome).toBe("new");
    await a.write(
      text("/notes/plan.md", "plan"),
      { op: "kvSet", key: "mood", value: { calm: true } },
      { op: "toolRecord", name: "search", startedAt: 1, completedAt: 2, parameters: { q: "x" }, result: ["y"] },
    );
    const { push } = await a.ok("push");
    expect(push).toMatchObject({
      outcome: "pushed",
      sequence: 1,
      files: { added: 1 },
      keys: { added: 1 },
      toolCalls: { added: 1 },
    });

    const b = await machine(url);
    expect((await b.ok("pull")).pull?.outcome).toBe("pulled");
    expect(await b.list()).toEqual(await a.list());
    await b.write(text("/notes/more.md", "more"), { op: "toolRecord", name: "write", startedAt: 3, completedAt: 4 });
    expect((await b.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 2 });
    expect(await pulled(url)).toEqual(await b.list());
  });

  it("carries every kind of change that the SDK can make, and takes it away again", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    await a.ok("pull");
    await a.write(
      ...["/keep", "/rename-me", "/replace-me", "/remove-me", "/grow", "/shrink", "/linked"].map((path) =>
        text(path, path.repeat(900)),
      ),
      ...["/dir", "/dir/sub", "/empty-dir", "/gone-dir"].map((path): AgentOp => ({ op: "mkdir", path })),
      { op: "symlink", target: "keep", path: "/dir/link" },
      { op: "symlink", target: "/nowhere", path: "/dangling" },
      { op: "link", from: "/linked", to: "/dir/linked-too" },
      text("/empty", ""),
      text("/dir/with space, ünïcode 'and' \"quotes\"\n🙂", "odd"),
      { op: "kvSet", key: "stays", value: 1 },
      { op: "kvSet", key: "goes", value: 2 },
      { op: "toolStart", name: "slow", parameters: { n: 1 } },
    );
    await a.ok("push");
    expect(await pulled(url)).toEqual(await a.list());

    const b = await machine(url);
    await b.ok("pull");
    await b.write(
      { op: "rename", from: "/rename-me", to: "/dir/sub/renamed" },
      { op: "rename", from: "/keep", to: "/replace-me" },
      { op: "unlink", path: "/remove-me" },
      { op: "unlink", path: "/linked" },
      { op: "rmdir", path: "/gone-dir" },
      { op: "rename", from: "/dir/sub", to: "/moved" },
      text("/grow", "g".repeat(50_000)),
      text("/shrink", "s"),
      text("/dir/../new", "new"),
      { op: "kvSet", key: "stays", value: [1, 2, 3] },
      { op: "kvDelete", key: "goes" },
    );
    const [calls] = (await b.write({ op: "toolList" })) as [{ id: number }[]];
    await b.write({ op: "toolSuccess", id: calls[0]?.id ?? 0, result: "done" });
    const [stats] = (await b.write({ op: "stat", path: "/grow" })) as [{ ino: number }];
    await b.write({ op: "sql", sql: "UPDATE fs_inode SET mode = 33261, uid = 7 WHERE ino = ?", args: [stats.ino] });
    const { push } = await b.ok("push");
    expect(push).toMatchObject({ outcome: "pushed", files: { renamed: 3, removed: 2 }, keys: { changed: 1, removed: 1 } });
    const [theirs, ours] = [await pulled(url), await b.list()];
    expect(theirs).toEqual(ours);
    expect(theirs.toolCalls).toMatchObject([{ name: "slow", status: "success" }]);
  });

  it("pushes several times from one working copy, and then takes the remote's numbers with sync", async () => {
    const { url } = await startServer();
    const [a, b] = [await machine(url), await machine(url)];
    await a.ok("pull");
    await a.write(text("/one", "1"), { op: "mkdir", path: "/d" }, { op: "toolStart", name: "t" });
    await a.ok("push");
    await b.ok("pull");
    await b.write(text("/d/from-b", "b"));
    await b.ok("push");
    await a.write(
      text("/one", "1 and more"),
      text("/d/two", "2"),
      { op: "toolSuccess", id: 1 },
      { op: "rename", from: "/one", to: "/d/one" },
    );
    await a.ok("push");
    await a.write({ op: "unlink", path: "/d/two" });
    const { push, pull } = await a.ok("sync");
    expect([push?.outcome, pull?.outcome]).toEqual(["pushed", "pulled"]);
    const listing = await a.list();
    expect(Object.keys(listing.files).sort()).toEqual(["/d/from-b", "/d/one"]);
    expect(listing.toolCalls).toMatchObject([{ name: "t", status: "success" }]);
    expect(listing).toEqual(await pulled(url));
    expect((await a.ok("sync")).push?.outcome).toBe("unchanged");
  });

  it("carries 8 MB of new content in one push, and then only what changed in it", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    await a.ok("pull");
    await a.write({ op: "writeFile", path: "/big.bin", base64: randomBytes(8_000_000).toString("base64") });
    expect((await a.ok("push")).push?.outcome).toBe("pushed");
    expect(await pulled(url)).toEqual(await a.list());
    // Turso has checkpointed by now and writes its WAL anew from the start: the file's length does not change.
    await a.write({ op: "sql", sql: "UPDATE fs_data SET data = zeroblob(4096) WHERE chunk_index = 1000" });
    const { push } = await a.ok("push");
    expect(push?.outcome).toBe("pushed");
    expect(push?.bytesSent).toBeLessThan(40_000);
    expect(await pulled(url)).toEqual(await a.list());
  });
});

describe("two CI jobs at the same time", () => {
  it("I3: both keep everything that they wrote from the same base, a native client's push in between included", async () => {
    const { url } = await startServer();
    const first = await machine(url);
    await first.ok("pull");
    await first.write(text("/shared/base", "base"));
    await first.ok("push");
    const [c, d] = [await machine(url), await machine(url)];
    await Promise.all([c.ok("pull"), d.ok("pull")]);
    await Promise.all([
      c.write(
        text("/shared/c", "from c"),
        text("/c/only", "c"),
        { op: "kvSet", key: "c", value: 1 },
        { op: "toolStart", name: "c" },
      ),
      d.write(
        text("/shared/d", "from d"),
        text("/d/only", "d"),
        { op: "kvSet", key: "d", value: 2 },
        { op: "toolStart", name: "d" },
      ),
    ]);
    await c.ok("push");
    await runNative(`${d.dir}/native`, url, [
      { op: "agent", do: text("/shared/native", "from a native client") },
      { op: "push" },
    ]);
    await d.ok("push");
    const after = await pulled(url);
    expect(after.files).toEqual({
      "/shared/base": base64("base"),
      "/shared/c": base64("from c"),
      "/shared/d": base64("from d"),
      "/shared/native": base64("from a native client"),
      "/c/only": base64("c"),
      "/d/only": base64("d"),
    });
    expect(after.keys).toEqual({ c: 1, d: 2 });
    expect(after.toolCalls.map((call) => call.name).sort()).toEqual(["c", "d"]);
  });

  it("makes one directory of two that both jobs created under one name", async () => {
    const { url } = await startServer();
    const [c, d] = [await machine(url), await machine(url)];
    await Promise.all([c.ok("pull"), d.ok("pull")]);
    await c.write(text("/out/deep/c", "c"), text("/out/same", "equal"));
    await d.write(text("/out/deep/d", "d"), text("/out/same", "equal"));
    await c.ok("push");
    await d.ok("push");
    const after = await pulled(url);
    expect(Object.keys(after.files).sort()).toEqual(["/out/deep/c", "/out/deep/d", "/out/same"]);
    expect(after.directories).toEqual(["/out", "/out/deep"]);
    await d.write(text("/out/deep/d2", "again"));
    await d.ok("sync");
    expect(await d.list()).toEqual(await pulled(url));
  });
});

describe("a file that two jobs made alike", () => {
  it("is one, with the attributes of the later push, and can be removed again by both", async () => {
    const { url } = await startServer();
    const [c, d] = [await machine(url), await machine(url)];
    await Promise.all([c.ok("pull"), d.ok("pull")]);
    await c.write(text("/bin/tool", "equal"));
    await d.write(text("/bin/tool", "equal"), { op: "chmod", path: "/bin/tool", permissions: 0o755 });
    await d.write({ op: "sql", sql: "UPDATE fs_inode SET mtime = mtime + 5 WHERE size = 5" });
    await c.ok("push");
    expect((await d.ok("push")).push?.outcome).toBe("pushed");
    const fresh = await machine(url);
    await fresh.ok("pull");
    const [stats] = (await fresh.write({ op: "stat", path: "/bin/tool" })) as [{ mode: number }];
    expect((stats.mode & 0o777).toString(8)).toBe("755");
    await d.write({ op: "unlink", path: "/bin/tool" });
    await d.ok("push");
    expect((await pulled(url)).files).toEqual({});
  });
});

describe("a working copy that was there before", () => {
  it("is adopted whole if the remote is empty, by pull and by push", async () => {
    for (const first of ["pull", "push"] as const) {
      const { url } = await startServer();
      const a = await machine(url);
      await a.write(text("/mine", "brought along"));
      await a.ok(first);
      await a.ok("sync");
      expect((await pulled(url)).files).toEqual({ "/mine": base64("brought along") });
    }
  });

  it("is refused if the remote holds an agent, and merged as if all in it were new with --adopt", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    await a.ok("pull");
    await a.write(text("/theirs", "theirs"));
    await a.ok("push");
    const b = await machine(url);
    await b.write(text("/ours", "ours"));
    for (const command of ["pull", "push", "sync"] as const) {
      expect((await b.run(command)).error?.code, command).toBe("origin-mismatch");
    }
    expect((await b.list()).files).toEqual({ "/ours": base64("ours") });
    await b.ok("sync", { adopt: true });
    expect((await b.list()).files).toEqual({ "/ours": base64("ours"), "/theirs": base64("theirs") });
    expect(await pulled(url)).toEqual(await b.list());
  });
});
