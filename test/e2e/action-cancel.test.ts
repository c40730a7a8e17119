import { describe, expect, it } from "vitest";
import { type CacheWorld, failedStep, filesIn, runJob, startCacheWorld, writeFileIn } from "../parts/cache-world.ts";
import type { RecordedRequest } from "../parts/proxy.ts";

/** From now on the remote answers no request of that kind; resolves when the first one came. */
function silence(world: CacheWorld, isMeant: (request: RecordedRequest) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  world.fault = (request) => {
    if (!isMeant(request)) return undefined;
    resolve();
    return { silent: true };
  };
  return promise;
}

const isCommit = ({ body }: RecordedRequest) => body.includes("BEGIN IMMEDIATE");

describe("a job that is cancelled", () => {
  it("in its pull: main ends by itself, says why, and post pushes nothing", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    const job = await world.job();
    const main = await job.main({ cancelWhen: silence(world, () => true) });
    expect([main.exitCode, main.signal]).toEqual([1, null]);
    expect(main.outputs).toMatchObject({ pulled: "false" });
    expect(main.stdout).toMatch(/^::error::bot: .*(stopped|interrupt|abort)/im);
    world.fault = undefined;
    const post = await job.post({ jobStatus: "cancelled" });
    expect(failedStep(post)).toBeNull();
    expect(post.stdout).toContain("The pull failed: nothing to push.");
  });

  it("in its steps: post pushes what they wrote, and puts nothing else into the cache", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    const before = world.cache.entries.length;
    const job = await world.job();
    expect(failedStep(await job.main())).toBeNull();
    await writeFileIn(job, "/written");
    const post = await job.post({ jobStatus: "cancelled" });
    expect(failedStep(post)).toBeNull();
    expect(post.outputs).toMatchObject({ pushed: "true" });
    expect(world.cache.entries.length).toBe(before);
  });

  it("in its push: post ends by itself, and the next run pushes what it wrote, once (I2, I7)", async () => {
    const world = await startCacheWorld();
    await runJob(world, "/before");
    const job = await world.job();
    expect(failedStep(await job.main())).toBeNull();
    await writeFileIn(job, "/written");
    const post = await job.post({ jobStatus: "cancelled", cancelWhen: silence(world, isCommit) });
    expect([post.exitCode, post.signal]).toEqual([1, null]);
    expect(post.stdout).toContain("bot: what could not be pushed is in the cache too");
    world.fault = undefined;
    const next = await world.job();
    const main = await next.main();
    expect(failedStep(main)).toBeNull();
    expect(main.stdout).toContain("bot: what an earlier run could not push was pushed first");
    expect(await filesIn(next)).toEqual(["/before", "/written"]);
  });
});
