import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { inconsistencies } from "../parts/consistency.ts";
import { runEngine } from "../parts/engine.ts";
import { machine, pulled } from "../parts/machine.ts";
import { readPlainly, writePlainly } from "../parts/plain-writer.ts";
import { type Fault, startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";
import { MEGABYTE, NOTHING_STAGED, staged } from "../parts/staged.ts";
import { gate } from "../parts/traffic.ts";

const TIMEOUT_MS = 300_000;

const receipts = async (url: string) => {
  const [rows = []] = await remoteSql(url, [
    { sql: "SELECT sequence FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence" },
  ]);
  return rows.flat();
};

describe("a push that stages, killed", () => {
  it.each(["before", "after"] as const)(
    "I7: %s the server did its work, at each of its requests: the next one loses nothing, repeats nothing and clears away what is left",
    async (moment) => {
      const { url } = await startServer();
      let rule: (() => Promise<Fault | undefined>) | undefined;
      const proxy = await startProxy({ upstream: url, fault: () => rule?.() });
      const m = await machine(proxy.url, { timeoutSeconds: 60 });
      await m.ok("pull");
      const names: string[] = [];
      for (let killAt = 1, isKilled = true; isKilled; killAt++) {
        const name = `f${killAt}`;
        // As a key's value as well: content and a large value are both staged, two requests and one.
        writePlainly(m.db, name, randomBytes(1.5 * MEGABYTE).toString("base64"));
        names.push(name);
        const kill = gate();
        let seen = 0;
        rule = async () => {
          if (++seen !== killAt) return undefined;
          if (moment === "before") {
            kill.open();
            return { drop: "before" };
          }
          return {
            alter: (answer) => {
              kill.open();
              return { ...answer, body: answer.body.subarray(0, answer.body.length / 2) };
            },
          };
        };
        const input = { agents: ["bot"], remoteUrl: proxy.url, directory: m.dir, timeoutSeconds: 20 };
        await runEngine("push", input, { killWhen: kill.opened });
        rule = undefined;
        isKilled = seen >= killAt;
        await m.ok("push");
        await m.ok("pull");
        expect(readPlainly(m.db), name).toEqual({ files: names, calls: names, keys: names });
        expect(await receipts(url), name).toEqual(names.map((_, index) => index + 1));
        expect(await staged(url), name).toEqual(NOTHING_STAGED);
      }
      expect(names.length).toBeGreaterThan(5);
      expect(inconsistencies(m.db)).toEqual([]);
      expect(await pulled(url)).toEqual(await m.list());
    },
    TIMEOUT_MS,
  );

  it("a request whose answer is lost is sent again, and what it brought is there once", async () => {
    const { url } = await startServer();
    const lost = new Set<number>();
    let seen = 0;
    const proxy = await startProxy({
      upstream: url,
      fault: ({ body }) => {
        if (!body.includes("agentfs_sync_reservation") || body.includes("agentfs_sync_log") || lost.has(++seen)) return undefined;
        lost.add(seen + 1);
        return { drop: seen % 4 === 1 ? "after" : "before" };
      },
    });
    const m = await machine(proxy.url, { timeoutSeconds: 60 });
    await m.ok("pull");
    writePlainly(m.db, "file", randomBytes(1.5 * MEGABYTE).toString("base64"));
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(lost.size).toBeGreaterThan(2);
    expect(await staged(url)).toEqual(NOTHING_STAGED);
    expect(await receipts(url)).toEqual([1]);
    expect(await pulled(url)).toEqual(await m.list());
  });
});
