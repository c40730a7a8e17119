import { expect, test } from "vitest";
import type { ProgressEvent } from "../../packages/core/src/index.ts";
import { failureOf, file, sdkWorld } from "../parts/sdk-world.ts";
import { makeTempDir } from "../parts/temp.ts";

const READ_ONLY_PATHS = new Set(["/v2/pipeline", "/pull-updates"]);

test("an AbortSignal stops what runs, and what has not begun", async () => {
  const world = await sdkWorld();
  const { manager } = await world.machine();
  world.setFault({ silent: true });
  const controller = new AbortController();
  const asked = world.nextRequest();
  const pull = failureOf(() => manager.pull({ signal: controller.signal }));
  await asked;
  controller.abort();
  expect(await pull).toMatchObject({ code: "aborted", operation: "pull" });
  expect(await failureOf(() => manager.pull({ signal: controller.signal }))).toMatchObject({ code: "aborted" });
  world.setFault(undefined);
  expect(await manager.pull()).toMatchObject({ outcome: "new" });
});

test("progress: phases in their order, bytes that grow up to their total", async () => {
  const world = await sdkWorld();
  const events: ProgressEvent[] = [];
  const { manager, write } = await world.machine({}, { onProgress: (event) => events.push(event) });
  await manager.pull();
  await write(file("/large.bin", "x".repeat(5_000_000)));
  await manager.push();
  const phases = events.filter(({ operation }) => operation === "push").map(({ phase }) => phase);
  expect(phases.indexOf("comparing")).toBeLessThan(phases.indexOf("sending"));
  expect(phases.indexOf("sending")).toBeLessThan(phases.indexOf("committing"));
  expect(phases.indexOf("committing")).toBeLessThan(phases.indexOf("verifying"));
  const sent = events.filter(({ phase }) => phase === "sending");
  expect(sent.map(({ bytesDone }) => bytesDone)).toEqual(sent.map(({ bytesDone }) => bytesDone).sort((x, y) => x - y));
  expect(sent.every(({ bytesTotal }) => bytesTotal === 5_000_000)).toBe(true);

  const pulls: ProgressEvent[] = [];
  const other = await world.machine();
  await other.manager.pull({ onProgress: (event) => pulls.push(event) });
  const received = pulls.filter(({ phase }) => phase === "receiving");
  const last = received.at(-1);
  expect(last?.bytesDone).toBe(last?.bytesTotal);
  expect(last?.bytesTotal).toBeGreaterThan(5_000_000);
});

test("operations on one manager wait for each other, also if the one before fails", async () => {
  const world = await sdkWorld();
  const { manager } = await world.machine();
  const results = await Promise.allSettled([manager.push(), manager.pull(), manager.pull(), manager.push()]);
  expect(results.map((result) => (result.status === "fulfilled" ? result.value.outcome : result.reason.code))).toEqual([
    "working-copy-missing",
    "new",
    "new",
    "unchanged",
  ]);
});

test("an AbortSignal ends the waiting for a turn at once, and the one before goes on", async () => {
  const world = await sdkWorld();
  const { manager } = await world.machine();
  world.setFault({ silent: true });
  const [running, waiting] = [new AbortController(), new AbortController()];
  const asked = world.nextRequest();
  const pull = manager.pull({ signal: running.signal });
  await asked;
  const push = failureOf(() => manager.push({ signal: waiting.signal }));
  waiting.abort();
  const first = await Promise.race([push, pull.catch(() => "the one before")]);
  expect(first).toMatchObject({ code: "aborted", operation: "push" });
  running.abort();
  expect(await failureOf(() => pull)).toMatchObject({ code: "aborted", operation: "pull" });
  world.setFault(undefined);
  expect(await manager.pull()).toMatchObject({ outcome: "new" });
});

test("a function that throws when it is told how far a push is neither stops it nor ends this process", async () => {
  const world = await sdkWorld();
  const { manager, write } = await world.machine();
  await manager.pull();
  await write(file("/a.txt", "a"));
  const cause = new RangeError("no such element");
  const onProgress = () => {
    throw cause;
  };
  expect(await failureOf(() => manager.push({ onProgress }))).toMatchObject({
    code: "usage",
    operation: "push",
    cause,
    details: { result: { outcome: "pushed", changes: { files: { added: 1 } } } },
  });
  expect(await manager.push()).toMatchObject({ outcome: "unchanged" });
});

test("I9: a read-only manager pulls, and sends nothing but reads", async () => {
  const world = await sdkWorld();
  const writer = await world.machine();
  await writer.manager.pull();
  await writer.write(file("/a.txt", "a"));
  await writer.manager.push();
  const { manager, write } = await world.machine({ readOnly: true });
  const before = world.proxy.requests.length;
  await manager.pull();
  await write(file("/mine.txt", "mine"));
  expect(await manager.push()).toMatchObject({ outcome: "skipped" });
  const sent = world.proxy.requests.slice(before);
  expect(sent.every(({ path }) => READ_ONLY_PATHS.has(path))).toBe(true);
  expect(sent.some(({ body }) => /INSERT|UPDATE|DELETE|BEGIN/.test(body.toString("latin1")))).toBe(false);
});

test("a configuration with another remote than the one that was pulled from is refused, unless that is allowed", async () => {
  const [world, elsewhere] = [await sdkWorld(), await sdkWorld()];
  const { manager, write, directory } = await world.machine();
  await manager.pull();
  await write(file("/a.txt", "a"));
  await manager.push();
  const { manager: moved } = await elsewhere.machine({ directory });
  for (const call of [() => moved.pull(), () => moved.push(), () => moved.sync(), () => moved.stats()]) {
    expect(await failureOf(call)).toMatchObject({ code: "remote-mismatch", exitCode: 7, remoteUrl: elsewhere.remoteUrl });
  }
  expect(elsewhere.proxy.requests).toHaveLength(0);
  const { manager: allowed } = await elsewhere.machine({ directory, allow: ["remote-replaced"] });
  expect(await allowed.push()).toMatchObject({ outcome: "pushed" });
});

test("a path names the agent and its folder", async () => {
  const world = await sdkWorld();
  const directory = await makeTempDir();
  const idOrPath = `${directory}/.agentfs/bot.db`;
  const { manager } = await world.machine({ agent: undefined, idOrPath, directory: undefined });
  expect(manager.databasePath).toBe(idOrPath);
  expect(await manager.pull()).toMatchObject({ outcome: "new" });
});
