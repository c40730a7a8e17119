import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type CacheWorld,
  failedStep,
  filesIn,
  runJob,
  SECRET,
  startCacheWorld,
  TOKEN,
  writeFileIn,
} from "../parts/cache-world.ts";
import { cliPath, nodePath, REPOSITORY } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import type { StepResult, TestJob } from "../parts/runner.ts";
import { makeTempDir } from "../parts/temp.ts";

function expectOk(step: StepResult): void {
  expect(failedStep(step)).toBeNull();
}

/** A world whose cache holds a base with a large file in it. */
async function warmWorld(): Promise<CacheWorld> {
  const world = await startCacheWorld();
  await runJob(world, "/large", "large ".repeat(40_000));
  await runJob(world, "/small");
  expect(world.cache.entries.length).toBeGreaterThan(0);
  return world;
}

const receivedIn = ({ outputs }: StepResult): number => JSON.parse(outputs["report"] ?? "").agents[0].pull.bytesReceived;

describe("the base in the Actions cache", () => {
  it("lets the next run pull only what changed since, and says so in cache-hit", async () => {
    const world = await warmWorld();
    const cold = await world.job({ inputs: { cache: "false" } });
    const all = await cold.main();
    expectOk(all);
    expect(all.outputs["cache-hit"]).toBe("false");
    const warm = await world.job();
    const main = await warm.main();
    expectOk(main);
    expect(main.outputs["cache-hit"]).toBe("true");
    expect(receivedIn(main)).toBeLessThan(receivedIn(all) - 200_000);
    expect(await filesIn(warm)).toEqual(["/large", "/small"]);
    await writeFileIn(warm, "/after");
    expectOk(await warm.post());
    const next = await world.job();
    expectOk(await next.main());
    expect(await filesIn(next)).toEqual(["/after", "/large", "/small"]);
  });

  it("is not put there again by a run that changed nothing, and that made two requests to the remote", async () => {
    const world = await warmWorld();
    const first = await world.job();
    expectOk(await first.main());
    expectOk(await first.post());
    const before = world.cache.entries.length;
    const requests = world.remote.requests.length;
    const job = await world.job();
    expectOk(await job.main());
    expectOk(await job.post());
    expect(world.cache.entries.length).toBe(before);
    expect(world.remote.requests.length - requests).toBe(2);
  });

  it("is sealed: neither content nor secrets are in an entry, in state or in what is said (I8)", async () => {
    const world = await warmWorld();
    const job = await world.job();
    const main = await job.main();
    await writeFileIn(job, "/x");
    const post = await job.post();
    for (const { stdout, stderr, outputs, state, summary } of [main, post]) {
      const lines = stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
      const said = JSON.stringify([lines, stderr, outputs, state, summary]);
      for (const secret of [TOKEN, SECRET, "runtime-token-of-the-fake", "sig=signature"]) expect(said).not.toContain(secret);
    }
    for (const { key, content } of world.cache.entries) {
      for (const secret of [TOKEN, SECRET, "large large", "SQLite format"])
        expect(key + content.toString("latin1")).not.toContain(secret);
    }
  });

  it("has a key with agent, remote, trust class, run id and attempt", async () => {
    const { cache } = await warmWorld();
    for (const { key } of cache.entries)
      expect(key).toMatch(
        /^agentfs-sync\/1\/(base\/trusted\/[0-9a-f]{16}\/bot\/\d+-1-[0-9a-f]{16}|undo\/trusted\/[0-9a-f]{16}\/bot\/[12]-\d+-1)$/,
      );
  });

  it("is not shared between trust classes", async () => {
    const world = await warmWorld();
    const job = await world.job({ event: { name: "issue_comment" } });
    const main = await job.main();
    expectOk(main);
    expect(main.outputs["cache-hit"]).toBe("false");
  });

  it.each([
    ["cut", (content: Buffer) => content.subarray(0, content.length >> 1)],
    ["no archive", () => Buffer.from("poison")],
    ["empty", () => Buffer.alloc(0)],
  ])("costs a whole pull and one line when it is %s", async (_, spoil) => {
    const world = await warmWorld();
    for (const entry of world.cache.entries) entry.content = spoil(entry.content);
    await expectWholePull(world);
  });

  it("costs a whole pull and one line when it was sealed with another secret", async () => {
    const world = await warmWorld();
    const job = await world.job({ inputs: { "cache-secret": "another" } });
    await expectWholePull(world, job);
  });

  it("writes nothing outside its own folder, whatever names an archive holds", async () => {
    const world = await warmWorld();
    const folder = await makeTempDir();
    const victim = join(folder, "victim");
    await writeFile(victim, "poison");
    const archive = join(folder, "archive");
    // As `@actions/cache` makes it, but with names that lead elsewhere.
    const { exitCode, stderr } = await runChild("tar", ["-cPf", archive, "--zstd", victim]);
    expect(exitCode, stderr).toBe(0);
    const poison = await readFile(archive);
    for (const entry of world.cache.entries) entry.content = poison;
    await rm(victim);
    await expectWholePull(world);
    await expect(readFile(victim)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("follows no link that an archive puts in the place of the file", async () => {
    const world = await warmWorld();
    const folder = await makeTempDir();
    await symlink("/etc/passwd", join(folder, "base.sealed"));
    const { exitCode, stderr } = await runChild("tar", ["-cf", join(folder, "archive"), "--zstd", "-C", folder, "base.sealed"]);
    expect(exitCode, stderr).toBe(0);
    for (const entry of world.cache.entries) entry.content = await readFile(join(folder, "archive"));
    await expectWholePull(world);
  });

  it.each(["out", "unreadable"] as const)("costs a whole pull and one line when the service is %s", async (mode) => {
    const world = await warmWorld();
    world.cache.mode = mode;
    await expectWholePull(world);
  });

  it("is not put there where this run may only read, and the job is as good as without", async () => {
    const world = await warmWorld();
    world.cache.mode = "denied";
    const before = world.cache.entries.length;
    const job = await runJob(world, "/more");
    expect(world.cache.entries.length).toBe(before);
    expect(await filesIn(job)).toContain("/more");
  });

  it("lets the job go on without the remote with on-pull-failure use-cache, and its changes are merged at the push", async () => {
    const world = await warmWorld();
    const away = () => ({ status: 503, body: "away" });
    world.fault = away;
    const inputs = { "timeout-seconds": "2" };
    expect((await (await world.job({ inputs })).main()).exitCode).toBe(1);
    const job = await world.job({ inputs: { ...inputs, "on-pull-failure": "use-cache" } });
    const main = await job.main();
    expect(failedStep(main)).toBeNull();
    expect(main.stdout).toMatch(/^::warning::bot: .* The job goes on with what the cache held/m);
    expect(main.outputs).toMatchObject({ pulled: "false", "cache-hit": "true" });
    world.fault = undefined;
    await runJob(world, "/meanwhile");
    await writeFileIn(job, "/offline");
    const post = await job.post();
    expect(failedStep(post)).toBeNull();
    expect(post.outputs).toMatchObject({ pushed: "true", conflicts: "0" });
    const next = await world.job();
    expect(failedStep(await next.main())).toBeNull();
    expect(await filesIn(next)).toEqual(["/large", "/meanwhile", "/offline", "/small"]);
  });

  it("takes nothing of the service where cache is false, or where there is none", async () => {
    const world = await startCacheWorld();
    const job = await world.job({ inputs: { cache: "false" } });
    expectOk(await job.main());
    await writeFileIn(job, "/a");
    expectOk(await job.post());
    expect(world.cache.calls).toEqual([]);
    const without = await world.job({ env: { ACTIONS_RESULTS_URL: "" } });
    expectOk(await without.main());
    expect(world.cache.calls).toEqual([]);
  });
});

it("a push is taken back by a run that asks for its undo bundle, as docs/revert.md has it, and no other run asks for any", async () => {
  const world = await warmWorld();
  const [, script = ""] =
    /^ +- run: (npx agentfs-sync revert .*)$/m.exec(await readFile(join(REPOSITORY, "docs/revert.md"), "utf8")) ?? [];
  const bin = await makeTempDir();
  await writeFile(join(bin, "npx"), `#!/bin/sh\nshift\nexec '${nodePath()}' '${cliPath()}' "$@"\n`, { mode: 0o755 });
  const ordinary = await world.job();
  let calls = world.cache.calls.length;
  expectOk(await ordinary.main());
  const without = world.cache.calls.length - calls;

  const job = await world.job({ inputs: { "restore-undo": "1" } });
  calls = world.cache.calls.length;
  const main = await job.main();
  expectOk(main);
  expect(world.cache.calls.length - calls).toBeGreaterThan(without);
  expect(main.stdout).toContain("bot: the undo bundle of push 1 is here");
  const env = {
    ...{ PATH: `${bin}:${process.env.PATH}`, PUSH: "1", AGENTFS_SYNC_AGENT: "bot" },
    ...{ AGENTFS_SYNC_REMOTE_URL: world.remote.url, TURSO_DB_AUTH_TOKEN: TOKEN },
  };
  const revert = await runChild("bash", ["-e", "-c", script], { cwd: job.workspace, env });
  expect(revert).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("push 1 is taken back by push 3") });
  const post = await job.post();
  expectOk(post);
  expect(post.summary).toContain("Push 3 of `bot` can be taken back: with `restore-undo: 3`");
  expect(await readdir(join(job.workspace, "agentfs-undo"))).toEqual([".gitignore", "bot-3.undo"]);
  const undos = world.cache.entries.filter(({ key }) => key.includes("/undo/"));
  expect(undos.map(({ key }) => /\/bot\/(\d+)-/.exec(key)?.[1])).toEqual(["1", "2", "3"]);

  // One that is not there, and one that is another's: a warning each, and the job goes on.
  const [first, second] = undos;
  if (first === undefined || second === undefined) throw new Error("no entries");
  second.content = first.content;
  const next = await world.job({ inputs: { "restore-undo": "2\n9" } });
  const warned = await next.main();
  expectOk(warned);
  expect(warned.stdout.match(/^::warning::bot: the undo bundle of push [29] did not come from the cache: ./gm)).toHaveLength(2);
  expect(await filesIn(next)).toEqual(["/small"]);
});

async function expectWholePull(world: CacheWorld, given?: TestJob): Promise<void> {
  const job = given ?? (await world.job());
  const main = await job.main();
  expectOk(main);
  expect(main.outputs).toMatchObject({ pulled: "true", "cache-hit": "false" });
  expect(main.stdout.match(/the cache is of no use now, so all is pulled from the remote: ./g)).toHaveLength(1);
  expect(await filesIn(job)).toEqual(["/large", "/small"]);
  await writeFileIn(job, "/after");
  expectOk(await job.post());
}
