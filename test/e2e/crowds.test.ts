import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../parts/cli.ts";
import { machine, pulled } from "../parts/machine.ts";
import { runNative } from "../parts/native.ts";
import { readPlainly, writePlainly } from "../parts/plain-writer.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

/** Every job starts from a copy of what one pull brought, as from a restored cache. */
async function crowd(url: string, count: number): Promise<readonly string[]> {
  const first = await machine(url);
  await first.ok("pull");
  await first.write({ op: "writeFile", path: "/there", text: "there" });
  await first.ok("sync");
  const folder = await makeTempDir();
  return Promise.all(
    Array.from({ length: count }, async (_, job) => {
      const dir = join(folder, `job-${job}`);
      await cp(first.dir, dir, { recursive: true });
      writePlainly(join(dir, ".agentfs", "bot.db"), `job-${job}`, `what job ${job} wrote`);
      return dir;
    }),
  );
}

const flags = (url: string, ...more: string[]) => ["--agent", "bot", "--remote-url", url, ...more];
const sorted = (...names: string[]) => names.sort();

/** How each ended, and what it said but how far it was: on a machine that all of them share that takes more than a second. */
const endings = (results: readonly { readonly exitCode: number | null; readonly stderr: string }[]) =>
  results.map(({ exitCode, stderr }) => [exitCode, stderr.replaceAll(/^\S+: [a-z]+ing\b.*\n/gm, "")]);

it.each([2, 10, 50])(
  "I3: %i jobs push at once, from one base: each is told of success, and everything is there once",
  async (count) => {
    const { url } = await startServer();
    const dirs = await crowd(url, count);
    const results = await Promise.all(dirs.map((cwd) => runCli(["push", ...flags(url, "--json")], { cwd })));
    expect(endings(results)).toEqual(dirs.map(() => [0, ""]));
    expect(results.map(({ json }) => json?.agents[0]?.push?.sequence).sort((a, b) => Number(a) - Number(b))).toEqual(
      dirs.map((_, job) => job + 2),
    );
    const fresh = await machine(url);
    await fresh.ok("pull");
    const jobs = dirs.map((_, job) => `job-${job}`);
    expect(readPlainly(fresh.db)).toEqual({ files: sorted("there", ...jobs), calls: sorted(...jobs), keys: sorted(...jobs) });
    expect((await runCli(["verify", ...flags(url, "--remote")], { cwd: fresh.dir })).exitCode).toBe(0);
  },
);

it("I3: native clients push keys into a crowd of ours: everything is there", async () => {
  const { url } = await startServer();
  const dirs = await crowd(url, 12);
  const natives = await Promise.all(
    Array.from({ length: 4 }, async (_, job) => {
      const dir = join(await makeTempDir(), `native-${job}`);
      await runNative(dir, url, [
        { op: "sql", sql: "INSERT INTO kv_store (key, value) VALUES (?, '1')", args: [`native-${job}`] },
      ]);
      return dir;
    }),
  );
  const [results] = await Promise.all([
    Promise.all(dirs.map((cwd) => runCli(["push", ...flags(url)], { cwd }))),
    ...natives.map((dir) => runNative(dir, url, [{ op: "push" }])),
  ]);
  expect(endings(results)).toEqual(dirs.map(() => [0, ""]));
  const fresh = await machine(url);
  await fresh.ok("pull");
  const jobs = dirs.map((_, job) => `job-${job}`);
  const keys = sorted(...jobs, ...natives.map((_, job) => `native-${job}`));
  expect(readPlainly(fresh.db)).toEqual({ files: sorted("there", ...jobs), calls: sorted(...jobs), keys });
});

/** Two machines that have pulled one state: `m` through a proxy that a test can steer. */
async function twoMachines() {
  const { url } = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: url, fault: net.fault });
  const [m, other] = [await machine(proxy.url), await machine(url)];
  await m.ok("pull");
  await m.write({ op: "writeFile", path: "/first", text: "1" });
  await m.ok("sync");
  await other.ok("pull");
  const pushByOther = async (path: string): Promise<void> => {
    await other.write({ op: "writeFile", path, text: "other" });
    await other.ok("push");
  };
  return { url, net, m, pushByOther };
}

it("a job that lost a race waits for its turn, not longer than the lease of one that has died with it, and gives it back", async () => {
  const { url, net, m, pushByOther } = await twoMachines();
  const turn = "SELECT value FROM agentfs_sync_meta WHERE key = 'turn'";
  let races = 0;
  net.rule = async (kind) => {
    if (kind !== "commit" || races === 2) return undefined;
    races++;
    await pushByOther(`/other-${races}`);
    const held = `'${crypto.randomUUID()} ' || (unixepoch() + 2)`;
    await remoteSql(url, [{ sql: `INSERT OR REPLACE INTO agentfs_sync_meta (key, value) VALUES ('turn', ${held})` }]);
    return undefined;
  };
  await m.write({ op: "writeFile", path: "/second", text: "2" });
  await m.ok("push");
  const [commits, turns] = ["commit", "turn"].map((kind) => net.kinds.filter((known) => known === kind).length);
  expect([races, commits]).toEqual([2, 4]);
  expect(turns).toBeGreaterThan(1);
  expect(await remoteSql(url, [{ sql: turn }])).toEqual([[]]);
  expect(Object.keys((await pulled(url)).files).sort()).toEqual(["/first", "/other-1", "/other-2", "/second"]);
});

it("a job that had to wait for its turn reads the remote again before it commits", async () => {
  const { url, net, m, pushByOther } = await twoMachines();
  const held = `'${crypto.randomUUID()} ' || (unixepoch() + 2)`;
  let pushes = 0;
  net.rule = async (kind) => {
    // Twice before a commit, so that a race is lost against the newest state; and once while the job waits.
    const isNext = pushes < 2 ? kind === "commit" : pushes === 2 && kind === "turn";
    if (!isNext) return undefined;
    pushes++;
    await pushByOther(`/other-${pushes}`);
    if (pushes === 2)
      await remoteSql(url, [{ sql: `INSERT OR REPLACE INTO agentfs_sync_meta (key, value) VALUES ('turn', ${held})` }]);
    return undefined;
  };
  await m.write({ op: "writeFile", path: "/second", text: "2" });
  const before = net.kinds.length;
  await m.ok("push");
  const commits = net.kinds.slice(before).filter((kind) => kind === "commit");
  expect([pushes, commits.length]).toEqual([3, 3]);
});
