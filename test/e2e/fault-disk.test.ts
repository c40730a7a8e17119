import { describe, expect, it } from "vitest";
import type { AgentReport } from "../../packages/core/src/index.ts";
import { runEngine } from "../parts/engine.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { NAME_QUERIES, readPlainly, writePlainly } from "../parts/plain-writer.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";

const TIMEOUT_MS = 300_000;
const STEP = 3;

const inputOf = (m: Machine, url: string) => ({ agents: ["bot"], remoteUrl: url, directory: m.dir, timeoutSeconds: 20 });

async function remoteNames(url: string) {
  const answers = await remoteSql(url, [{ sql: NAME_QUERIES.files }, { sql: NAME_QUERIES.calls }, { sql: NAME_QUERIES.keys }]);
  const [files, calls, keys] = answers.map((rows) => rows.map(([value]) => value));
  return { files, calls, keys };
}

const same = (names: readonly string[]) => ({ files: names, calls: names, keys: names });

const nameOf = (number: number) => `f${String(number).padStart(3, "0")}`;

/** Runs `once` with fail points until one is beyond the last change of a file. */
async function manyPoints(once: (failPoint: number) => Promise<{ readonly isBeyond: boolean }>): Promise<void> {
  for (let failPoint = 1; !(await once(failPoint)).isBeyond; failPoint += STEP);
}

async function runFull(command: "push" | "pull", m: Machine, url: string, failPoint: number) {
  const { report, points } = await runEngine(command, inputOf(m, url), { failPoint });
  const agent = report?.agents[0];
  if (agent === undefined || points === null) throw new Error("no report");
  return { agent, isBeyond: points < failPoint };
}

function expectSaid({ error }: AgentReport, where: string): void {
  if (error === null) return;
  expect(error.code, `${where}: ${error.message}`).toBe("file-system");
  expect(error.message, where).toContain("ENOSPC");
}

describe("a full disk, at any change of a file", () => {
  it(
    "I2: a push says failed only if nothing of it is on the remote, and the next one brings everything once",
    async () => {
      const { url } = await startServer();
      const m = await machine(url);
      await m.ok("pull");
      const names = ["a"];
      writePlainly(m.db, "a");
      await m.ok("push");
      await manyPoints(async (failPoint) => {
        const where = `full at ${failPoint}`;
        const name = nameOf(failPoint);
        names.push(name);
        writePlainly(m.db, name);
        const { agent, isBeyond } = await runFull("push", m, url, failPoint);
        expectSaid(agent, where);
        const isThere = (await remoteNames(url)).files?.includes(name) === true;
        expect([isThere, agent.push?.outcome], where).toEqual([isThere, isThere ? expect.stringMatching(/^pushed/) : "failed"]);
        expect(readPlainly(m.db), where).toEqual(same(names));
        await m.ok("push");
        expect(await remoteNames(url), where).toEqual(same(names));
        if (failPoint % 3 === 0) await m.ok("pull");
        return { isBeyond };
      });
      expect(await pulled(url)).toEqual(await m.list());
    },
    TIMEOUT_MS,
  );

  it(
    "a pull leaves a whole working copy, and the next one brings everything",
    async () => {
      const { url } = await startServer();
      const [writer, m] = [await machine(url), await machine(url)];
      await writer.ok("pull");
      await m.ok("pull");
      const names: string[] = [];
      await manyPoints(async (failPoint) => {
        const where = `full at ${failPoint}`;
        const before = names.slice();
        names.push(nameOf(failPoint));
        writePlainly(writer.db, nameOf(failPoint));
        await writer.ok("sync");
        const { agent, isBeyond } = await runFull("pull", m, url, failPoint);
        expectSaid(agent, where);
        expect([same(before), same(names)], where).toContainEqual(readPlainly(m.db));
        const { push, error } = await m.run("push");
        expect(push?.outcome === "unchanged" || error?.code === "pull-incomplete", where).toBe(true);
        await m.ok("pull");
        expect(readPlainly(m.db), where).toEqual(same(names));
        return { isBeyond };
      });
      expect(await pulled(url)).toEqual(await m.list());
    },
    TIMEOUT_MS,
  );
});
