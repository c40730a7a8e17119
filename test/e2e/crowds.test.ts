import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../parts/cli.ts";
import { machine } from "../parts/machine.ts";
import { replicaPath, runNative } from "../parts/native.ts";
import { readPlainly, writePlainly } from "../parts/plain-writer.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

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

it.each([2, 10, 50])(
  "I3: %i jobs push at once, from one base: each is told of success, and everything is there once",
  async (count) => {
    const { url } = await startServer();
    const dirs = await crowd(url, count);
    const results = await Promise.all(dirs.map((cwd) => runCli(["push", ...flags(url, "--json")], { cwd })));
    expect(results.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(dirs.map(() => [0, ""]));
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
  expect(results.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(dirs.map(() => [0, ""]));
  expect(natives.map(replicaPath)).toHaveLength(4);
  const fresh = await machine(url);
  await fresh.ok("pull");
  const jobs = dirs.map((_, job) => `job-${job}`);
  const keys = sorted(...jobs, ...natives.map((_, job) => `native-${job}`));
  expect(readPlainly(fresh.db)).toEqual({ files: sorted("there", ...jobs), calls: sorted(...jobs), keys });
});
