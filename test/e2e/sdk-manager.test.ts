import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SyncManager } from "../../packages/core/src/index.ts";
import { freePort } from "../parts/free-port.ts";
import { childrenOf } from "../parts/processes.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { failureOf, file, sdkWorld, TOKEN } from "../parts/sdk-world.ts";

describe("manager creation", () => {
  test("checks the configuration at once, and shows no token", async () => {
    const manager = new SyncManager({ agent: "bot", remoteUrl: "libsql://bot.example", authToken: TOKEN, directory: "/x" });
    expect(manager).toMatchObject({
      agent: "bot",
      engine: "http",
      remoteUrl: "https://bot.example",
      databasePath: "/x/.agentfs/bot.db",
    });
    expect(inspect(manager, { depth: 9, showHidden: true }) + JSON.stringify(manager)).not.toContain(TOKEN);
    expect(() => new SyncManager({ agent: "bot" })).toThrow(expect.objectContaining({ code: "config-invalid", exitCode: 2 }));
  });

  test("that is closed takes nothing more, and waits for what runs", async () => {
    const world = await sdkWorld();
    const { manager } = await world.machine();
    const pull = manager.pull();
    await manager[Symbol.asyncDispose]();
    expect(await Promise.race([pull, Promise.resolve("still running")])).toMatchObject({ outcome: "new" });
    expect(await failureOf(() => manager.pull())).toMatchObject({ code: "usage", operation: "pull", agent: "bot" });
  });
});

test("pull: a new agent, then nothing new, then what another machine pushed", async () => {
  const world = await sdkWorld();
  const [a, b] = [await world.machine(), await world.machine()];
  expect(await a.manager.pull()).toMatchObject({ outcome: "new", revision: null, durationMs: expect.any(Number) });
  await a.write(file("/a.txt", "from a"));
  await a.manager.push();
  expect(await b.manager.pull()).toMatchObject({
    outcome: "pulled",
    revision: expect.any(String),
    bytesReceived: expect.any(Number),
  });
  expect((await b.list()).files).toMatchObject({ "/a.txt": expect.anything() });
  expect(await b.manager.pull()).toMatchObject({ outcome: "unchanged" });
});

test("push: says what it carried, and one without changes makes no request", async () => {
  const world = await sdkWorld();
  const { manager, write } = await world.machine({
    provenance: { ci: "test", repository: "acme/a", commit: null, runUrl: null },
  });
  await manager.pull();
  await write(file("/a.txt", "a"), { op: "kvSet", key: "k", value: 1 }, { op: "toolStart", name: "build" });
  const pushed = await manager.push();
  expect(pushed).toMatchObject({
    outcome: "pushed",
    changes: { files: { added: 1 }, keys: { added: 1 }, toolCalls: { added: 1 } },
    conflicts: [],
    sequence: 1,
    bytesSent: expect.any(Number),
  });
  const log = await remoteSql(world.serverUrl, [{ sql: "SELECT push_id, provenance FROM agentfs_sync_log" }]);
  expect(log).toEqual([[[pushed.pushId, expect.stringContaining("acme/a")]]]);
  const before = world.proxy.requests.length;
  expect(await manager.push()).toMatchObject({ outcome: "unchanged", sequence: null });
  expect(world.proxy.requests).toHaveLength(before);
});

test("sync workflow: two machines write at once, and both end with everything", async () => {
  const world = await sdkWorld();
  const [a, b] = [await world.machine(), await world.machine()];
  await a.manager.pull();
  await b.manager.pull();
  await a.write(file("/a.txt", "a"), file("/same.txt", "from a"));
  await b.write(file("/b.txt", "b"), file("/same.txt", "from b"));
  expect(await a.manager.sync()).toMatchObject({ push: { outcome: "pushed" }, pull: { outcome: "pulled" } });
  const { push, pull } = await b.manager.sync();
  expect(push.conflicts).toMatchObject([{ kind: "file", path: "/same.txt", resolution: "keep-both" }]);
  expect(pull).toMatchObject({ outcome: "pulled" });
  await a.manager.sync();
  const [hereFiles, thereFiles] = [Object.keys((await a.list()).files), Object.keys((await b.list()).files)];
  expect(hereFiles).toEqual(thereFiles);
  expect(hereFiles.filter((path) => /^\/(a|b|same)\.txt$|^\/same\.conflict-/.test(path))).toHaveLength(4);
});

test("checkpoint: what was in the WAL is in the file, and the next push finds all of it", async () => {
  const world = await sdkWorld();
  const { manager, write } = await world.machine();
  expect(await failureOf(() => manager.checkpoint())).toMatchObject({ code: "working-copy-missing", operation: "checkpoint" });
  await manager.pull();
  await write(file("/a.txt", "a".repeat(10_000)));
  const { walBytesBefore, walBytesAfter } = await manager.checkpoint();
  expect(walBytesBefore).toBeGreaterThan(10_000);
  expect(walBytesAfter).toBe(0);
  expect(await manager.push()).toMatchObject({ outcome: "pushed", changes: { files: { added: 1 } } });
});

test("stats: what is pending, what was synced by all, when, and how much went over the wire", async () => {
  const world = await sdkWorld();
  const [a, b] = [await world.machine(), await world.machine()];
  const fresh = await a.manager.stats();
  expect(fresh).toMatchObject({ lastPullAt: null, lastPushAt: null, lastSyncAt: null, pendingChanges: null, revision: null });
  expect(fresh.totalSynced).toMatchObject({ pushes: 0, countedPushes: 0, files: { added: 0 } });
  await a.manager.pull();
  await a.write(file("/a.txt", "a"), { op: "kvSet", key: "k", value: 1 });
  expect((await a.manager.stats()).pendingChanges).toMatchObject({ files: { added: 1 }, keys: { added: 1 } });
  await a.manager.push();
  await b.manager.pull();
  await b.write(file("/b.txt", "b"));
  await b.manager.push();
  await a.manager.sync();
  const stats = await a.manager.stats();
  expect(stats).toMatchObject({
    engine: "http",
    agent: "bot",
    remoteUrl: world.remoteUrl,
    pendingChanges: { files: { added: 0, changed: 0, removed: 0, renamed: 0 }, keys: { added: 0 }, toolCalls: { added: 0 } },
    pendingOperations: null,
    totalSynced: { pushes: 2, countedPushes: 2, files: { added: 2 }, keys: { added: 1 } },
    revision: expect.any(String),
    sizes: { databaseBytes: expect.any(Number), walBytes: expect.any(Number), syncBytes: expect.any(Number) },
  });
  const [pullAt, pushAt, syncAt] = [stats.lastPullAt, stats.lastPushAt, stats.lastSyncAt].map((date) => date?.getTime() ?? 0);
  expect(Math.abs(Date.now() - (pushAt ?? 0))).toBeLessThan(600_000);
  expect(syncAt).toBe(Math.max(pullAt ?? 0, pushAt ?? 0));
  expect(stats.bytesSent).toBeGreaterThan(0);
  expect(stats.bytesReceived).toBeGreaterThan(stats.bytesSent ?? 0);
  const before = world.proxy.requests.length;
  expect((await a.manager.stats({ asksRemote: false })).totalSynced).toBeNull();
  expect(world.proxy.requests).toHaveLength(before);
});

test("diff and verify: what a push would carry, and whether it is a consistent AgentFS", async () => {
  const world = await sdkWorld();
  const { manager, write } = await world.machine();
  await manager.pull();
  await write(file("/a.txt", "hello\n"));
  expect(await manager.diff()).toMatchObject({
    workingCopy: "changed",
    files: [{ did: "added", path: "/a.txt", text: expect.stringContaining("+hello") }],
  });
  expect(await manager.verify()).toMatchObject({ consistent: true, findings: [] });
  await manager.push();
  await remoteSql(world.serverUrl, [{ sql: "UPDATE fs_inode SET nlink = 9 WHERE ino > 1" }]);
  expect(await manager.verify({ asksRemote: true })).toMatchObject({
    consistent: false,
    findings: [{ rule: "link-count", path: "/a.txt" }],
  });
});

test("I8: token from the environment: it is used, and no child process has it in its own or in its arguments", async () => {
  const world = await sdkWorld();
  process.env["TURSO_DB_AUTH_TOKEN"] = TOKEN;
  try {
    const { manager } = await world.machine({ authToken: undefined });
    world.setFault({ silent: true });
    const controller = new AbortController();
    const asked = world.nextRequest();
    const pull = failureOf(() => manager.pull({ signal: controller.signal }));
    await asked;
    const children = await childrenOf(process.pid);
    expect(children.some(({ argv }) => /sdk.child.child\.[tj]s/.test(argv))).toBe(true);
    expect(JSON.stringify(children)).not.toContain(TOKEN);
    controller.abort();
    await pull;
    world.setFault(undefined);
    expect(await manager.pull()).toMatchObject({ outcome: "new" });
  } finally {
    delete process.env["TURSO_DB_AUTH_TOKEN"];
  }
  const { manager } = await world.machine({ authToken: undefined });
  expect(await failureOf(() => manager.pull())).toMatchObject({
    code: "unauthorized",
    message: expect.stringContaining("No token was sent"),
  });
});

test("authentication failure: the code says so, the place is named, the wrong token is nowhere", async () => {
  const world = await sdkWorld();
  const { manager } = await world.machine({ authToken: "wrong-token" });
  for (const call of [() => manager.pull(), () => manager.sync(), () => manager.stats()]) {
    const error = await failureOf(call);
    expect(error).toMatchObject({
      code: "unauthorized",
      exitCode: 3,
      retryable: false,
      agent: "bot",
      remoteUrl: world.remoteUrl,
    });
    expect(error.hint).toContain("TURSO_DB_AUTH_TOKEN");
    expect(inspect(error, { depth: 9 })).not.toContain("wrong-token");
  }
});

test("a server that is not there: the code, and Node's own error as the cause", async () => {
  const world = await sdkWorld();
  const { manager } = await world.machine({ remoteUrl: `http://127.0.0.1:${await freePort()}`, timeoutMs: 3000 });
  const error = await failureOf(() => manager.pull());
  expect(error).toMatchObject({ code: "remote-unreachable", retryable: true, exitCode: 75, cause: { code: "ECONNREFUSED" } });
});

test("network timeout: a silent server ends the call by its code, and the next call works", async () => {
  const world = await sdkWorld();
  const { manager } = await world.machine({ timeoutMs: 1500 });
  world.setFault({ silent: true });
  expect(await failureOf(() => manager.pull())).toMatchObject({
    code: "remote-timeout",
    retryable: true,
    exitCode: 75,
    operation: "pull",
  });
  world.setFault(undefined);
  const next = await world.machine({ directory: (await world.machine()).directory });
  expect(await next.manager.pull()).toMatchObject({ outcome: "new" });
});
