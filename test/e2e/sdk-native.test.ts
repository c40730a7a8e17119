import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { AgentFSCLI, type ProgressEvent, type SyncConfigInput } from "../../packages/core/src/index.ts";
import { runAgent } from "../parts/agent.ts";
import { agentfsPath } from "../parts/agentfs-program.ts";
import { cleanEnv } from "../parts/run-child.ts";
import { failureOf, file, type SdkWorld, sdkWorld, TOKEN } from "../parts/sdk-world.ts";
import { makeTempDir } from "../parts/temp.ts";

const program = await agentfsPath();
const cli = new AgentFSCLI({ binary: program, env: cleanEnv() });

/** A machine with engine `agentfs`, on which files are written by the program itself. */
async function native(world: SdkWorld, input: Partial<SyncConfigInput> = {}) {
  const made = await world.machine({ engine: "agentfs", ...input }, { cli });
  const config = { idOrPath: "bot", directory: made.directory, authToken: TOKEN };
  const files = async () => (await cli.fs.ls(config)).entries.map(({ name }) => name).sort();
  return { ...made, files, put: (path: string, text: string) => cli.fs.write(config, path, text), config };
}

describe("engine agentfs", () => {
  test("pulls, pushes and syncs by the program, and another machine has it", async () => {
    const world = await sdkWorld();
    const [a, b] = [await native(world), await native(world)];
    const phases: string[] = [];
    const onProgress = ({ operation, phase }: ProgressEvent) => phases.push(`${operation} ${phase}`);
    expect(await a.manager.pull({ onProgress })).toMatchObject({ outcome: "pulled", bytesReceived: null });
    await a.put("/a.txt", "a");
    expect(await a.manager.push({ onProgress })).toMatchObject({ outcome: "pushed", changes: null });
    expect(phases.join()).toBe("pull comparing,pull receiving,pull verifying,push comparing,push sending,push verifying");
    expect(await a.manager.push()).toMatchObject({ outcome: "unchanged" });
    await b.manager.pull();
    expect(await b.files()).toEqual(["a.txt"]);
    await b.put("/b.txt", "b");
    expect(await b.manager.sync()).toMatchObject({ push: { outcome: "pushed" }, pull: { outcome: "pulled" } });
    expect(await a.manager.pull()).toMatchObject({ outcome: "pulled" });
    expect(await a.files()).toEqual(["a.txt", "b.txt"]);
    expect(await a.manager.verify()).toMatchObject({ consistent: true });
  });

  test("checkpoint and stats: what the program gives, null where it cannot know", async () => {
    const world = await sdkWorld();
    const { manager, put } = await native(world);
    await manager.pull();
    await put("/a.txt", "a");
    expect(await manager.stats()).toMatchObject({
      engine: "agentfs",
      lastPullAt: expect.any(Date),
      lastSyncAt: expect.any(Date),
      pendingChanges: null,
      pendingOperations: expect.any(Number),
      totalSynced: null,
      bytesSent: null,
      bytesReceived: null,
      sizes: { walBytes: expect.any(Number) },
    });
    await manager.sync();
    const { walBytesBefore, walBytesAfter } = await manager.checkpoint();
    expect(walBytesAfter).toBeLessThan(walBytesBefore);
    await put("/b.txt", "b");
    expect(await manager.sync()).toMatchObject({ push: { outcome: "pushed" } });
    expect(await failureOf(() => manager.diff())).toMatchObject({ code: "engine-unsupported", operation: "diff" });
  });

  test("partial options: the program is given them, and the replica works", async () => {
    const world = await sdkWorld();
    const first = await native(world);
    await first.manager.pull();
    await first.put("/a.txt", "a");
    await first.manager.push();
    const argvs: (readonly string[])[] = [];
    const { execaRunner } = await import("../../packages/core/src/agentfs-cli/execa-runner.ts");
    const watched = new AgentFSCLI({
      binary: program,
      env: cleanEnv(),
      runner: (request) => {
        argvs.push(request.argv);
        return execaRunner(request);
      },
    });
    const partial = { partialPrefetch: true, partialSegmentSize: 131_072, partialBootstrapLength: 131_072 };
    const { manager, directory } = await world.machine({ engine: "agentfs", ...partial }, { cli: watched });
    expect(await manager.pull()).toMatchObject({ outcome: "pulled" });
    expect(argvs.find(([name]) => name === "init")).toEqual([
      "init",
      "bot",
      "--sync-remote-url",
      world.remoteUrl,
      "--sync-partial-prefetch",
      "true",
      "--sync-partial-segment-size",
      "131072",
      "--sync-partial-bootstrap-length",
      "131072",
    ]);
    expect((await cli.fs.ls({ idOrPath: "bot", directory, authToken: TOKEN })).entries).toEqual([{ kind: "f", name: "a.txt" }]);
  });

  test("authentication failure and network timeout have their codes", async () => {
    const world = await sdkWorld();
    const wrong = await native(world, { authToken: "wrong-token" });
    const error = await failureOf(() => wrong.manager.pull());
    expect(error).toMatchObject({ code: "unauthorized", operation: "init", agent: "bot", remoteUrl: world.remoteUrl });
    expect(JSON.stringify(error)).not.toContain("wrong-token");
    const { manager } = await native(world);
    await manager.pull();
    world.setFault({ silent: true });
    const slow = await native(world, { directory: manager.databasePath.replace("/.agentfs/bot.db", ""), timeoutMs: 2000 });
    expect(await failureOf(() => slow.manager.pull())).toMatchObject({ code: "remote-timeout", retryable: true });
  });
});

describe("refused before the program is started, with the way out", () => {
  /** A replica that is in step, and the requests so far. */
  async function inStep() {
    const world = await sdkWorld();
    const machine = await native(world);
    await machine.manager.pull();
    await machine.put("/a.txt", "a");
    await machine.manager.sync();
    return { world, ...machine };
  }

  test("uncaptured writes: by AgentFS.open() of the SDK", async () => {
    const { manager } = await inStep();
    await runAgent(manager.databasePath, [file("/lost.txt", "by the SDK")]);
    const calls = [
      () => manager.push(),
      () => manager.pull(),
      () => manager.sync(),
      () => manager.checkpoint(),
      () => manager.stats(),
    ];
    for (const call of calls) {
      const error = await failureOf(call);
      expect(error).toMatchObject({ code: "uncaptured-changes", exitCode: 7, retryable: false });
      expect(error.details["tables"]).toContain("fs_dentry");
    }
  });

  test("uncaptured writes: by stock SQLite that leaves the WAL", async () => {
    const { manager } = await inStep();
    const holder = new DatabaseSync(manager.databasePath, { readOnly: true });
    holder.prepare("SELECT count(*) FROM kv_store").get();
    const writer = new DatabaseSync(manager.databasePath);
    writer.exec("INSERT INTO kv_store (key, value) VALUES ('k', '1')");
    await cp(`${manager.databasePath}-wal`, `${manager.databasePath}-wal.kept`);
    writer.close();
    holder.close();
    await cp(`${manager.databasePath}-wal.kept`, `${manager.databasePath}-wal`);
    await rm(`${manager.databasePath}-shm`, { force: true });
    expect(await failureOf(() => manager.push())).toMatchObject({
      code: "uncaptured-changes",
      details: { tables: ["kv_store"] },
    });
  });

  test("a wedged WAL: one stock sqlite3 SELECT has removed it", async () => {
    const { manager } = await inStep();
    const stock = new DatabaseSync(manager.databasePath);
    stock.prepare("SELECT count(*) FROM fs_inode").get();
    stock.close();
    for (const call of [() => manager.push(), () => manager.pull(), () => manager.stats()]) {
      expect(await failureOf(call)).toMatchObject({ code: "replica-incomplete", message: expect.stringContaining("WAL") });
    }
  });

  test("a missing sidecar: without -info the program would overwrite the database", async () => {
    const { manager } = await inStep();
    await rm(`${manager.databasePath}-info`);
    expect(await failureOf(() => manager.pull())).toMatchObject({
      code: "replica-incomplete",
      message: expect.stringContaining("bot.db-info"),
    });
  });

  test("a cloned client id: a copy of the replica has pushed, and this push would not arrive", async () => {
    const { world, manager, directory, put } = await inStep();
    const copyDirectory = await makeTempDir();
    await cp(directory, copyDirectory, { recursive: true });
    const copy = await native(world, { directory: copyDirectory });
    await copy.put("/copy.txt", "from the copy");
    expect(await copy.manager.push()).toMatchObject({ outcome: "pushed" });
    await put("/mine.txt", "mine");
    for (const call of [() => manager.push(), () => manager.pull()]) {
      expect(await failureOf(call)).toMatchObject({ code: "replica-copied", exitCode: 7 });
    }
  });

  test("I3: others that pushed since the pull: the native sync would let the last one win row by row", async () => {
    const { world, manager, put } = await inStep();
    const other = await native(world);
    await other.manager.pull();
    await other.put("/theirs.txt", "theirs");
    await other.manager.push();
    await put("/mine.txt", "mine");
    for (const call of [() => manager.push(), () => manager.pull()]) {
      expect(await failureOf(call)).toMatchObject({ code: "conflict", exitCode: 4 });
    }
    expect(await other.files()).toContain("theirs.txt");
  });

  test("another remote than the one that the replica was made with", async () => {
    const { directory } = await inStep();
    const elsewhere = await native(await sdkWorld(), { directory });
    expect(await failureOf(() => elsewhere.manager.push())).toMatchObject({ code: "remote-mismatch" });
  });

  test("a database of engine http, and the other way round", async () => {
    const world = await sdkWorld();
    const http = await world.machine();
    await http.manager.pull();
    const here = await native(world, { directory: http.directory });
    expect(await failureOf(() => here.manager.pull())).toMatchObject({ code: "engine-mismatch" });
    const { directory } = await inStep();
    const there = await world.machine({ directory });
    expect(await failureOf(() => there.manager.pull())).toMatchObject({ code: "engine-mismatch" });
  });

  test("a database without a remote", async () => {
    const world = await sdkWorld();
    const { manager, directory } = await native(world);
    await cli.init("bot", { directory });
    expect(await failureOf(() => manager.pull())).toMatchObject({ code: "sync-not-enabled", exitCode: 2 });
  });
});

test("the replica that the real program wrote passes the guard: every transaction in it noted what it changed", async () => {
  const world = await sdkWorld();
  const directory = await makeTempDir();
  await cp("test/fixtures/databases/synced-replica", join(directory, ".agentfs"), { recursive: true });
  const { manager } = await world.machine({ engine: "agentfs", directory, remoteUrl: "http://127.0.0.1:19800" }, { cli });
  expect(await manager.verify()).toMatchObject({ consistent: true });
  const { runInChild } = await import("../../packages/core/src/sdk/child/run-in-child.ts");
  const { parseSyncConfig } = await import("../../packages/core/src/config/sync-config.ts");
  const config = parseSyncConfig({ agent: "bot", directory, engine: "agentfs" }, {});
  const checked = await runInChild({ operation: "native-check", config, options: { asksRemote: false } }, {});
  expect(checked).toEqual({
    remoteUrl: "http://127.0.0.1:19800",
    revision: "29",
    unpushed: expect.any(Number),
    lastChange: expect.any(Number),
    lastArrived: null,
  });
  expect((checked as { readonly unpushed: number }).unpushed).toBeGreaterThan(0);
});
