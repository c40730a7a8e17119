import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireLock } from "./lock.ts";
import { agentPaths } from "./paths.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentfs-sync-lock-"));
});

afterEach(() => rm(folder, { recursive: true }));

describe("the lock of an agent", () => {
  it("is had by one at a time: of many that want it at once, one gets it", async () => {
    const paths = agentPaths(folder, "bot");
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(paths)));
    const got = tries.filter((tried) => tried.status === "fulfilled");
    expect(got).toHaveLength(1);
    for (const tried of tries)
      if (tried.status === "rejected") expect(tried.reason).toMatchObject({ code: "locked", exitCode: 6 });
    got[0]?.value[Symbol.dispose]();
    (await acquireLock(paths))[Symbol.dispose]();
  });

  it("of one agent does not keep another waiting", async () => {
    using _bot = await acquireLock(agentPaths(folder, "bot"));
    using _other = await acquireLock(agentPaths(folder, "other"));
    await expect(acquireLock(agentPaths(folder, "bot"))).rejects.toMatchObject({ code: "locked" });
  });
});
