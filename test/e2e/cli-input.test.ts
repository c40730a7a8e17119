import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CliResult, runCli } from "../parts/cli.ts";
import { cliPath, nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { runChild } from "../parts/run-child.ts";
import { makeTempDir } from "../parts/temp.ts";

const TARGET = ["--agent", "bot", "--remote-url", "http://127.0.0.1:1/bot"];

/** What every refusal has in common: one block of what, why and next; no stack; nothing on standard output. */
function expectRefusal(result: CliResult, exitCode: number, code: string, message: RegExp): void {
  expect(result.stderr).toMatch(/^error\[[a-z-]+\]: .+\n {2}hint: .+\n$/);
  expect(result.stderr).not.toMatch(/^\s+at /m);
  expect(result.stderr).toContain(`error[${code}]: `);
  expect(result.stderr).toMatch(message);
  expect(result.stdout).toBe("");
  expect(result.exitCode).toBe(exitCode);
}

test.each([
  { args: ["pul"], code: "usage", message: /There is no command "pul"\. Did you mean "pull"\?/ },
  { args: ["stat"], code: "usage", message: /There is no command "stat"/ },
  { args: ["pull", "--agents", "a"], code: "usage", message: /There is no flag --agents\. Did you mean --agent\?/ },
  { args: ["pull", ...TARGET, "--agent", "../up"], code: "config-invalid", message: /The agent id "\.\.\/up" is not valid/ },
  { args: ["pull", ...TARGET, "--agent", "a b"], code: "config-invalid", message: /The agent id "a b" is not valid/ },
  { args: ["pull", "--agent", "a"], code: "config-invalid", message: /No remote URL is given/ },
  { args: ["pull", "--agent", "a", "--remote-url", "ftp://h/x"], code: "config-invalid", message: /has the scheme "ftp:"/ },
  { args: ["pull", "--agent", "a", "--remote-url", "http://example.com"], code: "config-invalid", message: /is not encrypted/ },
  {
    args: ["pull", "--agent", "a,b", "--remote-url", "http://127.0.0.1:1"],
    code: "config-invalid",
    message: /would share one database/,
  },
  { args: ["pull", ...TARGET, "--timeout-seconds", "0"], code: "config-invalid", message: /from 1 to/ },
  { args: ["pull", ...TARGET, "--engine", "sqlite"], code: "config-invalid", message: /engine is "sqlite"/ },
  {
    args: ["pull", ...TARGET, "--config", "absent.json"],
    code: "config-invalid",
    message: /absent\.json cannot be read \(ENOENT\)/,
  },
  { args: ["run", ...TARGET, "npm", "test"], code: "usage", message: /must follow "--"/ },
])("$args: exit 2, says why, writes nothing", async ({ args, code, message }) => {
  const cwd = await makeTempDir();
  expectRefusal(await runCli(args, { cwd }), 2, code, message);
  expect(await readdir(cwd)).toEqual([]);
});

test("with --json a refusal is one object on standard output, the block stays on standard error", async () => {
  const cwd = await makeTempDir();
  const { json, stdout, stderr, exitCode } = await runCli(["pull", ...TARGET, "--agent", "../up", "--json"], { cwd });
  expect(exitCode).toBe(2);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(json).toMatchObject({
    version: 1,
    command: "pull",
    ok: false,
    exitCode: 2,
    agents: [],
    error: { code: "config-invalid", retryable: false },
  });
  expect(stderr).toContain("error[config-invalid]: ");
});

test("I8: a token given as an argument is refused and not repeated, nor is one inside a URL", async () => {
  const cwd = await makeTempDir();
  const flag = await runCli(["pull", ...TARGET, "--auth-token", "s3cret-token"], { cwd });
  expectRefusal(flag, 2, "usage", /hint: Put the token into the environment variable TURSO_DB_AUTH_TOKEN/);
  expect(flag.stderr).not.toContain("s3cret-token");
  const url = await runCli(["pull", "--agent", "a", "--remote-url", "https://user:s3cret-token@example.com"], { cwd });
  expectRefusal(url, 2, "config-invalid", /holds credentials/);
  expect(url.stderr).not.toContain("s3cret-token");
});

test("a command that cannot be started: exit 127 or 126 as a shell has it, no request is made, nothing is written", async () => {
  const cwd = await makeTempDir();
  const proxy = await startProxy({ upstream: "http://127.0.0.1:1" });
  await writeFile(join(cwd, "plain"), "#!/bin/sh\n");
  await mkdir(join(cwd, "folder"));
  const run = (...command: string[]) => runCli(["run", "--agent", "bot", "--remote-url", proxy.url, "--", ...command], { cwd });
  expectRefusal(
    await run("no-such-program", "x"),
    127,
    "command-not-found",
    /"no-such-program" was not found.*nothing was pushed/,
  );
  expectRefusal(await run("./absent"), 127, "command-not-found", /"\.\/absent" was not found/);
  expectRefusal(await run("./plain"), 126, "command-not-executable", /\.\/plain is not executable.*nothing was pushed/);
  expectRefusal(await run("./folder"), 126, "command-not-executable", /\.\/folder is a folder/);
  expect(proxy.requests).toEqual([]);
  expect((await readdir(cwd)).sort()).toEqual(["folder", "plain"]);
  const json = await runCli(["run", "--json", "--agent", "bot", "--remote-url", proxy.url, "--", "no-such-program"], { cwd });
  expect(json.json).toMatchObject({ command: "run", ok: false, exitCode: 127, error: { code: "command-not-found" } });
});

test("--help and --version need no configuration and go to standard output", async () => {
  const cwd = await makeTempDir();
  const { version } = JSON.parse(await readFile(new URL("../../packages/cli/package.json", import.meta.url), "utf8"));
  expect(await runCli(["--version"], { cwd })).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  const help = await runCli(["--help"], { cwd });
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(help.stdout).toContain("Usage: agentfs-sync <command> [flags]");
  expect((await runCli(["help"], { cwd })).stdout).toBe(help.stdout);
  expect((await runCli(["help", "run"], { cwd })).stdout).toBe((await runCli(["run", "--help"], { cwd })).stdout);
});

test("an older Node.js gets one clear line instead of a failed import", async () => {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } });`;
  const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;
  const result = await runChild(nodePath(), ["--import", preload, cliPath(), "--version"]);
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  expect(result.stderr).toBe(
    "error[usage]: agentfs-sync needs Node.js 22.16 or newer; this is 20.19.0.\n  hint: Install a newer Node.js, or put it first in the PATH.\n",
  );
});

test("the built command can be started by its name, as npm links it", async () => {
  const link = join(await makeTempDir(), "agentfs-sync");
  await writeFile(link, `#!/bin/sh\nexec "${nodePath()}" "${cliPath()}" "$@"\n`);
  await chmod(link, 0o755);
  expect((await readFile(cliPath(), "utf8")).split("\n", 1)).toEqual(["#!/usr/bin/env node"]);
  expect((await runChild(link, ["--version"])).exitCode).toBe(0);
});
