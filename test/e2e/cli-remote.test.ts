import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runAgent } from "../parts/agent.ts";
import { type CliResult, runCli } from "../parts/cli.ts";
import { freePort } from "../parts/free-port.ts";
import { startCli } from "../parts/live-cli.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

/** One agent's failure: the block with its name on standard error, no stack, the same error in the object of --json. */
function expectFailure(result: CliResult, exitCode: number, code: string): void {
  expect(result.exitCode).toBe(exitCode);
  expect(result.stderr).toMatch(new RegExp(`^error\\[${code}\\]: bot: .+\\n {2}hint: .+$`, "m"));
  expect(result.stderr).not.toMatch(/^\s+at /m);
  expect(result.json).toMatchObject({ ok: false, exitCode, agents: [{ agent: "bot", ok: false, error: { code } }] });
}

const flags = (url: string): string[] => ["--agent", "bot", "--remote-url", url, "--json", "--timeout-seconds", "3"];

test.each(["pull", "sync"])("%s from a server that is not there: exit 75, no working copy is made", async (command) => {
  const cwd = await makeTempDir();
  const result = await runCli([command, ...flags(`http://127.0.0.1:${await freePort()}`)], { cwd });
  expectFailure(result, 75, "remote-unreachable");
  expect(result.json?.agents[0]?.error?.retryable).toBe(true);
  expect(await workingCopies(cwd)).toEqual([]);
});

async function workingCopies(cwd: string): Promise<readonly string[]> {
  const names = (await readdir(cwd)).includes(".agentfs") ? await readdir(join(cwd, ".agentfs")) : [];
  return names.filter((name) => name.startsWith("bot.db"));
}

test("I8: a server that asks for a token: exit 3 without one and with a wrong one, which is printed nowhere", async () => {
  const { url } = await startServer();
  const proxy = await startProxy({ upstream: url, token: "right-token" });
  const cwd = await makeTempDir();
  const without = await runCli(["pull", ...flags(proxy.url)], { cwd });
  expectFailure(without, 3, "unauthorized");
  expect(without.stderr).toContain("TURSO_DB_AUTH_TOKEN");
  const wrong = await runCli(["pull", ...flags(proxy.url), "--verbose"], { cwd, env: { TURSO_DB_AUTH_TOKEN: "wrong-token" } });
  expectFailure(wrong, 3, "unauthorized");
  expect(wrong.stdout + wrong.stderr).not.toContain("wrong-token");
  expect(await workingCopies(cwd)).toEqual([]);

  await writeFile(join(cwd, "token"), "right-token\n");
  const right = await runCli(["pull", ...flags(proxy.url), "--auth-token-file", "token"], { cwd });
  expect(right).toMatchObject({ exitCode: 0, json: { ok: true, agents: [{ pull: { outcome: "new" } }] } });
});

test.each(["pull", "push", "sync"])(
  "%s with a working copy that is no database: exit 5, the file stays as it is",
  async (command) => {
    const { url } = await startServer();
    const cwd = await makeTempDir();
    const file = join(cwd, ".agentfs", "bot.db");
    const junk = Buffer.alloc(8192, "this is no database. ");
    await mkdir(join(cwd, ".agentfs"));
    await writeFile(file, junk);
    expectFailure(await runCli([command, ...flags(url)], { cwd }), 5, "not-a-database");
    expect(await readFile(file)).toEqual(junk);
  },
);

test("status says what a push would carry, and asks the remote nothing", async () => {
  const { url } = await startServer();
  const proxy = await startProxy({ upstream: url });
  const cwd = await makeTempDir();
  const plain = ["--agent", "bot", "--remote-url", proxy.url];
  expect((await runCli(["status", ...plain], { cwd })).stdout).toMatch(/^bot: no working copy yet \(nothing pulled yet; /);
  expect((await runCli(["pull", ...plain], { cwd })).exitCode).toBe(0);
  await runAgent(join(cwd, ".agentfs", "bot.db"), [
    { op: "writeFile", path: "/a.txt", text: "1" },
    { op: "kvSet", key: "k", value: 1 },
  ]);
  const before = proxy.requests.length;
  const changed = await runCli(["status", ...plain], { cwd });
  expect(changed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(changed.stdout).toMatch(/^bot: changed since the last pull: 1 file added, 1 key added \(nothing pulled yet; /);
  expect(proxy.requests).toHaveLength(before);
  expect((await runCli(["push", ...plain], { cwd })).stdout).toMatch(
    /^bot: pushed: 1 file added, 1 key added \(push 1, .+ sent\)\n$/,
  );
  expect((await runCli(["status", ...plain], { cwd })).stdout).toMatch(/^bot: nothing to push \(/);
});

test("one failing agent does not stop the others; the exit code is that of the failure", async () => {
  const cwd = await makeTempDir();
  const serve = startCli(["serve", "--agent", "good", "--json"], { cwd });
  const [line] = await serve.until(/^\{.*\}$/m);
  const remoteUrl = (JSON.parse(line) as { remoteUrl: string }).remoteUrl.replace("/good", "/{agent}");
  const result = await runCli(["pull", "--agent", "bad,good", "--remote-url", remoteUrl, "--json"], { cwd });
  expect(result.json?.agents).toMatchObject([
    { agent: "bad", ok: false, pull: { outcome: "failed" }, error: { code: "remote-not-found" } },
    { agent: "good", ok: true, pull: { outcome: "new" }, error: null },
  ]);
  expect(result.exitCode).toBe(2);
  serve.signal("SIGTERM");
  expect((await serve.ended).exitCode).toBe(0);
});
