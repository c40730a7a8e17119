import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { passedOn } from "../../packages/cli/src/run/signals.ts";
import { startCli } from "../parts/live-cli.ts";
import { cliPath, nodePath } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const target = (url: string): string[] => ["--agent", "bot", "--remote-url", url];

/** No handler may see them, or a program is in no state to go on after them. */
const LEFT_ALONE = ["SIGKILL", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP", "SIGPROF"] as const;

test("every signal there is reaches the command, or is one that nobody may catch", () => {
  const numbers = new Set<number>(Object.values(constants.signals));
  const known = [...passedOn(false), ...LEFT_ALONE, "SIGCHLD", "SIGSTOP"] as const;
  expect(new Set(known.map((name) => constants.signals[name]))).toEqual(numbers);
  expect(passedOn(true)).not.toContain("SIGINT");
});

test("each signal that can be caught reaches the command, once, and we go on until it ends", async () => {
  const { url } = await startServer();
  const cli = startCli(["run", ...target(url), "--", nodePath(), fixture("all-signals.mjs")], { cwd: await makeTempDir() });
  await cli.until(/^ready$/m);
  const names = passedOn(false);
  for (const name of names) {
    cli.signal(name);
    await cli.until(new RegExp(`^got ${name}\\.$`, "m"));
  }
  cli.signal("SIGTERM");
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(9);
  expect(stdout.match(/^got .*$/gm)).toEqual([...names, "SIGTERM"].map((name) => `got ${name}.`));
});

test("what ends us at once ends the command too: asked first, and then without asking", async () => {
  const { url } = await startServer();
  const ended = await Promise.all(
    LEFT_ALONE.map(async (name) => {
      const ignores = name === "SIGKILL" ? "trap '' TERM;" : "";
      const command = ["sh", "-c", `${ignores} trap 'echo ready' WINCH; while :; do sleep 0.1; done`];
      const cli = startCli(["run", ...target(url), "--", ...command], { cwd: await makeTempDir() });
      // Who passes a signal on knows the command that it started.
      const asking = setInterval(() => cli.signal("SIGWINCH"), 50);
      await cli.until(/^ready$/m);
      clearInterval(asking);
      cli.signal(name);
      // It has ended when nobody holds its output open any more.
      const { signal } = await cli.ended;
      return signal;
    }),
  );
  expect(ended).toEqual(LEFT_ALONE);
});

test("a command has the terminal; Ctrl-Z stops both, `fg` lets both go on, Ctrl-C comes once, Ctrl-\\ ends the command alone", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const run = [nodePath(), cliPath(), "run", ...target(url), "--", nodePath(), fixture("terminal-child.mjs")].join(" ");
  const states = 'job=$(jobs -p); grep -hs State: /proc/$job/status $(grep -ls "PPid:.$job$" /proc/[0-9]*/status)';
  const steps = [
    ["$ ", `${run}\n`],
    ["true.", "\x1a"],
    ["Stopped", `${states}; fg\n`],
    ["got SIGCONT", "\x03"],
    ["nothing to push", "echo code=$?.\n"],
    ["code=7", `${run}\n`],
    ["true.", "\x1c"],
    ["nothing to push", "echo code=$?.\n"],
    ["code=131", "exit\n"],
  ];
  const { stdout } = await runChild("python3", [fixture("shell.py"), ...steps.flat()], { cwd });
  expect(stdout).toContain("terminal: true true true.");
  expect(stdout.match(/State:\s+T/g)).toHaveLength(2);
  expect(stdout.match(/got SIGINT/g)).toHaveLength(1);
  expect(stdout.match(/code=\d+/g)).toEqual(["code=7", "code=131"]);
});
