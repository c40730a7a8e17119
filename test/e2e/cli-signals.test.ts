import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCli } from "../parts/cli.ts";
import { startCli } from "../parts/live-cli.ts";
import { cliPath, nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const fixturePath = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const signals = (code: number, mode: string): string[] => [nodePath(), fixturePath("signals.mjs"), String(code), mode];
const target = (url: string): string[] => ["--agent", "bot", "--remote-url", url];

/** Shows what was said when it fails. */
const WITHOUT_ERROR = { exitCode: 0, stderr: expect.not.stringContaining("error[") };

/** Whether a push has arrived: a new machine has something to pull. */
async function hasContent(url: string): Promise<boolean> {
  const { json } = await runCli(["pull", ...target(url), "--json"], { cwd: await makeTempDir() });
  return json?.agents[0]?.pull?.outcome === "pulled";
}

/** A proxy that takes requests and never answers them while `isHanging`; `asked` settles when the first one is there. */
async function startHangingProxy(upstream: string, isHanging: () => boolean): Promise<{ url: string; asked: Promise<void> }> {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const fault = (): Promise<undefined> | undefined => {
    if (!isHanging()) return undefined;
    resolve();
    return new Promise(() => undefined);
  };
  return { url: (await startProxy({ upstream, fault })).url, asked };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s reaches the command once; we wait for it and exit as it does",
  async (name) => {
    const { url } = await startServer();
    const cli = startCli(["run", ...target(url), "--json", "--", ...signals(9, "first")], { cwd: await makeTempDir() });
    await cli.until(/^ready$/m);
    cli.signal(name);
    const { exitCode, stdout } = await cli.ended;
    expect(exitCode).toBe(9);
    expect(stdout.match(/^got .*$/gm)).toEqual([`got ${name} 1`]);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      exitCode: 9,
      child: { exitCode: 9, signal: null },
      agents: [{ ok: true, push: { outcome: "unchanged" } }],
    });
  },
);

test("a command that goes on after a signal is waited for, and gets the next one too", async () => {
  const { url } = await startServer();
  const cli = startCli(["run", ...target(url), "--", ...signals(0, "term")], { cwd: await makeTempDir() });
  await cli.until(/^ready$/m);
  cli.signal("SIGINT");
  await cli.until(/^got SIGINT 1$/m);
  cli.signal("SIGINT");
  await cli.until(/^got SIGINT 2$/m);
  cli.signal("SIGTERM");
  expect((await cli.ended).exitCode).toBe(0);
});

test("a command ended by a signal gives 128 + its number, and what it wrote is pushed", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const writes = [nodePath(), fixturePath("agent.mjs"), ".agentfs/bot.db", "/a.txt", "1"];
  const command = [
    "sh",
    "-c",
    `"$@" && exec ${[...signals(0, "by-signal")].map((word) => `'${word}'`).join(" ")}`,
    "sh",
    ...writes,
  ];
  const cli = startCli(["run", ...target(url), "--", ...command], { cwd });
  await cli.until(/^ready$/m);
  cli.signal("SIGTERM");
  const { exitCode, stderr } = await cli.ended;
  expect(exitCode).toBe(143);
  expect(stderr).toMatch(/^bot: pushed: 1 file added/m);
  expect(await hasContent(url)).toBe(true);
});

test("a signal during the pull: the command is not started", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const proxy = await startHangingProxy(url, () => true);
  const cli = startCli(["run", ...target(proxy.url), "--", "touch", "started"], { cwd });
  await proxy.asked;
  cli.signal("SIGTERM");
  const { exitCode, stderr } = await cli.ended;
  expect(exitCode).toBe(143);
  expect(stderr).toContain("SIGTERM came before the command was started: nothing was run and nothing was pushed\n");
  expect(await readdir(cwd)).not.toContain("started");
});

test("the same signal once more, after the command has ended, stops the push; the changes stay for the next one", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  let isHanging = false;
  const proxy = await startHangingProxy(url, () => isHanging);
  const writes = [nodePath(), fixturePath("agent.mjs"), ".agentfs/bot.db", "/a.txt", "1", "0", "wait"];
  const cli = startCli(["run", ...target(proxy.url), "--", ...writes], { cwd });
  await cli.until(/^ready$/m);
  isHanging = true;
  cli.signal("SIGTERM");
  await proxy.asked;
  cli.signal("SIGTERM");
  const { exitCode, stderr } = await cli.ended;
  expect([1, 75]).toContain(exitCode);
  expect(stderr).toMatch(/^error\[(aborted|outcome-unknown)\]: bot: /m);
  isHanging = false;
  expect(await runCli(["sync", ...target(proxy.url)], { cwd })).toMatchObject(WITHOUT_ERROR);
  expect(await hasContent(url)).toBe(true);
});

test("a first signal during the push lets it go on for a while and says so; the second one stops it", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const marker = join(cwd, "hang");
  const proxy = await startHangingProxy(url, () => existsSync(marker));
  const writes = [nodePath(), fixturePath("agent.mjs"), ".agentfs/bot.db", "/a.txt", "1"];
  const cli = startCli(["run", ...target(proxy.url), "--", "sh", "-c", 'touch "$0" && exec "$@"', marker, ...writes], { cwd });
  await proxy.asked;
  cli.signal("SIGTERM");
  await cli.until(/^SIGTERM: still pushing, for at most 8 seconds; SIGTERM once more stops it$/m);
  cli.signal("SIGTERM");
  const { exitCode, stderr } = await cli.ended;
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/^error\[(aborted|outcome-unknown)\]: bot: /m);
  await rm(marker);
  expect(await runCli(["sync", ...target(proxy.url)], { cwd })).toMatchObject(WITHOUT_ERROR);
  expect(await hasContent(url)).toBe(true);
});

test("Ctrl-C at a terminal, which the command gets from the terminal itself, is not sent a second time", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const run = [nodePath(), cliPath(), "run", ...target(url), "--", ...signals(5, "term")];
  const { exitCode, stdout } = await runChild("python3", [fixturePath("terminal.py"), ...run], { cwd });
  expect(stdout.match(/got SIG[A-Z]+ \d/g)).toEqual(["got SIGINT 1", "got SIGTERM 1"]);
  expect(exitCode).toBe(5);
});

test("a signal stops a pull at once, with its own error", async () => {
  const { url } = await startServer();
  const cwd = await makeTempDir();
  const proxy = await startHangingProxy(url, () => true);
  const cli = startCli(["pull", ...target(proxy.url), "--json"], { cwd });
  await proxy.asked;
  cli.signal("SIGINT");
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 1, agents: [{ agent: "bot", error: { code: "aborted" } }] });
  expect(existsSync(join(cwd, ".agentfs", "bot.db"))).toBe(false);
});
