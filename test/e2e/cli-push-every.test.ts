import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { listAgent } from "../parts/agent.ts";
import { runCli } from "../parts/cli.ts";
import { type LiveCli, startCli } from "../parts/live-cli.ts";
import { nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const target = (url: string): string[] => ["--agent", "bot", "--remote-url", url];
const writer = (...count: string[]): string[] => [nodePath(), fixture("endless-agent.mjs"), ".agentfs/bot.db", ...count];

/**
 * The numbers of the files that a new machine finds on the remote, each of them whole in a consistent database. The SDK makes a file in
 * one commit and fills it in the next: between the two it is an empty file like any other, and one such may have been pushed.
 */
async function wholeFilesOn(url: string): Promise<ReadonlySet<number>> {
  const cwd = await makeTempDir();
  const pulled = await runCli(["pull", ...target(url)], { cwd });
  expect({ exitCode: pulled.exitCode, stderr: pulled.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect((await runCli(["verify", ...target(url)], { cwd })).exitCode).toBe(0);
  const { files } = await listAgent(join(cwd, ".agentfs", "bot.db"));
  const numbers = Object.keys(files).map((path) => Number(/^\/files\/(\d+)\.txt$/.exec(path)?.[1]));
  const isWhole = (n: number): boolean =>
    Buffer.from(files[`/files/${n}.txt`] ?? "", "base64").equals(Buffer.from(`${n} `.repeat(5_000)));
  const others = numbers.filter((n) => !isWhole(n));
  expect(others.filter((n) => files[`/files/${n}.txt`] !== "")).toEqual([]);
  expect(others.length).toBeLessThanOrEqual(1);
  return new Set(numbers.filter(isWhole));
}

/** A machine's power is cut: `run`, its command and all else of them are killed at once. */
function killAll(cli: LiveCli, writerPid: number): void {
  process.kill(writerPid, "SIGKILL");
  cli.signal("SIGKILL");
}

test("I7: --push-every, all killed: what was pushed is whole, what was not is said, and the next push carries it", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const cli = startCli(["run", ...target(url), "--push-every", "0.01", "--", ...writer()], { cwd });
  const [, pid] = await cli.until(/^writer (\d+)$/m);
  await cli.until(/(?:^bot: pushed: .+, while the command runs\n[\s\S]*){2}/m);
  await cli.until(/^wrote 60$/m);
  killAll(cli, Number(pid));
  const { stdout, stderr } = await cli.ended;
  const wrote = (stdout.match(/^wrote \d+$/gm) ?? []).length;
  const said = [...stderr.matchAll(/^bot: pushed: (\d+) files? added/gm)].reduce((sum, [, count]) => sum + Number(count), 0);

  const arrived = await wholeFilesOn(url);
  expect(said).toBeGreaterThan(0);
  // A push that was committed when all was killed may not have been said any more; the last file of one may be empty still.
  expect(arrived.size).toBeGreaterThanOrEqual(said - 1);

  const status = await runCli(["status", ...target(url), "--json"], { cwd });
  const { changes, pending } = status.json?.agents[0]?.status ?? {};
  expect((changes?.files.added ?? 0) + (pending ?? []).length).toBeGreaterThan(0);
  const pull = await runCli(["pull", ...target(url)], { cwd });
  if ((changes?.files.added ?? 0) > 0) expect(pull.stderr).toContain("error[unpushed-changes]: bot: ");

  const sync = await runCli(["sync", ...target(url), "--json"], { cwd });
  // A file that was half-written when its writer was killed is held back (exit 6); it is none that was said.
  expect([0, 6]).toContain(sync.exitCode);
  const all = await wholeFilesOn(url);
  for (let n = 1; n <= wrote; n++) expect(all).toContain(n);
});

test("a push that fails while the command runs is said in one line and made up for; the report has the sum of all", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const broken = join(cwd, "broken");
  let failures = 0;
  const proxy = await startProxy({
    upstream: url,
    fault: () => {
      if (!existsSync(broken)) return undefined;
      failures++;
      return { status: 400, body: "no ::add-mask::today" };
    },
  });
  // The remote breaks before anything is written, and is whole again when the writer has been at it for a while.
  const command = [
    "sh",
    "-c",
    'touch broken; "$@"; while [ ! -e mended ]; do sleep 0.05; done; rm broken; sleep 1',
    "sh",
    ...writer("20"),
  ];
  const cli = startCli(["run", ...target(proxy.url), "--push-every", "0.005", "--json", "--", ...command], { cwd });
  await cli.until(/^bot: a push while the command runs failed, and is made up for later: error\[[a-z-]+\]: .+$/m);
  await cli.until(/^wrote 20$/m);
  await writeFile(join(cwd, "mended"), "");
  const { exitCode, stdout } = await cli.ended;
  expect(failures).toBeGreaterThan(0);
  const report = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  expect({ exitCode, agent: report.agents[0] }).toMatchObject({
    exitCode: 0,
    agent: { ok: true, push: { outcome: "pushed", files: { added: 20 } }, error: null, rescue: null },
  });
  expect((await wholeFilesOn(url)).size).toBe(20);
});

test.each([
  [["--push-every", "0"], '--push-every is "0", but must be a number of minutes above 0 and at most 1440.'],
  [["--push-every", "soon"], '--push-every is "soon", but must be'],
  [["--push-every", "5", "--push-on", "success"], "but --push-on is success: they contradict each other."],
])("%j is refused before anything is done", async (flags, message) => {
  const cwd = await makeTempDir();
  const { exitCode, stderr } = await runCli(["run", ...target("http://127.0.0.1:1"), ...flags, "--", "touch", "x"], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
