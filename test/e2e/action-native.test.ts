import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { agentfsPath } from "../parts/agentfs-program.ts";
import { startCacheService } from "../parts/cache-service.ts";
import { failedStep } from "../parts/cache-world.ts";
import { startReleases } from "../parts/releases.ts";
import { runChild } from "../parts/run-child.ts";
import { type StepResult, startJob, type TestJob } from "../parts/runner.ts";
import { type SdkWorld, sdkWorld, TOKEN } from "../parts/sdk-world.ts";
import { makeTempDir } from "../parts/temp.ts";

const program = await agentfsPath();

/** A job with engine `agentfs`, on which files are written by the program itself. */
async function nativeJob(
  { remoteUrl }: SdkWorld,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
) {
  const given = { agents: "bot", "remote-url": remoteUrl, "auth-token": TOKEN, engine: "agentfs", ...inputs };
  return startJob({ inputs: given, env: { AGENTFS_BINARY: program, RUNNER_TEMP: await makeTempDir(), ...env } });
}

async function agentfs({ workspace }: TestJob, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runChild(program, args, { cwd: workspace, env: { TURSO_DB_AUTH_TOKEN: TOKEN } });
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

const agentOf = ({ outputs }: StepResult) => JSON.parse(outputs["report"] ?? "").agents[0];

/** All that a step left or said, but the line that masks the token. */
const said = ({ stdout, stderr, outputs, state, summary }: StepResult) =>
  JSON.stringify([stdout.split("\n").filter((line) => !line.startsWith("::add-mask::")), stderr, outputs, state, summary]);

it("engine agentfs carries what one job wrote to the next, by the program that agentfs-version installed; nothing goes to the cache", async () => {
  const world = await sdkWorld();
  const { url } = await startReleases(program);
  const cache = await startCacheService();
  const folder = await makeTempDir();
  const install = { AGENTFS_BINARY: "", AGENTFS_SYNC_RELEASES_URL: url, RUNNER_TOOL_CACHE: folder, ...cache.env };
  const first = await nativeJob(world, { "agentfs-version": "0.6.4" }, install);
  const main = await first.main();
  expect(failedStep(main)).toBeNull();
  expect(main.outputs).toMatchObject({ pulled: "true", "cache-hit": "false", rescue: "" });
  expect(agentOf(main)).toMatchObject({ engine: "agentfs", pull: { outcome: "pulled" } });
  await agentfs(first, "fs", "bot", "write", "/a.txt", "a");
  // As the runner does with what is in GITHUB_PATH.
  const onPath = /::add-path::(.*)/.exec(main.stdout)?.[1] ?? "";
  expect(dirname(onPath)).toContain(folder);
  const post = await first.post({ env: { PATH: `${onPath}:${process.env.PATH}` } });
  expect(failedStep(post)).toBeNull();
  expect(post.outputs).toMatchObject({ pushed: "true", changed: "true" });
  expect(post.summary).toMatch(/^\| bot \| something new \| pushed \| {2}\| {2}\| {2}\|$/m);
  expect(cache.calls).toEqual([]);

  const second = await nativeJob(world);
  expect(failedStep(await second.main())).toBeNull();
  expect(await agentfs(second, "fs", "bot", "ls")).toBe("f a.txt\n");
  const quiet = await second.post();
  expect(failedStep(quiet)).toBeNull();
  expect([quiet.outputs["pushed"], quiet.summary]).toEqual(["false", ""]);
});

it("a guard, a hang, another version and a missing program fail the step by their codes, and no secret is anywhere (I8)", async () => {
  const world = await sdkWorld();
  const steps: StepResult[] = [];
  const failing = async (step: Promise<StepResult>) => {
    const result = await step;
    steps.push(result);
    expect(result.stdout).toMatch(/^::error::bot: /m);
    return [result.exitCode, agentOf(result).error.code, agentOf(result).push?.outcome ?? null];
  };
  const mainOf = async (env: Readonly<Record<string, string>>) =>
    (await nativeJob(world, { "timeout-seconds": "10" }, env)).main();
  expect(await failing(mainOf({ AGENTFS_BINARY: "/nowhere/agentfs" }))).toEqual([1, "agentfs-missing", null]);
  expect(await failing(mainOf({ FAKE_AGENTFS: "version:0.7.1" }))).toEqual([1, "agentfs-unsupported", null]);
  expect(await failing(mainOf({ FAKE_AGENTFS: "says:no <token> no@init" }))).toEqual([1, "agentfs-failed", null]);

  const job = await nativeJob(world, { "timeout-seconds": "3" });
  expect(failedStep(await job.main())).toBeNull();
  await agentfs(job, "fs", "bot", "write", "/a.txt", "a");
  const hang = await failing(job.post({ env: { FAKE_AGENTFS: "hang@push" } }));
  expect(hang).toEqual([1, "remote-timeout", "unknown"]);
  const stock = new DatabaseSync(join(job.workspace, ".agentfs/bot.db"));
  stock.prepare("SELECT count(*) FROM fs_inode").get();
  stock.close();
  expect(await failing(job.post())).toEqual([1, "replica-incomplete", "failed"]);
  for (const step of steps) expect(said(step)).not.toContain(TOKEN);
  expect(await readFile(join(job.workspace, ".agentfs/bot.db-info"), "latin1")).not.toContain(TOKEN);
});

it("what engine agentfs has no say in is refused, naming it", async () => {
  const world = await sdkWorld();
  for (const [inputs, why] of [
    [{ conflict: "theirs" }, 'The conflict policy is "theirs", which is of engine "http"'],
    [{ adopt: "true" }, 'adopt is set, which is of engine "http"'],
    [{ "on-pull-failure": "use-cache" }, "on-pull-failure is use-cache, but engine is agentfs"],
  ] as const) {
    const main = await (await nativeJob(world, inputs)).main();
    expect(main.exitCode).toBe(1);
    expect(main.stdout).toContain(why);
  }
  expect(world.proxy.requests.length).toBe(0);
});
