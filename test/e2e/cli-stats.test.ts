import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listAgent, runAgent } from "../parts/agent.ts";
import { type CliResult, runCli } from "../parts/cli.ts";
import { startCli } from "../parts/live-cli.ts";

import { makeTempDir } from "../parts/temp.ts";

test("stats and checkpoint of several agents, before a pull, with changes, and after a push", async () => {
  const cwd = await makeTempDir();
  const served = startCli(["serve", "--agent", "planner,coder", "--json"], { cwd: await makeTempDir() });
  const [, remoteUrl = ""] = await served.until(/"remoteUrl":"([^"]+)"/);
  const run = (command: string, ...flags: string[]): Promise<CliResult> =>
    runCli([command, "--agent", "planner,coder", ...flags], { cwd, env: { AGENTFS_SYNC_REMOTE_URL: remoteUrl } });
  const statsOf = async () => (await run("stats", "--json")).json?.agents.map(({ stats }) => stats);

  expect(await statsOf()).toEqual([
    expect.objectContaining({ lastPullAt: null, lastPushAt: null, pendingChanges: null, revision: null }),
    expect.objectContaining({
      sizes: { databaseBytes: 0, walBytes: 0, syncBytes: 0 },
      totalSynced: expect.objectContaining({ pushes: 0 }),
    }),
  ]);
  const nothing = await run("checkpoint");
  expect(nothing.exitCode).toBe(2);
  expect(nothing.stderr.match(/^error\[working-copy-missing\]: (planner|coder): /gm)).toHaveLength(2);

  expect((await run("pull")).exitCode).toBe(0);
  const planner = join(cwd, ".agentfs", "planner.db");
  await runAgent(planner, [{ op: "writeFile", path: "/new.txt", text: "new" }]);
  const changed = await run("stats");
  expect(changed.stdout).toMatch(/^planner: to push: 1 file added$/m);
  expect(changed.stdout).toMatch(/^coder: to push: nothing$/m);
  expect(changed.stdout).toMatch(/^planner: no push on the remote yet$/m);

  const moved = await run("checkpoint", "--json");
  const [first] = moved.json?.agents ?? [];
  expect(first?.checkpoint?.walBytesBefore).toBeGreaterThan(0);
  expect(first?.checkpoint?.walBytesAfter).toBe(0);
  // The file alone is the whole.
  const alone = join(await makeTempDir(), "alone.db");
  await copyFile(planner, alone);
  expect(Object.keys((await listAgent(alone)).files)).toEqual(["/new.txt"]);

  expect((await run("push")).exitCode).toBe(0);
  expect((await run("pull")).exitCode).toBe(0);
  const [pushed, untouched] = (await statsOf()) ?? [];
  expect(pushed).toMatchObject({
    totalSynced: { pushes: 1, countedPushes: 1, files: { added: 1 } },
    lastPushAt: expect.any(String),
  });
  expect(pushed?.lastSyncAt).toBe([pushed?.lastPullAt, pushed?.lastPushAt].sort().at(-1));
  expect(untouched).toMatchObject({ totalSynced: { pushes: 0 }, lastPushAt: null });
  expect((await run("stats")).stdout).toMatch(/^planner: 1 push on the remote: 1 file added$/m);
});

test("stats without a server says so, as every command", async () => {
  const { exitCode, stderr } = await runCli(
    ["stats", "--agent", "bot", "--remote-url", "http://127.0.0.1:1", "--timeout-seconds", "1"],
    { cwd: await makeTempDir() },
  );
  expect(exitCode).toBe(75);
  expect(stderr).toContain("error[remote-unreachable]: bot: ");
});
