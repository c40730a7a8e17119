import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../packages/core/src/index.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { runNative } from "../parts/native.ts";
import { text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer, type TestServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const both = (file: string): readonly string[] => [file, `${file}-wal`];

async function keep(server: TestServer): Promise<string> {
  await server.stop();
  const kept = join(await makeTempDir(), "kept.db");
  for (const [from, to] of both(server.file).map((path, index) => [path, both(kept)[index] ?? ""] as const))
    await copyFile(from, to);
  return kept;
}

async function restore(server: TestServer, kept: string | null): Promise<TestServer> {
  await server.stop();
  for (const path of [...both(server.file), `${server.file}-shm`]) await rm(path, { force: true });
  if (kept !== null) {
    for (const [index, path] of both(kept).entries()) await copyFile(path, both(server.file)[index] ?? "");
  }
  return startServer({ file: server.file, port: server.port });
}

/** Every one of these is refused, again and again: a guard that gives way at the second try is none. */
async function expectRefused(m: Machine, url: string, code: ErrorCode): Promise<void> {
  const before = await m.list();
  for (const _ of [1, 2, 3]) {
    for (const [command, options] of [
      ["push", {}],
      ["sync", {}],
      ["pull", { onUnpushed: "set-aside" }],
    ] as const) {
      const [{ error, push }, names] = [await m.run(command, options), await remoteNames(url)];
      expect(error?.code, command).toBe(code);
      if (push !== null) expect(push.outcome).toBe("failed");
      expect(names).not.toContain("unpushed");
    }
  }
  expect(await m.list()).toEqual(before);
}

async function remoteNames(url: string): Promise<unknown[]> {
  const [tables] = await remoteSql(url, [{ sql: "SELECT name FROM sqlite_schema WHERE name = 'fs_dentry'" }]);
  if (tables?.length === 0) return [];
  const [rows] = await remoteSql(url, [{ sql: "SELECT name FROM fs_dentry" }]);
  return (rows ?? []).map(([name]) => name);
}

describe("a remote that was recreated", () => {
  it("and is empty: remote-replaced for every command, also with nothing unpushed, and nothing is touched", async () => {
    const server = await startServer();
    const m = await machine(server.url);
    await m.ok("pull");
    await m.write(text("/kept", "k"));
    await m.ok("push");
    await m.ok("pull");
    await restore(server, null);
    for (const _ of [1, 2]) expect((await m.run("pull")).error?.code).toBe("remote-replaced");
    expect(Object.keys((await m.list()).files)).toEqual(["/kept"]);
    await m.write(text("/unpushed", "u"));
    await expectRefused(m, server.url, "remote-replaced");
  });

  it("and filled by another machine: unpushed changes are refused, again and again", async () => {
    const server = await startServer();
    const m = await machine(server.url);
    await m.ok("pull");
    await m.write(text("/kept", "k"));
    await m.ok("push");
    await m.ok("pull");
    await m.write(text("/unpushed", "u"));
    await restore(server, null);
    const other = await machine(server.url);
    await other.ok("pull");
    await other.write(text("/new-world", "n"));
    await other.ok("push");
    await expectRefused(m, server.url, "remote-replaced");
    expect(await pulled(server.url)).toEqual(await other.list());
  });

  it("and filled by another machine: with nothing unpushed a pull takes it, and says so", async () => {
    const server = await startServer();
    const m = await machine(server.url);
    await m.ok("pull");
    await m.write(text("/kept", "k"));
    await m.ok("push");
    await restore(server, null);
    const other = await machine(server.url);
    await other.ok("pull");
    await other.write(text("/new-world", "n"));
    await other.ok("push");
    await m.ok("pull");
    expect(await m.list()).toEqual(await other.list());
    expect(m.lines.join("\n")).toMatch(/not the database/);
  });
});

describe("a remote that was set back to an older copy", () => {
  it("refuses unpushed changes, again and again", async () => {
    let server = await startServer();
    const m = await machine(server.url);
    await m.ok("pull");
    await m.write(text("/first", "1"));
    await m.ok("push");
    const kept = await keep(server);
    server = await startServer({ file: server.file, port: server.port });
    await m.write(text("/second", "2"));
    await m.ok("push");
    await m.write(text("/unpushed", "u"));
    server = await restore(server, kept);
    await expectRefused(m, server.url, "remote-replaced");
    expect((await m.ok("push", { allow: ["remote-replaced"] })).push?.outcome).toBe("pushed");
    expect((await remoteNames(server.url)).toSorted()).toEqual(["first", "unpushed"]);
  });

  it("and written to by others since: the same", async () => {
    let server = await startServer();
    const m = await machine(server.url);
    await m.ok("pull");
    await m.write(text("/first", "1"));
    await m.ok("push");
    const kept = await keep(server);
    server = await startServer({ file: server.file, port: server.port });
    await m.write(text("/second", "2"));
    await m.ok("push");
    await m.ok("pull");
    await m.write(text("/unpushed", "u"));
    server = await restore(server, kept);
    const other = await machine(server.url);
    await other.ok("pull");
    await other.write(text("/other", "o"));
    expect((await other.ok("push")).push?.sequence).toBe(2);
    await expectRefused(m, server.url, "remote-replaced");
  });
});

describe("a URL at which there is", () => {
  it("the database of another agent: remote-agent-mismatch, with and without unpushed changes", async () => {
    const [own, foreign] = [await startServer(), await startServer()];
    const other = await machine(foreign.url, { agents: ["other"] });
    await other.run("pull");
    const m = await machine(own.url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("push");
    const stranger = await machine(foreign.url, { agents: ["bot"] });
    await stranger.ok("pull");
    await stranger.write(text("/s", "s"));
    await stranger.ok("push");
    const named = await machine(foreign.url, { agents: ["other"] });
    expect((await named.run("pull")).error?.code).toBe("remote-agent-mismatch");
    expect((await named.run("sync")).error?.code).toBe("remote-agent-mismatch");
    await m.write(text("/unpushed", "u"));
    for (const _ of [1, 2]) {
      expect((await m.run("push", { remoteUrl: foreign.url })).error?.code).toBe("remote-replaced");
    }
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
  });

  it("another agent's database that only native clients have used: unpushed changes are refused, again and again", async () => {
    const [own, foreign] = [await startServer(), await startServer()];
    for (const [url, name] of [
      [own.url, "/own"],
      [foreign.url, "/foreign"],
    ] as const) {
      await runNative(await makeTempDir(), url, [{ op: "agent", do: text(name, name) }, { op: "push" }]);
    }
    const m = await machine(own.url);
    await m.ok("pull");
    await m.write(text("/unpushed", "u"));
    for (const _ of [1, 2]) expect((await m.run("push", { remoteUrl: foreign.url })).error?.code).toBe("remote-replaced");
    expect(await remoteNames(foreign.url)).toEqual(["foreign"]);
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect((await remoteNames(own.url)).toSorted()).toEqual(["own", "unpushed"]);
  });

  it("a database that is no AgentFS: not-agentfs, and nothing is made in it", async () => {
    const server = await startServer();
    await remoteSql(server.url, [{ sql: "CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT)" }]);
    const m = await machine(server.url);
    expect((await m.run("pull")).error?.code).toBe("not-agentfs");
    const [tables] = await remoteSql(server.url, [{ sql: "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'turso%'" }]);
    expect(tables).toEqual([["accounts"]]);
    const brought = await machine((await startServer()).url);
    await brought.ok("pull");
    await brought.write(text("/mine", "m"));
    for (const command of ["push", "sync"] as const) {
      expect((await brought.run(command, { remoteUrl: server.url })).error?.code, command).toBe("not-agentfs");
    }
    expect((await remoteSql(server.url, [{ sql: "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'turso%'" }]))[0]).toEqual([
      ["accounts"],
    ]);
  });

  it("tables but no pages, as after a checkpoint of the server's file: remote-damaged, and nothing is touched", async () => {
    const server = await startServer();
    const m = await machine(server.url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("push");
    await m.ok("pull");
    await server.stop();
    withDatabase(server.file, (db) => db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    await startServer({ file: server.file, port: server.port });
    const before = await m.list();
    const fresh = await machine(server.url);
    for (const one of [m, fresh]) expect((await one.run("pull")).error?.code).toBe("remote-damaged");
    expect(await m.list()).toEqual(before);
  });
});
