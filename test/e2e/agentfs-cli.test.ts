import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { AgentFSCLI, type CommandRequest, type ErrorCode, SyncError } from "../../packages/core/src/index.ts";
import { agentfsPath, fakeAgentfs } from "../parts/agentfs-program.ts";
import { freePort } from "../parts/free-port.ts";
import { type Fault, startProxy } from "../parts/proxy.ts";
import { cleanEnv } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const program = await agentfsPath();
const fake = await fakeAgentfs();
const real = (env: Readonly<Record<string, string>> = {}) => new AgentFSCLI({ binary: program, env: { ...cleanEnv(), ...env } });
const faulty = (mischief: string) => new AgentFSCLI({ binary: fake, env: { ...cleanEnv(), FAKE_AGENTFS: mischief } });

async function failure(call: Promise<unknown> | (() => Promise<unknown>)): Promise<SyncError> {
  const thrown: unknown = await (typeof call === "function" ? call() : call).then(
    () => new Error("It did not fail"),
    (error: unknown) => error,
  );
  if (thrown instanceof SyncError) return thrown;
  throw thrown;
}

async function world(fault?: () => Fault | undefined) {
  const server = await startServer();
  const proxy = await startProxy({ upstream: server.url, token: "right-token", ...(fault === undefined ? {} : { fault }) });
  return { directory: await makeTempDir(), remoteUrl: proxy.url, authToken: "right-token" };
}

describe("the program", () => {
  test("says its version", async () => {
    const { version, argv, success } = await real().version();
    expect({ version, argv, success }).toEqual({ version: "0.6.4", argv: [program, "--version"], success: true });
  });

  test("is found by a relative path, wherever a call runs", async () => {
    const cli = new AgentFSCLI({ binary: relative(process.cwd(), program), env: cleanEnv() });
    expect(await cli.init("bot", { directory: await makeTempDir() })).toMatchObject({ success: true });
  });

  test("makes an agent, writes a file into it, lists it and gives it back byte for byte", async () => {
    const directory = await makeTempDir();
    const config = { idOrPath: "bot", directory };
    expect(await real().init("bot", { directory })).toMatchObject({ exitCode: 0, success: true });
    await real().fs.write(config, "/a.txt", "hellö");
    expect((await real().fs.ls(config)).entries).toEqual([{ kind: "f", name: "a.txt" }]);
    expect(Buffer.from((await real().fs.cat(config, "/a.txt")).content).toString()).toBe("hellö");
    expect((await real().timeline(config)).calls).toEqual([]);
  });

  test("pulls, pushes, checkpoints and gives stats of a replica, with the token in its environment alone", async () => {
    const { directory, ...remote } = await world();
    const config = { idOrPath: "bot", directory, ...remote };
    const results = [
      await real().init("bot", { directory, ...remote }),
      await real().fs.write(config, "/a.txt", "a"),
      await real().syncPush(config),
      await real().syncPull(config),
      await real().syncCheckpoint(config),
    ];
    expect(results.map(({ success }) => success)).toEqual([true, true, true, true, true]);
    expect(JSON.stringify(results)).not.toContain("right-token");
    const { stats } = await real().syncStats(config);
    expect(stats).toMatchObject({ lastPullAtSeconds: expect.any(Number), revision: expect.any(String) });
    const other = await makeTempDir();
    await real().init("bot", { directory: other, ...remote });
    expect((await real().fs.ls({ idOrPath: "bot", directory: other, ...remote })).entries).toEqual([
      { kind: "f", name: "a.txt" },
    ]);
  });
});

describe("I8: the token", () => {
  test("is taken from the environment if none is given, and never an argument", async () => {
    const { directory, remoteUrl } = await world();
    const requests: CommandRequest[] = [];
    const { execaRunner } = await import("../../packages/core/src/agentfs-cli/execa-runner.ts");
    const cli = new AgentFSCLI({
      binary: program,
      env: { ...cleanEnv(), TURSO_DB_AUTH_TOKEN: "right-token" },
      runner: (request) => {
        requests.push(request);
        return execaRunner(request);
      },
    });
    expect(await cli.init("bot", { directory, remoteUrl })).toMatchObject({ success: true });
    expect(requests.map(({ argv, env }) => [argv[0], env["TURSO_DB_AUTH_TOKEN"]])).toEqual([
      ["--version", undefined],
      ["init", "right-token"],
    ]);
    expect(JSON.stringify(requests.map(({ argv }) => argv))).not.toContain("right-token");
  });

  test("that the program says is replaced in the error", async () => {
    const error = await failure(
      faulty("says:the token <token> is bad@pull").syncPull({
        idOrPath: "bot",
        directory: await makeTempDir(),
        authToken: "right-token",
      }),
    );
    expect(error.message).toContain("the token *** is bad");
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain("right-token");
  });
});

describe("why it failed", () => {
  test.for<[why: string, fault: Fault, code: ErrorCode]>([
    ["a wrong token", { status: 401, body: "no" }, "unauthorized"],
    ["a token without the right", { status: 403, body: "no" }, "forbidden"],
    ["no such database", { status: 404, body: "no" }, "remote-not-found"],
    ["too many requests", { status: 429, body: "slow down" }, "rate-limited"],
    ["a server that failed", { status: 502, body: "boom" }, "remote-error"],
  ])("init does not say it, so the remote is asked: %s", async ([, fault, code]) => {
    const { directory, ...remote } = await world(() => fault);
    const error = await failure(real().init("bot", { directory, ...remote }));
    expect(error).toMatchObject({ code, operation: "init", agent: "bot", remoteUrl: remote.remoteUrl });
    expect(error.message).toMatch(/init bot .*: Failed to initialize database\. Asked about it: http/);
    expect(error.cause).toMatchObject({ details: { exitCode: 1 } });
  });

  test("init from a port at which nobody listens", async () => {
    const remoteUrl = `http://127.0.0.1:${await freePort()}`;
    const error = await failure(real().init("bot", { directory: await makeTempDir(), remoteUrl }));
    expect(error).toMatchObject({ code: "remote-unreachable", retryable: true, exitCode: 75 });
  });

  test("authentication failure of a pull and a push", async () => {
    let fault: Fault | undefined;
    const { directory, ...remote } = await world(() => fault);
    const config = { idOrPath: "bot", directory, ...remote };
    await real().init("bot", { directory, ...remote });
    await real().fs.write(config, "/a.txt", "a");
    fault = { status: 401, body: '{"error":"Unauthorized"}' };
    for (const call of [() => real().syncPull(config), () => real().syncPush(config)]) {
      expect(await failure(call)).toMatchObject({
        code: "unauthorized",
        exitCode: 3,
        retryable: false,
        details: { status: 401 },
      });
    }
  });

  test.for<[what: string, mischief: string, code: ErrorCode, says: RegExp]>([
    ["another program", "other", "agentfs-unsupported", /is not AgentFS: asked for its version it said "git version/],
    ["another version", "version:0.5.0", "agentfs-unsupported", /is AgentFS 0\.5\.0; only 0\.6 is known to work/],
    ["a program that a signal ended", "killed:SIGKILL@pull", "agentfs-failed", /was ended by SIGKILL and said nothing/],
    ["a text that nobody knows", "says:the moon is full@pull", "agentfs-failed", /ended with 1: the moon is full/],
  ])("%s", async ([, mischief, code, says]) => {
    const error = await failure(faulty(mischief).syncPull({ idOrPath: "bot", directory: await makeTempDir() }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
  });

  test("output that is not what was asked for", async () => {
    const config = { idOrPath: "bot", directory: await makeTempDir() };
    for (const call of [
      () => faulty("junk@stats").syncStats(config),
      () => faulty("junk@ls").fs.ls(config),
      () => faulty("junk@timeline").timeline(config),
    ]) {
      expect(await failure(call)).toMatchObject({ code: "agentfs-failed", message: expect.stringContaining("not understood") });
    }
  });

  test("a program that is not there, is not executable, or has no folder to run in", async () => {
    const directory = await makeTempDir();
    const path = join(directory, "agentfs");
    await writeFile(path, "#!/bin/sh\n");
    const start = (binary: string) => failure(new AgentFSCLI({ binary }).version());
    expect(await start(join(directory, "nowhere"))).toMatchObject({ code: "agentfs-missing", details: { errno: "ENOENT" } });
    expect(await start(path)).toMatchObject({ code: "agentfs-missing", details: { errno: "EACCES" }, exitCode: 2 });
    const error = await failure(real().syncPull({ idOrPath: "bot", directory: join(directory, "gone") }));
    expect(error).toMatchObject({ code: "file-system", message: expect.stringContaining("no folder") });
  });
});

describe("an end", () => {
  test("network timeout: a program that says nothing is ended by SIGTERM", async () => {
    const config = { idOrPath: "bot", directory: await makeTempDir(), timeoutMs: 500 };
    const error = await failure(faulty("hang@pull").syncPull(config));
    expect(error).toMatchObject({ code: "remote-timeout", retryable: true, exitCode: 75, details: { signal: "SIGTERM" } });
  });

  test("one that takes no SIGTERM is killed", async () => {
    const config = { idOrPath: "bot", directory: await makeTempDir(), timeoutMs: 500 };
    expect(await failure(faulty("stubborn@pull").syncPull(config))).toMatchObject({
      code: "remote-timeout",
      details: { signal: "SIGKILL" },
    });
  });

  test("a silent server: the real program would wait for ever", async () => {
    let fault: Fault | undefined;
    const { directory, ...remote } = await world(() => fault);
    await real().init("bot", { directory, ...remote });
    fault = { silent: true };
    const error = await failure(real().syncPull({ idOrPath: "bot", directory, ...remote, timeoutMs: 1500 }));
    expect(error).toMatchObject({ code: "remote-timeout", details: { stderr: "Using agent: bot\n" } });
  });

  test("by the caller", async () => {
    const controller = new AbortController();
    const config = { idOrPath: "bot", directory: await makeTempDir(), signal: controller.signal };
    const cli = faulty("hang@pull");
    await cli.version();
    const pull = failure(cli.syncPull(config));
    controller.abort();
    expect(await pull).toMatchObject({ code: "aborted", operation: "pull" });
  });

  test("a slow program is waited for", async () => {
    const directory = await makeTempDir();
    expect(await faulty("slow:300@init").init("bot", { directory })).toMatchObject({ success: true });
  });
});

describe("what is not done", () => {
  test("init with force beside an agent whose name starts alike", async () => {
    const directory = await makeTempDir();
    for (const id of ["a", "ab"]) await real().init(id, { directory });
    const before = await readdir(join(directory, ".agentfs"));
    const error = await failure(real().init("a", { directory, force: true }));
    expect(error).toMatchObject({ code: "force-refused", exitCode: 7, details: { others: ["ab.db", "ab.db-wal"] } });
    expect(await readdir(join(directory, ".agentfs"))).toEqual(before);
    expect(await real().init("ab", { directory, force: true })).toMatchObject({ success: true });
  });

  test("a sync with another remote than the one that the replica was made with", async () => {
    const { directory, ...remote } = await world();
    await real().init("bot", { directory, ...remote });
    const config = { idOrPath: "bot", directory, remoteUrl: "https://elsewhere.example" };
    for (const call of [() => real().syncPull(config), () => real().syncPush(config)]) {
      expect(await failure(call)).toMatchObject({ code: "remote-mismatch", exitCode: 7, agent: "bot" });
    }
  });

  test("a sync of a database that was made without a remote", async () => {
    const directory = await makeTempDir();
    await mkdir(join(directory, ".agentfs"));
    await real().init("bot", { directory });
    expect(await failure(real().syncPull({ idOrPath: "bot", directory }))).toMatchObject({ code: "sync-not-enabled" });
    expect(await failure(real().init("bot", { directory }))).toMatchObject({ code: "agent-exists" });
  });
});
