import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runEngine } from "../parts/engine.ts";
import { machine, pulled } from "../parts/machine.ts";
import { NAME_QUERIES, readPlainly, writePlainly } from "../parts/plain-writer.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { rescue } from "../parts/rescue.ts";
import { readFrom } from "../parts/sample-bundle.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

const TIMEOUT_MS = 300_000;
/** Every one of them would take five minutes. */
const STEP = 5;

/** A machine that wrote something each time it is asked, and could not push it. */
async function failingMachine() {
  const { url } = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: url, fault: net.fault });
  const m = await machine(proxy.url);
  await m.ok("pull");
  return {
    url,
    m,
    fail: async (name: string): Promise<string> => {
      writePlainly(m.db, name);
      net.rule = () => ({ status: 403 });
      const { push, rescue: folder } = await m.run("push");
      net.rule = undefined;
      expect(push?.outcome).toBe("failed");
      return folder?.split("/").at(-1) ?? "";
    },
  };
}

const input = (directory: string, remoteUrl?: string) => ({
  agents: ["bot"],
  remoteUrl,
  authToken: undefined,
  directory,
  timeoutSeconds: "20",
});
const same = (names: readonly string[]) => ({ files: names, calls: names, keys: names });
const nameOf = (number: number) => `f${String(number).padStart(3, "0")}`;

async function remoteNames(url: string) {
  const answers = await remoteSql(
    url,
    Object.values(NAME_QUERIES).map((sql) => ({ sql })),
  );
  const [files, calls, keys] = answers.map((rows) => rows.map(([value]) => value));
  return { files, calls, keys };
}

describe("killed right before a change of a file", () => {
  it(
    "I7, I10: a push of what is kept: pushed once more, or by the next push, it is there once",
    async () => {
      const { url, m, fail } = await failingMachine();
      const names: string[] = [];
      for (let killPoint = 1, isKilled = true; isKilled; killPoint += STEP) {
        const name = nameOf(killPoint);
        names.push(name);
        const pushId = await fail(name);
        const run = await runEngine({ action: "push", pushId }, input(m.dir, m.url), { killPoint });
        isKilled = run.report === null;
        const { bundles } = await rescue(m.dir, { action: "list" });
        expect(
          bundles?.filter(({ problem }) => problem !== null),
          `killed at ${killPoint}`,
        ).toEqual([]);
        const kept = bundles?.some((bundle) => bundle.pushId === pushId) === true;
        if (kept && names.length % 2 === 1) {
          const again = await rescue(m.dir, { action: "push", pushId }, { remoteUrl: m.url });
          expect(["pushed", "unchanged"], `killed at ${killPoint}`).toContain(again.push?.outcome);
        }
        await m.ok("push");
        expect(await remoteNames(url), `killed at ${killPoint}`).toEqual(same(names));
        expect(readPlainly(m.db), `killed at ${killPoint}`).toEqual(same(names));
        for (const left of (await rescue(m.dir, { action: "list" })).bundles ?? [])
          expect((await rescue(m.dir, { action: "push", pushId: left.pushId }, { remoteUrl: m.url })).push?.outcome).toBe(
            "unchanged",
          );
      }
      expect(names.length).toBeGreaterThan(5);
      await m.ok("sync");
      expect(await m.list()).toEqual(await pulled(url));
      expect(await remoteNames(url)).toEqual(same(names));
      expect(await rescue(m.dir, { action: "list" })).toMatchObject({ bundles: [] });
      expect(existsSync(join(m.dir, ".agentfs/.sync/bot/tmp"))).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    "I7: an export: its file is there whole or not at all, and the next one succeeds",
    async () => {
      const { m, fail } = await failingMachine();
      await fail("kept");
      let points = 1;
      for (let isKilled = true; isKilled; points += STEP) {
        const folder = await makeTempDir();
        const file = join(folder, "bot.rescue");
        const request = { action: "export", file, pushId: null } as const;
        isKilled = (await runEngine(request, input(m.dir), { killPoint: points })).report === null;
        if (!existsSync(file)) await rescue(m.dir, request);
        expect(readPlainly((await readFrom(file)).snapshotPath), `killed at ${points}`).toEqual(same(["kept"]));
        if (!isKilled) expect(await readdir(folder)).toEqual(["bot.rescue"]);
      }
      expect(points).toBeGreaterThan(10);
      expect((await rescue(m.dir, { action: "list" })).bundles).toHaveLength(1);
    },
    TIMEOUT_MS,
  );
});
