import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CANARY, canaryIn } from "../parts/canary.ts";
import { runCli } from "../parts/cli.ts";
import { startCli } from "../parts/live-cli.ts";
import { familyOf, shownOf } from "../parts/processes.ts";
import { nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { cleanEnv } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const WAIT = [nodePath(), fixture("signals.mjs"), "0", "term"];
const SECRETS = { TURSO_DB_AUTH_TOKEN: CANARY, AGENTFS_SYNC_CACHE_SECRET: `${CANARY}2` };

async function remote(): Promise<readonly string[]> {
  const { url } = await startProxy({ upstream: (await startServer()).url, token: CANARY });
  return ["--agent", "bot", "--remote-url", url];
}

/** Where another program of the same user finds the canary: the places, of the process and of all that it started. */
async function placesOf(pid: number): Promise<{ readonly processes: number; readonly places: readonly string[] }> {
  const family = await familyOf(pid);
  const shown = await Promise.all(family.map(shownOf));
  const places = shown.flatMap((each) => [...each].flatMap(([name, text]) => (canaryIn(text).length > 0 ? [name] : [])));
  return { processes: family.length, places };
}

test("I8: neither `run` nor its command nor anything that they started shows the token, from wherever it came", async () => {
  const target = await remote();
  const cwd = await makeTempDir();
  await writeFile(join(cwd, "token"), `${CANARY}\n`, { mode: 0o600 });
  await writeFile(join(cwd, "sync.json"), JSON.stringify({ "auth-token-file": "token" }));
  const given = [
    { flags: [], env: { MINE: "kept", ...SECRETS } },
    { flags: ["--mask", "--push-every", "1"], env: SECRETS },
    { flags: ["--auth-token-file", "token"], env: {} },
    { flags: ["--config", "sync.json"], env: {} },
  ];
  for (const { flags, env } of given) {
    const cli = startCli(["run", ...target, ...flags, "--", ...WAIT], { cwd, env });
    await cli.until(/^ready$/m);
    // `run`, its command, and what ends that if we are killed.
    expect(await placesOf(cli.pid)).toEqual({ processes: 3, places: [] });
    cli.signal("SIGTERM");
    const { exitCode, stdout, stderr } = await cli.ended;
    expect({ exitCode, found: canaryIn(stdout + stderr) }).toEqual({ exitCode: 0, found: [] });
  }
});

test("what is not overwritten is found: another program that was started in the same way", async () => {
  const other = spawn(nodePath(), [...WAIT.slice(1)], {
    env: { ...cleanEnv(), ...SECRETS },
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(other.stdout, "data");
  expect((await placesOf(other.pid ?? 0)).places).toEqual(["environ"]);
  other.kill("SIGKILL");
});

test("--pass-token gives the command the token, also that of a file, and nothing else of ours", async () => {
  const target = await remote();
  const cwd = await makeTempDir();
  await writeFile(join(cwd, "token"), CANARY);
  const { AGENTFS_SYNC_CACHE_SECRET } = SECRETS;
  const command = [nodePath(), fixture("environment.mjs")];
  const { stdout } = await runCli(["run", ...target, "--auth-token-file", "token", "--pass-token", "--", ...command], {
    cwd,
    env: { AGENTFS_SYNC_CACHE_SECRET },
  });
  const seen = JSON.parse(stdout) as Record<string, string>;
  expect(seen.TURSO_DB_AUTH_TOKEN).toBe(CANARY);
  expect(Object.keys(seen)).not.toContain("AGENTFS_SYNC_CACHE_SECRET");
});
