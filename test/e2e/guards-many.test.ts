import { cp } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { type NativeOp, runNative } from "../parts/native.ts";
import { text } from "../parts/ops.ts";
import { writePlainly } from "../parts/plain-writer.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

const TIMEOUT_MS = 240_000;
const ROUNDS = 3;

async function sequences(url: string): Promise<unknown[]> {
  const [rows] = await remoteSql(url, [
    { sql: "SELECT sequence FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence" },
  ]);
  return (rows ?? []).map(([sequence]) => sequence);
}

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

async function machines(count: number, url: string): Promise<Machine[]> {
  const all: Machine[] = [];
  for (let index = 0; index < count; index++) {
    const m = await machine(url, { timeoutSeconds: 100 });
    await m.ok("pull");
    all.push(m);
  }
  return all;
}

/** What a native client does beside us: pull, write, push, again and again, in one process. */
function nativeRounds(count: number): NativeOp[] {
  return oneTo(count).flatMap((round): NativeOp[] => [
    { op: "pull" },
    { op: "agent", do: text(`/native-${round}`, `native ${round}`.repeat(1000)) },
    { op: "agent", do: { op: "kvSet", key: `native-${round}`, value: round } },
    { op: "push" },
  ]);
}

describe("machines that push at once", () => {
  it.each([2, 5, 12])(
    "I3, I10: %i of them, three times each, a native client in between: all of it is kept, once, and numbered without a gap",
    async (count) => {
      const { url } = await startServer();
      await runNative(await makeTempDir(), url, [{ op: "agent", do: text("/seed", "seed") }, { op: "push" }]);
      const all = await machines(count, url);
      const names: string[] = [];
      const pushAll = async (index: number, m: Machine): Promise<void> => {
        for (const round of oneTo(ROUNDS)) {
          const name = `m${index}-${round}`;
          names.push(name);
          writePlainly(m.db, name, name.repeat(2000));
          const { push } = await m.ok(round === 2 ? "sync" : "push");
          expect(push?.outcome).toBe("pushed");
        }
      };
      await Promise.all([...all.map((m, index) => pushAll(index, m)), runNative(await makeTempDir(), url, nativeRounds(ROUNDS))]);
      const remote = await pulled(url);
      const native = oneTo(ROUNDS).map((round) => `native-${round}`);
      expect(Object.keys(remote.files).toSorted()).toEqual([...names, ...native, "seed"].map((name) => `/${name}`).toSorted());
      for (const name of names)
        expect(Buffer.from(remote.files[`/${name}`] ?? "", "base64").toString() === name.repeat(2000), name).toBe(true);
      expect(remote.toolCalls.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      expect(Object.keys(remote.keys).toSorted()).toEqual([...names, ...native].toSorted());
      expect(await sequences(url)).toEqual(oneTo(count * ROUNDS));
      const first = all[0];
      await first?.ok("pull");
      expect(await first?.list()).toEqual(remote);
    },
    TIMEOUT_MS,
  );

  it(
    "I3, I10: ten that make the first push of all, to a remote without anything: one history, all of it kept",
    async () => {
      const { url } = await startServer();
      const all = await machines(10, url);
      for (const [index, m] of all.entries()) writePlainly(m.db, `m${index}`);
      const reports = await Promise.all(all.map((m) => m.ok("push")));
      expect(reports.map(({ push }) => push?.sequence).toSorted((a, b) => Number(a) - Number(b))).toEqual(oneTo(10));
      const remote = await pulled(url);
      expect(Object.keys(remote.files).toSorted()).toEqual(all.map((_, index) => `/m${index}`).toSorted());
      const [uuids] = await remoteSql(url, [{ sql: "SELECT count(*) FROM agentfs_sync_meta WHERE key = 'uuid'" }]);
      expect(uuids).toEqual([[1]]);
      for (const m of all) {
        await m.ok("pull");
        expect(await m.list()).toEqual(remote);
      }
    },
    TIMEOUT_MS,
  );

  it(
    "I3, I10: while every third commit loses its answer and every fifth its request: all of it is kept, once",
    async () => {
      const server = await startServer();
      const net = traffic();
      const proxy = await startProxy({ upstream: server.url, fault: net.fault });
      const all = await machines(6, proxy.url);
      let commits = 0;
      net.rule = (kind) => {
        if (kind !== "commit") return undefined;
        commits++;
        return commits % 3 === 0 ? { drop: "after" } : commits % 5 === 0 ? { drop: "before" } : undefined;
      };
      const names: string[] = [];
      await Promise.all(
        all.map(async (m, index) => {
          for (const round of oneTo(ROUNDS)) {
            names.push(`m${index}-${round}`);
            writePlainly(m.db, `m${index}-${round}`);
            for (let pushed = false; !pushed; ) {
              const { error } = await m.run("push");
              if (error !== null) expect(error.retryable, error.message).toBe(true);
              pushed = error === null;
            }
          }
        }),
      );
      const remote = await pulled(server.url);
      expect(Object.keys(remote.files).toSorted()).toEqual(names.map((name) => `/${name}`).toSorted());
      expect(remote.toolCalls.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      expect(await sequences(server.url)).toEqual(oneTo(names.length));
    },
    TIMEOUT_MS,
  );

  it(
    "I6, I10: eight copies of one folder with the same unpushed changes: they are there once",
    async () => {
      const { url } = await startServer();
      const first = await machine(url);
      await first.ok("pull");
      writePlainly(first.db, "seed");
      await first.ok("sync");
      for (const name of ["a", "b", "c"]) writePlainly(first.db, name, name.repeat(9000));
      const copies: Machine[] = [];
      for (let index = 0; index < 8; index++) {
        const dir = await makeTempDir();
        await cp(first.dir, dir, { recursive: true });
        copies.push(await machine(url, { timeoutSeconds: 100 }, dir));
      }
      await Promise.all(copies.map((m) => m.ok("push")));
      const remote = await pulled(url);
      expect(Object.keys(remote.files)).toEqual(["/a", "/b", "/c", "/seed"]);
      expect(remote.toolCalls.map(({ name }) => name)).toEqual(["a", "b", "c", "seed"]);
      expect(await sequences(url)).toEqual([1, 2]);
      for (const m of copies) {
        await m.ok("pull");
        expect(await m.list()).toEqual(remote);
      }
    },
    TIMEOUT_MS,
  );
});
