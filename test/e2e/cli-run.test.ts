import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { listAgent } from "../parts/agent.ts";
import { type CliResult, runCli } from "../parts/cli.ts";
import { freePort } from "../parts/free-port.ts";
import { nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const fixture = (name: string): string[] => [nodePath(), fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))];
const agent = (path: string, text: string, code = 0): string[] => [
  ...fixture("agent.mjs"),
  ".agentfs/bot.db",
  path,
  text,
  String(code),
];

interface Machine {
  readonly cwd: string;
  run(flags: readonly string[], command: readonly string[], env?: Record<string, string>): Promise<CliResult>;
}

async function machine(url: string): Promise<Machine> {
  const cwd = await makeTempDir();
  return {
    cwd,
    run: (flags, command, env = {}) =>
      runCli(["run", "--agent", "bot", "--remote-url", url, ...flags, "--", ...command], { cwd, env }),
  };
}

/** Shows what was said when it fails. */
const WITHOUT_ERROR = { exitCode: 0, stderr: expect.not.stringContaining("error[") };

/** The paths of all files that a new machine finds on the remote. */
async function filesOn(url: string): Promise<readonly string[]> {
  const cwd = await makeTempDir();
  const { exitCode, stderr } = await runCli(["pull", "--agent", "bot", "--remote-url", url], { cwd });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining("error[") });
  const listing = await listAgent(join(cwd, ".agentfs", "bot.db"));
  return Object.keys(listing.files).sort();
}

test("what one machine's command writes, another machine's command finds", async () => {
  const { url } = await startServer();
  const first = await (await machine(url)).run([], agent("/first.txt", "1"));
  expect(first).toMatchObject({ exitCode: 0, stdout: "wrote /first.txt\n" });
  expect(first.stderr).toMatch(/^bot: the remote is empty: a new agent starts here$/m);
  expect(first.stderr).toMatch(/^bot: pushed: 1 file added \(push 1, .+ sent\)$/m);
  const second = await (await machine(url)).run([], agent("/second.txt", "2"));
  expect(second.stderr).toMatch(/^bot: pulled \(.+ received, revision .+\)$/m);
  expect(await filesOn(url)).toEqual(["/first.txt", "/second.txt"]);
});

test("exits as the command did, and what a failed command wrote is pushed all the same", async () => {
  const { url } = await startServer();
  const { run } = await machine(url);
  expect((await run([], agent("/failed.txt", "1", 7))).exitCode).toBe(7);
  expect(await filesOn(url)).toEqual(["/failed.txt"]);
  expect((await run([], ["sh", "-c", "kill -KILL $$"])).exitCode).toBe(137);
});

test.each([
  { pushOn: "success", code: 7, reason: "the command exited with 7, and --push-on is success" },
  { pushOn: "never", code: 0, reason: "--push-on is never" },
])(
  "--push-on $pushOn after exit $code: no push, said in one line, and the changes stay for the next push",
  async ({ pushOn, code, reason }) => {
    const { url } = await startServer();
    const { run, cwd } = await machine(url);
    const { exitCode, stderr, stdout } = await run(["--push-on", pushOn, "--json"], agent("/later.txt", "1", code));
    expect(exitCode).toBe(code);
    expect(stderr.split("\n").filter((line) => line.startsWith("push skipped"))).toEqual([`push skipped: ${reason}`]);
    expect(lastObject(stdout)).toMatchObject({ exitCode: code, agents: [{ push: { outcome: "skipped" } }] });
    expect(await filesOn(url)).toEqual([]);
    expect(await runCli(["push", "--agent", "bot", "--remote-url", url], { cwd })).toMatchObject(WITHOUT_ERROR);
    expect(await filesOn(url)).toEqual(["/later.txt"]);
  },
);

function lastObject(stdout: string): unknown {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}

test("--json: the object is the last line of standard output, whatever the command left there", async () => {
  const { url } = await startServer();
  const { run } = await machine(url);
  const { stdout } = await run(["--json"], ["printf", "no line end"]);
  expect(stdout.startsWith("no line end\n")).toBe(true);
  expect(lastObject(stdout)).toMatchObject({
    version: 1,
    command: "run",
    ok: true,
    exitCode: 0,
    child: { exitCode: 0, signal: null },
    agents: [{ agent: "bot", ok: true, pull: { outcome: "new" }, push: { outcome: "unchanged" }, error: null }],
  });
});

test("I8: the command's environment has all of ours but the token, which the server does get", async () => {
  const { url } = await startServer();
  const proxy = await startProxy({ upstream: url, token: "s3cret-token" });
  const { run } = await machine(proxy.url);
  const env = { TURSO_DB_AUTH_TOKEN: "s3cret-token", AGENTFS_SYNC_CACHE_SECRET: "other", MINE: "kept" };
  const { exitCode, stdout, stderr } = await run([], fixture("environment.mjs"), env);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining("s3cret") });
  const seen = JSON.parse(stdout) as Record<string, string>;
  expect(seen).toMatchObject({ MINE: "kept" });
  expect(stdout).not.toContain("s3cret-token");
  expect(Object.keys(seen)).not.toContain("AGENTFS_SYNC_CACHE_SECRET");
});

test("a pull that fails keeps the command from starting and decides the exit code", async () => {
  const { run, cwd } = await machine(`http://127.0.0.1:${await freePort()}`);
  const { exitCode, stdout, stderr } = await run(["--timeout-seconds", "2"], ["touch", "started"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 75, stdout: "" });
  expect(stderr).toContain("error[remote-unreachable]: bot: ");
  expect(stderr).toContain("the pull failed: the command was not started\n");
  expect(await readdir(cwd)).not.toContain("started");
});

test("a pull that fails with --fail-on never: the command runs on a working copy that is there, and only then", async () => {
  const server = await startServer();
  const { run, cwd } = await machine(server.url);
  server.kill();
  const absent = await run(["--fail-on", "never", "--timeout-seconds", "2"], ["touch", "started"]);
  expect(absent.exitCode).toBe(75);
  expect(absent.stderr).toContain("the pull failed and there is no working copy of bot: the command was not started\n");
  expect(await readdir(cwd)).not.toContain("started");

  const back = await startServer({ file: server.file, port: server.port });
  expect((await run([], agent("/before.txt", "1"))).exitCode).toBe(0);
  await back.stop();
  const without = await run(["--fail-on", "never", "--timeout-seconds", "2"], agent("/alone.txt", "2"));
  expect(without).toMatchObject({ exitCode: 0, stdout: "wrote /alone.txt\n" });
  expect(without.stderr).toContain(
    "the pull failed, but --fail-on is never: the command runs on the working copy of bot as it is\n",
  );

  const again = await startServer({ file: server.file, port: server.port });
  expect(await runCli(["sync", "--agent", "bot", "--remote-url", again.url], { cwd })).toMatchObject(WITHOUT_ERROR);
  expect(await filesOn(again.url)).toEqual(["/alone.txt", "/before.txt"]);
});

test.each([
  { failOn: "any", code: 0, exit: 75 },
  { failOn: "push", code: 0, exit: 75 },
  { failOn: "pull", code: 0, exit: 0 },
  { failOn: "any", code: 7, exit: 7 },
])(
  "a push that fails, --fail-on $failOn, the command exits $code: exit $exit, and nothing is lost",
  async ({ failOn, code, exit }) => {
    const { url } = await startServer();
    const folder = await makeTempDir();
    const broken = join(folder, "broken");
    // The server goes away while the command runs: after the pull, before the push.
    const proxy = await startProxy({ upstream: url, fault: () => (existsSync(broken) ? { drop: "before" } : undefined) });
    const { run, cwd } = await machine(proxy.url);
    const command = ["sh", "-c", 'touch "$0" && exec "$@"', broken, ...agent("/kept.txt", "1", code)];
    const { exitCode, stderr, stdout } = await run(["--fail-on", failOn, "--timeout-seconds", "2"], command);
    expect({ exitCode, stdout }).toEqual({ exitCode: exit, stdout: "wrote /kept.txt\n" });
    expect(stderr).toMatch(/^error\[[a-z-]+\]: bot: .+\n {2}hint: /m);
    await rm(broken);
    expect(await runCli(["sync", "--agent", "bot", "--remote-url", proxy.url], { cwd })).toMatchObject(WITHOUT_ERROR);
    expect(await filesOn(url)).toEqual(["/kept.txt"]);
  },
);
