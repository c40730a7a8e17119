import { describe, expect, it } from "vitest";
import { type CacheWorld, failedStep, filesIn, runJob, startCacheWorld, TOKEN, writeFileIn } from "../parts/cache-world.ts";
import type { StepResult } from "../parts/runner.ts";

/** A job whose push the remote does not take: what it wrote is in the cache alone, once its machine is gone. */
async function rescuedJob(world: CacheWorld, path: string, inputs: Readonly<Record<string, string>> = {}): Promise<StepResult> {
  const job = await world.job({ inputs });
  expect(failedStep(await job.main())).toBeNull();
  await writeFileIn(job, path);
  world.fault = () => ({ status: 403, body: "no" });
  const post = await job.post();
  world.fault = undefined;
  expect(post.exitCode).toBe(1);
  return post;
}

const keysOf = ({ cache }: CacheWorld, kind: string) =>
  cache.entries.map(({ key }) => key).filter((key) => key.startsWith(`agentfs-sync/1/${kind}/`));

async function remoteFiles(world: CacheWorld): Promise<readonly string[]> {
  const job = await world.job({ inputs: { cache: "false" } });
  expect(failedStep(await job.main())).toBeNull();
  return filesIn(job);
}

describe("what a job could not push", () => {
  it("is pushed first by the next run of the agent, which says so, and once", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    const post = await rescuedJob(world, "/lost");
    expect(post.stdout).toContain("bot: what could not be pushed is in the cache too; the next run of this kind pushes it first");
    expect(await remoteFiles(world)).toEqual(["/before"]);

    const next = await world.job();
    const main = await next.main();
    expect(failedStep(main)).toBeNull();
    expect(main.stdout).toMatch(/bot: what an earlier run could not push was pushed first \(sequence 2\)/);
    expect(await filesIn(next)).toEqual(["/before", "/lost"]);
    expect(await remoteFiles(world)).toEqual(["/before", "/lost"]);

    const later = await world.job();
    const quiet = await later.main();
    expect(failedStep(quiet)).toBeNull();
    expect(quiet.stdout).not.toContain("pushed first");
  });

  it("is all kept when several jobs could not push, and all pushed, in their order", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    const jobs = [await world.job(), await world.job(), await world.job()];
    for (const [index, job] of jobs.entries()) {
      expect(failedStep(await job.main())).toBeNull();
      await writeFileIn(job, `/lost-${index + 1}`);
    }
    world.fault = () => ({ status: 403, body: "no" });
    for (const job of jobs) expect((await job.post()).exitCode).toBe(1);
    // Nor can the next run push them, which loses none of them.
    expect((await (await world.job()).main()).exitCode).toBe(1);
    world.fault = undefined;
    expect(keysOf(world, "rescue").map((key) => key.slice(-3))).toEqual(["/1.", "/2.", "/3."]);
    expect(keysOf(world, "rescue-done")).toEqual([]);

    const next = await world.job();
    expect(failedStep(await next.main())).toBeNull();
    expect(await filesIn(next)).toEqual(["/before", "/lost-1", "/lost-2", "/lost-3"]);
    expect(keysOf(world, "rescue-done").map((key) => key.slice(-3))).toEqual(["/3."]);
  });

  it("fails the run that cannot open it, and is pushed by one that can (rescue-sealed)", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    await rescuedJob(world, "/lost");
    const wrong = await world.job({ inputs: { "cache-secret": "another secret" } });
    const main = await wrong.main();
    expect(main.exitCode).toBe(1);
    expect(JSON.parse(main.outputs["report"] ?? "")).toMatchObject({
      ok: false,
      exitCode: 7,
      agents: [{ agent: "bot", pull: null, error: { code: "rescue-sealed" } }],
    });
    expect((await wrong.post({ jobStatus: "failure" })).stdout).toContain("The pull failed: nothing to push.");
    const right = await world.job();
    expect(failedStep(await right.main())).toBeNull();
    expect(await filesIn(right)).toEqual(["/before", "/lost"]);
  });

  it("is not hidden by a forged note that it was pushed, nor by an old entry under a new number", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    await rescuedJob(world, "/lost");
    const [rescue] = world.cache.entries.filter(({ key }) => key.includes("/rescue/"));
    if (rescue === undefined) throw new Error("no entry");
    const key = rescue.key.replace("/rescue/", "/rescue-done/").replace(/1\.$/, "99.");
    world.cache.entries.push({ key, version: rescue.version, content: Buffer.from("forged") });
    const next = await world.job();
    expect(failedStep(await next.main())).toBeNull();
    expect(await filesIn(next)).toEqual(["/before", "/lost"]);

    world.cache.entries.push({ ...rescue, key: rescue.key.replace(/1\.$/, "2.") });
    const replayed = await (await world.job()).main();
    expect(replayed.exitCode).toBe(1);
    expect(replayed.stdout).toContain("was sealed with another secret or for another remote, or it was changed");
  });

  it("is left alone by a run that may only read", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    await rescuedJob(world, "/lost");
    const job = await world.job({ event: { name: "issue_comment" } });
    expect(failedStep(await job.main())).toBeNull();
    expect(await filesIn(job)).toEqual(["/before"]);
    expect(keysOf(world, "rescue-done")).toEqual([]);
  });

  it("without a cache-secret is sealed with the token, and a warning says what that means", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    const post = await rescuedJob(world, "/lost", { "cache-secret": "" });
    expect(post.stdout).toMatch(/^::warning::bot: it is sealed with the auth token: if the token is changed/m);
    const next = await world.job({ inputs: { "cache-secret": "" } });
    expect(failedStep(await next.main())).toBeNull();
    expect(await filesIn(next)).toEqual(["/before", "/lost"]);
    for (const { content } of world.cache.entries) expect(content.toString("latin1")).not.toContain(TOKEN);
  });

  it("costs no failure of its own when the cache cannot take it, and stays where the report says", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    world.cache.mode = "denied";
    const post = await rescuedJob(world, "/lost");
    expect(post.stdout).toContain("it could not be put into the cache");
    expect(post.outputs["rescue"]).toContain("/agentfs-rescue/bot-");
    expect(keysOf(world, "rescue")).toEqual([]);
  });

  it.each([
    ["any", 1, 1],
    ["pull", 1, 0],
    ["push", 0, 1],
    ["never", 0, 0],
  ] as const)("fails the step by fail-on %s only where it says so, and is shown all the same", async (failOn, inMain, inPost) => {
    const world = await startCacheWorld();
    const inputs = { "fail-on": failOn, cache: "false" };
    const refused = () => ({ status: 403, body: "no" });
    const shown = (code: number) => new RegExp(`^::${code === 1 ? "error" : "warning"}::bot: `, "m");
    world.fault = refused;
    const main = await (await world.job({ inputs })).main();
    expect([main.exitCode, main.outputs["pulled"]]).toEqual([inMain, "false"]);
    expect(main.stdout).toMatch(shown(inMain));

    world.fault = undefined;
    const job = await world.job({ inputs });
    expect(failedStep(await job.main())).toBeNull();
    await writeFileIn(job, "/a");
    world.fault = refused;
    const post = await job.post();
    expect([post.exitCode, post.outputs["pushed"]]).toEqual([inPost, "false"]);
    expect(post.stdout).toMatch(shown(inPost));
  });
});
