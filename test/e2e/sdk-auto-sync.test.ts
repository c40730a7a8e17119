import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { autoSync, type SyncResult } from "../../packages/core/src/index.ts";
import { runAgent } from "../parts/agent.ts";
import { nodePath } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import { failureOf, file, type SdkWorld, sdkWorld, TOKEN } from "../parts/sdk-world.ts";
import { makeTempDir } from "../parts/temp.ts";

const inputFor = async ({ remoteUrl }: SdkWorld) => ({
  agent: "bot",
  remoteUrl,
  authToken: TOKEN,
  timeoutMs: 60_000,
  directory: await makeTempDir(),
});

/** What anybody finds there who pulls now. */
async function filesOn(world: SdkWorld): Promise<string[]> {
  const fresh = await world.machine();
  await fresh.manager.pull();
  return Object.keys((await fresh.list()).files);
}

async function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("It did not fail");
}

describe("auto-sync context", () => {
  test("a callback: pulled before it, pushed after it, and its value comes back", async () => {
    const world = await sdkWorld();
    const done = await autoSync(await inputFor(world), async (manager) => {
      await runAgent(manager.databasePath, [file("/a.txt", "a")]);
      return 42;
    });
    expect(done).toMatchObject({
      value: 42,
      pulled: { outcome: "new" },
      pushed: { outcome: "pushed", changes: { files: { added: 1 } } },
    });
    expect(await filesOn(world)).toEqual(["/a.txt"]);
  });

  test("await using: pulled at the beginning, pushed at the end of the scope", async () => {
    const world = await sdkWorld();
    {
      await using session = await autoSync(await inputFor(world));
      expect(session.pulled).toMatchObject({ outcome: "new" });
      await runAgent(session.manager.databasePath, [file("/a.txt", "a")]);
    }
    expect(await filesOn(world)).toEqual(["/a.txt"]);
  });

  test("pushes also if the body fails, and the body's error comes out", async () => {
    const world = await sdkWorld();
    const thrown = await thrownBy(async () =>
      autoSync(await inputFor(world), async (manager) => {
        await runAgent(manager.databasePath, [file("/a.txt", "a")]);
        throw new RangeError("the body failed");
      }),
    );
    expect(thrown).toEqual(new RangeError("the body failed"));
    expect(await filesOn(world)).toEqual(["/a.txt"]);
  });

  test.for<[what: string, pushOnExit: boolean | "success"]>([
    ["pushOnExit: success", "success"],
    ["pushOnExit: false", false],
  ])("does not push what a failed body left with %s", async ([, pushOnExit]) => {
    const world = await sdkWorld();
    const input = { ...(await inputFor(world)), pushOnExit };
    await thrownBy(() =>
      autoSync(input, async (manager) => {
        await runAgent(manager.databasePath, [file("/a.txt", "a")]);
        throw new RangeError("the body failed");
      }),
    );
    expect(await filesOn(world)).toEqual([]);
    const again = await autoSync({ ...input, pullOnEnter: false }, () => undefined);
    expect(again.pulled).toBeNull();
    expect(again.pushed?.outcome ?? "none").toBe(pushOnExit === "success" ? "pushed" : "none");
  });

  test("a failed pull ends it before the body", async () => {
    const world = await sdkWorld();
    let isRun = false;
    const input = { ...(await inputFor(world)), authToken: "wrong" };
    const error = await failureOf(() =>
      autoSync(input, () => {
        isRun = true;
      }),
    );
    expect(error).toMatchObject({ code: "unauthorized", operation: "pull" });
    expect(isRun).toBe(false);
  });
});

describe("a failed push is never swallowed", () => {
  test("by the callback form", async () => {
    const world = await sdkWorld();
    const error = await failureOf(async () =>
      autoSync(await inputFor(world), async (manager) => {
        await runAgent(manager.databasePath, [file("/a.txt", "a")]);
        world.setFault({ status: 403, body: "no" });
      }),
    );
    expect(error).toMatchObject({ code: "forbidden", operation: "push", agent: "bot" });
  });

  test("by the form with await using", async () => {
    const world = await sdkWorld();
    const input = await inputFor(world);
    const error = await failureOf(async () => {
      await using session = await autoSync(input);
      await runAgent(session.manager.databasePath, [file("/a.txt", "a")]);
      world.setFault({ status: 403, body: "no" });
    });
    expect(error).toMatchObject({ code: "forbidden", operation: "push" });
  });

  test.for<
    [form: string, fail: (input: Awaited<ReturnType<typeof inputFor>>, body: (path: string) => Promise<void>) => Promise<unknown>]
  >([
    ["the callback form", (input, body) => autoSync(input, (manager) => body(manager.databasePath))],
    [
      "the callback form in Node 22, which has no SuppressedError",
      (input, body) => {
        vi.stubGlobal("SuppressedError", undefined);
        return autoSync(input, (manager) => body(manager.databasePath)).finally(() => vi.unstubAllGlobals());
      },
    ],
    [
      "await using",
      async (input, body) => {
        await using session = await autoSync(input);
        await body(session.manager.databasePath);
      },
    ],
  ])("if the body fails too, both errors are kept: %s", async ([, fail]) => {
    const world = await sdkWorld();
    const input = await inputFor(world);
    const thrown = await thrownBy(() =>
      fail(input, async (path) => {
        await runAgent(path, [file("/a.txt", "a")]);
        world.setFault({ status: 403, body: "no" });
        throw new RangeError("the body failed");
      }),
    );
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({
      name: "SuppressedError",
      error: { code: "forbidden", operation: "push" },
      suppressed: new RangeError("the body failed"),
    });
  });
});

test("a session that is ended more than once pushes once, and each of its ends tells if that failed", async () => {
  const world = await sdkWorld();
  const session = await autoSync(await inputFor(world));
  await runAgent(session.manager.databasePath, [file("/a.txt", "a")]);
  await Promise.all([session[Symbol.asyncDispose](), session[Symbol.asyncDispose]()]);
  await session[Symbol.asyncDispose]();
  expect(await filesOn(world)).toEqual(["/a.txt"]);

  const failing = await autoSync(await inputFor(world));
  await runAgent(failing.manager.databasePath, [file("/b.txt", "b")]);
  world.setFault({ status: 403, body: "no" });
  for (const _ of ["once", "again"]) {
    expect(await failureOf(async () => failing[Symbol.asyncDispose]())).toMatchObject({ code: "forbidden", operation: "push" });
  }
  expect(await failureOf(() => failing.manager.push())).toMatchObject({ code: "usage" });
});

test.for<[what: string, input: object, body?: () => void]>([
  ["a misspelt pushOnExit, which would never push", { pushOnExit: "sucess" }, () => undefined],
  ["no pushOnExit at all", { pushOnExit: null }, () => undefined],
  ["pullOnEnter in words", { pullOnEnter: "false" }, () => undefined],
  ["success for a scope, which does not know it", { pushOnExit: "success" }],
])("refused before anything is done: %s", async ([, input, body]) => {
  const given = { agent: "bot", remoteUrl: "https://host.example", ...input };
  const error = await failureOf(() => (body === undefined ? autoSync(given) : autoSync(given, body)));
  expect(error).toMatchObject({ code: "config-invalid", exitCode: 2, details: { field: Object.keys(input)[0] } });
});

test("safe in one process with agentfs-sdk: opened, written, closed and reopened around sync() calls, nothing is lost", async () => {
  const world = await sdkWorld();
  const directory = await makeTempDir();
  const rounds = 4;
  const program = fileURLToPath(new URL("../parts/auto-sync-program-child.ts", import.meta.url));
  const input = JSON.stringify({ remoteUrl: world.remoteUrl, authToken: TOKEN, directory, rounds });
  // Others push meanwhile, so that each pull has something to bring.
  const other = await world.machine();
  await other.manager.pull();
  await other.write(file("/other.txt", "other"));
  await other.manager.push();
  const result = await runChild(nodePath(), ["--disable-warning=ExperimentalWarning", program], { input });
  expect({ exitCode: result.exitCode, stderr: result.stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { seen, pushed } = JSON.parse(result.stdout) as {
    readonly seen: readonly { readonly names: readonly string[]; readonly sync: SyncResult }[];
    readonly pushed: unknown;
  };
  const written = (count: number) => Array.from({ length: count }, (_, round) => `round-${round}.txt`);
  expect(seen.map(({ names }) => names)).toEqual(
    Array.from({ length: rounds }, (_, round) => ["other.txt", ...written(round + 1)]),
  );
  expect(seen.map(({ sync }) => sync.push.outcome)).toEqual(Array.from({ length: rounds }, () => "pushed"));
  // As long as the SDK has the file open, also closed, nobody writes into it.
  expect(seen[0]?.sync.pull).toMatchObject({ outcome: "held-back", why: { code: "working-copy-busy" } });
  expect(pushed).toMatchObject({ outcome: "pushed" });
  expect(await filesOn(world)).toEqual(["/last.txt", "/other.txt", ...written(rounds).map((name) => `/${name}`)]);
});
