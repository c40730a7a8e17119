import { describe, expect, it } from "vitest";
import { runEngine } from "../parts/engine.ts";
import { inputOf, remoteNames, same } from "../parts/killed.ts";
import { machine, pulled } from "../parts/machine.ts";
import { readPlainly, writePlainly } from "../parts/plain-writer.ts";
import { type Fault, startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { gate, type RequestKind, traffic } from "../parts/traffic.ts";

const TIMEOUT_MS = 300_000;

describe("killed while a request is on its way", () => {
  it.each(["before", "after"] as const)(
    "I7: %s the server did its work, a push and a pull, at each of their requests: nothing is lost or doubled",
    async (moment) => {
      const { url } = await startServer();
      let rule: (() => Promise<Fault | undefined>) | undefined;
      const proxy = await startProxy({ upstream: url, fault: () => rule?.() });
      const [writer, m] = [await machine(url), await machine(proxy.url)];
      await writer.ok("pull");
      await m.ok("pull");
      const names: string[] = [];
      for (const command of ["push", "pull", "sync"] as const) {
        for (let killAt = 1, isKilled = true; isKilled; killAt++) {
          const name = `${command}-${killAt}`;
          writePlainly(command === "pull" ? writer.db : m.db, name);
          names.push(name);
          if (command === "pull") await writer.ok("sync");
          const kill = gate();
          let seen = 0;
          rule = async () => {
            if (++seen !== killAt) return undefined;
            if (moment === "after") {
              return {
                alter: (answer) => {
                  kill.open();
                  return { ...answer, body: answer.body.subarray(0, answer.body.length / 2) };
                },
              };
            }
            kill.open();
            return { drop: "before" };
          };
          const run = await runEngine(command, inputOf(m, proxy.url), { killWhen: kill.opened });
          rule = undefined;
          isKilled = seen >= killAt;
          if (!isKilled) expect(run.report?.ok).toBe(true);
          const { push, error } = await m.run("push");
          if (error !== null) expect(error.code, name).toBe("pull-incomplete");
          else expect(["pushed", "unchanged"], name).toContain(push?.outcome);
          await m.ok("pull");
          const remote = await remoteNames(url);
          expect(remote.names, name).toEqual(same(names.toSorted()));
          expect(readPlainly(m.db), name).toEqual(same(names.toSorted()));
          await writer.ok("sync");
          expect(remote.sequences).toEqual(names.map((_, index) => index + 1));
        }
      }
      expect(await pulled(url)).toEqual(await m.list());
    },
    TIMEOUT_MS,
  );

  it(
    "I7: while it finds out what became of a lost commit: nothing is lost or doubled",
    async () => {
      const { url } = await startServer();
      let rule: ((kind: RequestKind) => Fault | undefined) | undefined;
      const net = traffic();
      net.rule = (kind) => rule?.(kind);
      const proxy = await startProxy({ upstream: url, fault: net.fault });
      const m = await machine(proxy.url);
      await m.ok("pull");
      const names: string[] = [];
      for (const lost of ["before", "after"] as const) {
        for (const moment of ["before", "after"] as const) {
          const name = `commit-${lost}-settle-${moment}`;
          writePlainly(m.db, name);
          names.push(name);
          const kill = gate();
          rule = (kind) => {
            if (kind === "commit") return { drop: lost };
            if (kind !== "settle") return undefined;
            kill.open();
            return { drop: moment };
          };
          expect((await runEngine("push", inputOf(m, proxy.url), { killWhen: kill.opened })).report, name).toBeNull();
          rule = undefined;
          expect((await m.ok("push")).push?.outcome, name).toBe(lost === "after" ? "unchanged" : "pushed");
          const remote = await remoteNames(url);
          expect(remote.names, name).toEqual(same(names.toSorted()));
          expect(remote.sequences, name).toEqual(names.map((_, index) => index + 1));
        }
      }
      expect(await pulled(url)).toEqual(await m.list());
    },
    TIMEOUT_MS,
  );
});
