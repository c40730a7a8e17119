import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { agentfsPath } from "../parts/agentfs-program.ts";
import { type CliResult, runCli } from "../parts/cli.ts";
import { runChild } from "../parts/run-child.ts";
import { sdkWorld, TOKEN } from "../parts/sdk-world.ts";
import { makeTempDir } from "../parts/temp.ts";

const program = await agentfsPath();

/** A machine on which the built command runs with engine `agentfs`, and files are written by the program itself. */
async function machine(remoteUrl: string, folder?: string) {
  const cwd = folder ?? (await makeTempDir());
  const env = { AGENTFS_BINARY: program, AGENTFS_SYNC_ENGINE: "agentfs", TURSO_DB_AUTH_TOKEN: TOKEN };
  const cli = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    runCli([...args.slice(0, 1), "--agent", "bot", "--remote-url", remoteUrl, ...args.slice(1)], {
      cwd,
      env: { ...env, ...more },
    });
  const agentfs = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runChild(program, args, { cwd, env: { TURSO_DB_AUTH_TOKEN: TOKEN } });
    expect(exitCode, stderr).toBe(0);
    return stdout;
  };
  return { cwd, cli, agentfs, database: join(cwd, ".agentfs/bot.db") };
}

const agentOf = ({ json }: CliResult) => json?.agents[0];

it("pull, push, sync, run, status and verify work by the native sync, and another machine has what was written", async () => {
  const { remoteUrl, proxy } = await sdkWorld();
  const [a, b] = [await machine(remoteUrl, join(await makeTempDir(), "new")), await machine(remoteUrl)];
  await mkdir(a.cwd);
  const pull = await a.cli(["pull", "--json"]);
  expect(pull.exitCode, pull.stderr).toBe(0);
  expect(agentOf(pull)).toMatchObject({ engine: "agentfs", pull: { outcome: "pulled" }, push: null, error: null });
  await a.agentfs("fs", "bot", "write", "/a.txt", "a");
  const requests = proxy.requests.length;
  const status = await a.cli(["status", "--json"]);
  expect(agentOf(status)?.status).toMatchObject({
    workingCopy: "changed",
    pulledAt: expect.any(String),
    changes: null,
    pending: [],
  });
  expect(agentOf(await a.cli(["verify", "--json"]))).toMatchObject({ ok: true, findings: [] });
  expect(proxy.requests.length).toBe(requests);
  const push = await a.cli(["push"]);
  expect(push.exitCode, push.stderr).toBe(0);
  expect(push.stdout).toContain("bot: pushed by `agentfs sync`, which does not say what\n");
  expect(agentOf(await a.cli(["push", "--json"]))?.push?.outcome).toBe("unchanged");

  const ran = await b.cli(["run", "--json", "--", "sh", "-c", `'${program}' fs bot write /b.txt b 2>/dev/null`]);
  expect(ran.exitCode, ran.stderr).toBe(0);
  const report = JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "");
  expect(report).toMatchObject({ command: "run", agents: [{ pull: { outcome: "pulled" }, push: { outcome: "pushed" } }] });
  expect(agentOf(await a.cli(["sync", "--json"]))).toMatchObject({ push: { outcome: "unchanged" }, pull: { outcome: "pulled" } });
  expect((await a.agentfs("fs", "bot", "ls")).split("\n").sort()).toEqual(["", "f a.txt", "f b.txt"]);
  const readOnly = await a.cli(["sync", "--json", "--read-only"]);
  expect(agentOf(readOnly)).toMatchObject({ push: { outcome: "skipped" }, pull: { outcome: "unchanged" } });
});

it("what it cannot do says so, with the way out, before anything is asked", async () => {
  const { remoteUrl, proxy } = await sdkWorld();
  const { cli, cwd } = await machine(remoteUrl);
  const diff = await cli(["diff", "--json"]);
  expect(diff.exitCode).toBe(2);
  expect(agentOf(diff)?.error).toMatchObject({ code: "engine-unsupported", hint: expect.stringContaining('"http"') });
  const env = { AGENTFS_SYNC_ENGINE: "agentfs" };
  for (const args of [["list"], ["push", "a.rescue", "--remote-url", remoteUrl]]) {
    const rescue = await runCli(["rescue", ...args, "--json"], { cwd, env });
    expect(rescue.exitCode).toBe(2);
    expect(JSON.parse(rescue.stdout)).toMatchObject({
      error: { code: "engine-unsupported", hint: expect.stringContaining("`http`") },
    });
  }
  for (const [flags, said] of [
    [["--conflict", "ours"], 'The conflict policy is "ours", which is of engine "http"'],
    [["--adopt"], 'adopt is set, which is of engine "http"'],
  ] as const) {
    const { exitCode, stderr } = await cli(["push", ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
  }
  expect(proxy.requests.length).toBe(0);
});

it("a guard, a missing program, another version and a program that hangs are each told apart, and no token is shown (I8)", async () => {
  const { remoteUrl } = await sdkWorld();
  const { cli, agentfs, database } = await machine(remoteUrl);
  const failure = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const result = await cli([...args, "--json"], env);
    expect(result.stdout + result.stderr).not.toContain(TOKEN);
    return { exitCode: result.exitCode, code: agentOf(result)?.error?.code, push: agentOf(result)?.push?.outcome };
  };
  const missing = await cli(["pull"], { AGENTFS_BINARY: "./nowhere" });
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toMatch(/The program `.*nowhere` was not found.*AGENTFS_BINARY/s);
  expect(await failure(["pull"], { AGENTFS_BINARY: "", PATH: "/nowhere" })).toMatchObject({
    exitCode: 2,
    code: "agentfs-missing",
  });
  expect(await failure(["pull"], { FAKE_AGENTFS: "version:0.7.0" })).toMatchObject({ exitCode: 2, code: "agentfs-unsupported" });

  expect((await cli(["pull"])).exitCode).toBe(0);
  await agentfs("fs", "bot", "write", "/a.txt", "a");
  const hang = { FAKE_AGENTFS: "hang@push" };
  const inTime = ["push", "--timeout-seconds", "3"];
  expect(await failure(inTime, hang)).toEqual({ exitCode: 75, code: "remote-timeout", push: "unknown" });
  const echo = { FAKE_AGENTFS: "says:no <token> no@push" };
  expect(await failure(["push"], echo)).toEqual({ exitCode: 1, code: "agentfs-failed", push: "unknown" });

  const stock = new DatabaseSync(database);
  stock.prepare("SELECT count(*) FROM fs_inode").get();
  stock.close();
  expect(await failure(["push"])).toEqual({ exitCode: 7, code: "replica-incomplete", push: "failed" });
  expect(await failure(["status"])).toMatchObject({ exitCode: 7, code: "replica-incomplete" });
});
