import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type EngineRun, runEngine } from "../parts/engine.ts";
import { plainFile } from "../parts/image.ts";
import { inputOf, remoteNames, same } from "../parts/killed.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { readPlainly, writePlainly } from "../parts/plain-writer.ts";
import { startServer } from "../parts/server.ts";

const TIMEOUT_MS = 300_000;

/**
 * Runs `once` with kill points until one is beyond the last: with all of them, or with every `step`th where a run of the test would be
 * too long. Answers how many points there were, about.
 */
async function everyPoint(once: (killPoint: number) => Promise<EngineRun>, step = 1): Promise<number> {
  for (let killPoint = 1; ; killPoint += step) {
    const { report } = await once(killPoint);
    if (report !== null) return killPoint - 1;
  }
}

const nameOf = (number: number) => `f${String(number).padStart(3, "0")}`;

describe("killed right before a change of a file", () => {
  it(
    "I7: a push: the next command brings everything, once",
    async () => {
      const { url } = await startServer();
      const m = await machine(url);
      await m.ok("pull");
      const names: string[] = [];
      const points = await everyPoint(async (killPoint) => {
        const name = nameOf(killPoint);
        names.push(name);
        writePlainly(m.db, name);
        const run = await runEngine("push", inputOf(m, url), { killPoint });
        expect(readPlainly(m.db), `killed at ${killPoint}`).toEqual(same(names));
        if (killPoint % 3 === 0) await m.run("pull");
        const { push } = await m.ok(killPoint % 2 === 0 ? "push" : "sync");
        expect(["pushed", "unchanged"]).toContain(push?.outcome);
        const remote = await remoteNames(url);
        expect(remote.names, `killed at ${killPoint}`).toEqual(same(names));
        expect(remote.sequences, `killed at ${killPoint}`).toEqual(names.map((_, index) => index + 1));
        return run;
      });
      expect(points).toBeGreaterThan(40);
      expect(await pulled(url)).toEqual(await m.list());
      expect(await readdir(join(m.dir, ".agentfs", ".sync", "bot", "pending"))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    "I7: a pull: the working copy is whole at once, and what the job writes to it as if nothing had happened is pushed later",
    async () => {
      const { url } = await startServer();
      const [writer, m] = [await machine(url), await machine(url)];
      await writer.ok("pull");
      await m.ok("pull");
      const names: string[] = [];
      const points = await everyPoint(async (killPoint) => {
        const [theirs, ours] = [`${nameOf(killPoint)}-theirs`, `${nameOf(killPoint)}-ours`];
        writePlainly(writer.db, theirs);
        await writer.ok("sync");
        const run = await runEngine("pull", inputOf(m, url), { killPoint });
        expect([same(names), same([...names, theirs])], `killed at ${killPoint}`).toContainEqual(readPlainly(m.db));
        writePlainly(m.db, ours);
        names.push(ours, theirs);
        const { error } = await m.run("push");
        if (error !== null) {
          expect(error.code, `killed at ${killPoint}`).toBe("pull-incomplete");
          expect((await m.run("pull")).error?.code, `killed at ${killPoint}`).toBe("unpushed-changes");
          await m.ok("push");
        }
        await m.ok("pull");
        expect(readPlainly(m.db), `killed at ${killPoint}`).toEqual(same(names));
        expect((await remoteNames(url)).names, `killed at ${killPoint}`).toEqual(same(names));
        return run;
      }, 3);
      expect(points).toBeGreaterThan(30);
      expect(await m.list()).toEqual(await pulled(url));
    },
    TIMEOUT_MS,
  );

  it(
    "I7: the first pull of a machine: the next one gives it everything",
    async () => {
      const { url } = await startServer();
      const writer = await machine(url);
      await writer.ok("pull");
      writePlainly(writer.db, "file", "x".repeat(30_000));
      await writer.ok("push");
      const points = await everyPoint(async (killPoint) => {
        const m = await machine(url);
        const run = await runEngine("pull", inputOf(m, url), { killPoint });
        await m.ok("pull");
        expect(readPlainly(m.db), `killed at ${killPoint}`).toEqual(same(["file"]));
        expect((await m.ok("push")).push?.outcome, `killed at ${killPoint}`).toBe("unchanged");
        return run;
      }, 2);
      expect(points).toBeGreaterThan(30);
    },
    TIMEOUT_MS,
  );

  it(
    "I7: a pull that sets changes aside: they are in the working copy or in a folder of their own, whole",
    async () => {
      const { url } = await startServer();
      const [writer, m] = [await machine(url), await machine(url)];
      await writer.ok("pull");
      writePlainly(writer.db, "a");
      await writer.ok("sync");
      const points = await everyPoint(async (killPoint) => {
        await m.ok("pull", { onUnpushed: "set-aside" });
        writePlainly(m.db, "unpushed");
        writePlainly(writer.db, nameOf(killPoint));
        await writer.ok("sync");
        const run = await runEngine("pull", { ...inputOf(m, url), onUnpushed: "set-aside" }, { killPoint });
        const places = [m.db, ...(await pendingSnapshots(m))];
        expect(
          places.some((path) => readPlainly(path).files.includes("unpushed")),
          `killed at ${killPoint}`,
        ).toBe(true);
        return run;
      }, 3);
      expect(points).toBeGreaterThan(30);
    },
    TIMEOUT_MS,
  );
});

async function pendingSnapshots(m: Machine): Promise<string[]> {
  const pending = join(m.dir, ".agentfs", ".sync", "bot", "pending");
  const found: string[] = [];
  if (!existsSync(pending)) return [];
  for (const folder of await readdir(pending)) {
    const names = await readdir(join(pending, folder));
    if (names.some((name) => name.startsWith("snapshot.db")) && names.includes("pending.json"))
      found.push(plainFile(join(pending, folder, "snapshot.db")));
  }
  return found;
}
