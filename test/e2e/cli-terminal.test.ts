import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCli } from "../parts/cli.ts";
import { cliPath, nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

test("a slow pull shows on a terminal how far it is, in one line that is gone at the end; colours as the environment has it", async () => {
  const { url } = await startServer();
  const writes = [nodePath(), fixture("endless-agent.mjs"), ".agentfs/bot.db", "40"];
  expect(
    (await runCli(["run", "--agent", "bot", "--remote-url", url, "--", ...writes], { cwd: await makeTempDir() })).exitCode,
  ).toBe(0);
  // 16 KiB each 60 ms.
  const slow = await startProxy({
    upstream: url,
    fault: ({ path }) => (path === "/pull-updates" ? { dripBytes: 16_384, pauseMs: 60 } : undefined),
  });
  const command = (given: string) => `${given} ${nodePath()} ${cliPath()} pull --agent bot --timeout-seconds 60 --remote-url`;
  const refused = "ftp://example.com; echo end=$?.\n";
  const steps = [
    ["$ ", `${command("")} ${slow.url}; echo end=$?.\n`],
    ["end=0.", `${command("")} ${refused}`],
    ["end=2.", `${command("NO_COLOR=1")} ${refused}`],
    ["end=2.", `${command("TERM=dumb")} ${refused}`],
    ["end=2.", "exit\n"],
  ];
  const { stdout } = await runChild("python3", [fixture("shell.py"), ...steps.flat()], { cwd: await makeTempDir() });
  const drawn = stdout.split("\r\u001b[2K");
  expect(drawn.length).toBeGreaterThan(3);
  const receiving = drawn.filter((line) => line.startsWith("bot: receiving"));
  expect(receiving).toContainEqual(expect.stringMatching(/ \d+\.\d kB of \d+\.\d kB \(\d+ %\), \d+\.\d kB\/s, \d+ s left$/));
  // The last thing that is drawn is nothing: the result stands on a line that is empty.
  expect(drawn.at(-1)).toMatch(/^bot: pulled \(.+\)\r\nend=0\./);
  const marks = stdout.match(/\S*error\[config-invalid\]:\S*/g);
  expect(marks).toEqual(["\u001b[31merror[config-invalid]:\u001b[0m", "error[config-invalid]:", "error[config-invalid]:"]);
});
