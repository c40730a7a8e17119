import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AgentOp, listAgent } from "../parts/agent.ts";
import { plainFile } from "../parts/image.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { withDatabase, writePlainly } from "../parts/plain-writer.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";

const pendingFolder = (m: Machine) => join(m.dir, ".agentfs", ".sync", "bot", "pending");

describe("a pull into a working copy with unpushed changes", () => {
  it("is refused, says what there is, and touches nothing", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    const before = await m.list();
    const { error, pull } = await m.run("pull");
    expect(error).toMatchObject({ code: "unpushed-changes", hint: expect.stringContaining("sync") });
    expect(error?.message).toContain("1 file added");
    expect(pull?.outcome).toBe("failed");
    expect(await m.list()).toEqual(before);
  });

  it("sets them aside when told to: all of them are in the folder that it names, and the working copy is the remote's", async () => {
    const { url } = await startServer();
    const [m, other] = [await machine(url), await machine(url)];
    await m.ok("pull");
    await m.write(text("/a", "a"), { op: "kvSet", key: "k", value: 0 });
    await m.ok("push");
    await other.ok("pull");
    await other.write(text("/theirs", "t"));
    await other.ok("push");
    await m.write(
      text("/a", "changed"),
      text("/mine", "m".repeat(10_000)),
      { op: "kvSet", key: "k", value: 1 },
      {
        op: "toolRecord",
        name: "mine",
        startedAt: 1,
        completedAt: 2,
      },
    );
    const mine = await m.list();
    await m.ok("pull", { onUnpushed: "set-aside" });
    expect(await m.list()).toEqual(await pulled(url));
    const [folder, ...more] = await readdir(pendingFolder(m));
    expect(more).toEqual([]);
    expect(m.lines.join("\n")).toContain(join(pendingFolder(m), folder ?? ""));
    expect(await listAgent(plainFile(join(pendingFolder(m), folder ?? "", "snapshot.db")))).toEqual(mine);
    // What no push was asked for is not pushed later, and is not lost by later commands.
    await m.write(text("/later", "l"));
    await m.ok("sync");
    expect(Object.keys((await pulled(url)).files).toSorted()).toEqual(["/a", "/later", "/theirs"]);
    expect(await listAgent(plainFile(join(pendingFolder(m), folder ?? "", "snapshot.db")))).toEqual(mine);
    expect((await m.ok("status")).status?.pending).toEqual([folder]);
  });

  it("sets aside twice without losing the first", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("push");
    for (const name of ["/one", "/two"]) {
      await m.write(text(name, name));
      await m.ok("pull", { onUnpushed: "set-aside" });
    }
    const folders = await readdir(pendingFolder(m));
    const found = await Promise.all(folders.map((folder) => listAgent(plainFile(join(pendingFolder(m), folder, "snapshot.db")))));
    expect(found.map(({ files }) => Object.keys(files).join()).toSorted()).toEqual(["/a,/one", "/a,/two"]);
  });
});

describe("a push that removes", () => {
  async function withFiles(count: number): Promise<{ readonly url: string; readonly m: Machine }> {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    for (let i = 0; i < count; i++) writePlainly(m.db, `f${i}`);
    await m.ok("push");
    return { url, m };
  }
  const removal = (from: number, to: number): AgentOp[] =>
    Array.from({ length: to - from }, (_, index) => ({ op: "unlink", path: `/f${from + index}` }));

  it("more than half of 20 files is refused until it is allowed by name", async () => {
    const { url, m } = await withFiles(20);
    const remote = await pulled(url);
    await m.write(...removal(0, 11));
    for (const command of ["push", "sync"] as const) {
      expect((await m.run(command)).error).toMatchObject({ code: "mass-change", hint: expect.stringContaining("mass-change") });
    }
    expect((await m.run("push", { allow: ["remote-replaced"] })).error?.code).toBe("mass-change");
    expect(await pulled(url)).toEqual(remote);
    expect((await m.ok("push", { allow: ["mass-change"] })).push).toMatchObject({ outcome: "pushed", files: { removed: 11 } });
    expect(Object.keys((await pulled(url)).files)).toHaveLength(9);
  });

  it("half of 20 files, or all of 19, is pushed", async () => {
    const twenty = await withFiles(20);
    await twenty.m.write(...removal(0, 10));
    expect((await twenty.m.ok("push")).push).toMatchObject({ outcome: "pushed", files: { removed: 10 } });
    const nineteen = await withFiles(19);
    await nineteen.m.write(...removal(0, 19));
    expect((await nineteen.m.ok("push")).push).toMatchObject({ outcome: "pushed", files: { removed: 19 } });
    expect((await pulled(nineteen.url)).files).toEqual({});
  });
});

describe("a value that is too long to carry", () => {
  it.each<[what: string, sql: string]>([
    ['the key "long"', "INSERT INTO kv_store (key, value) VALUES ('long', CAST(zeroblob(67108865) AS TEXT))"],
    [
      "the tool call 2 (t)",
      "INSERT INTO tool_calls (name, result, status, started_at) VALUES ('t', zeroblob(67108865), 'success', 1)",
    ],
    ["the file /first", "UPDATE fs_data SET data = zeroblob(67108865)"],
  ])("%s: is refused by name before anything is sent", async (what, sql) => {
    const server = await startServer();
    const proxy = await startProxy({ upstream: server.url });
    const m = await machine(proxy.url);
    await m.ok("pull");
    writePlainly(m.db, "first");
    await m.ok("push");
    proxy.requests.length = 0;
    withDatabase(m.db, (db) => {
      db.exec(sql);
      db.exec("UPDATE fs_inode SET size = (SELECT octet_length(data) FROM fs_data) WHERE mode = 33188");
    });
    const { error } = await m.run("push");
    expect(error).toMatchObject({ code: "too-large", message: expect.stringContaining(what) });
    expect(error?.message).toContain("64.0 MiB");
    expect(proxy.requests).toEqual([]);
  });
});
