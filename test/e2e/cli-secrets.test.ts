import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { COMMAND_NAMES } from "../../packages/cli/src/commands.ts";
import { CANARY, CANARY_SPELLINGS, canaryIn } from "../parts/canary.ts";
import { runCli } from "../parts/cli.ts";
import { startCli } from "../parts/live-cli.ts";
import { nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const agent = (path: string): string[] => [
  nodePath(),
  fileURLToPath(new URL("../fixtures/agent.mjs", import.meta.url)),
  ".agentfs/bot.db",
  path,
  "text",
];

/** The names and contents of all files below a folder in which the canary is. */
async function filesWithCanary(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const text = entry.isFile() ? await readFile(path, "latin1") : "";
    return canaryIn(path + text).length > 0 ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

test("I8: the token is in nothing that any command prints or writes, not even when the server says it", async () => {
  const { url } = await startServer();
  let isEchoing = false;
  const echo = { status: 500, body: CANARY_SPELLINGS.join("\n") };
  const proxy = await startProxy({ upstream: url, token: CANARY, fault: () => (isEchoing ? echo : undefined) });
  const cwd = await makeTempDir();
  const env = {
    TURSO_DB_AUTH_TOKEN: CANARY,
    AGENTFS_SYNC_AGENT: "bot",
    AGENTFS_SYNC_REMOTE_URL: proxy.url,
    AGENTFS_SYNC_TIMEOUT_SECONDS: "2",
    TMPDIR: await makeTempDir(),
  };
  const done = new Set<string>();
  const run = async (...args: string[]): Promise<number | null> => {
    const { exitCode, stdout, stderr } = await runCli(args, { cwd, env });
    done.add(args[0] ?? "");
    expect({ args, found: canaryIn(stdout + stderr) }).toEqual({ args, found: [] });
    expect({ args, found: [...(await filesWithCanary(cwd)), ...(await filesWithCanary(env.TMPDIR))] }).toEqual({
      args,
      found: [],
    });
    return exitCode;
  };
  const looks = ["status", "stats", "diff", "checkpoint", "verify", "doctor"];

  expect(await run("run", "--verbose", "--json", "--", ...agent("/a.txt"))).toBe(0);
  for (const command of ["pull", ...looks, "push", "sync"]) expect(await run(command, "--verbose")).toBe(0);
  expect(await run("push", "--report-file", "report.json")).toBe(0);
  for (const command of [["log"], ["revert", "1", "--dry-run"], ["report", "report.json", "--html", "page.html"]])
    expect(await run(...command, "--verbose")).toBe(0);
  for (const command of [["verify", "--remote"], ["help"], ["help", "run"], ["completion", "bash"]])
    expect(await run(...command)).toBe(0);

  // A push fails, in the server's own words; what it carried is kept, written into a file, and pushed from there.
  expect(await run("run", "--fail-on", "never", "--push-on", "never", "--", ...agent("/b.txt"))).toBe(0);
  isEchoing = true;
  for (const command of [["pull"], ["push"], ["sync"], ["stats"], ["doctor"], ["log"], ["revert", "1"]])
    expect(await run(...command, "--verbose", "--json")).not.toBe(0);
  isEchoing = false;
  await run("rescue", "list", "--json");
  await run("rescue", "export", "bundle");
  await run("rescue", "push", "bundle");
  expect(await run("sync")).toBe(0);

  // What is wrong with what was typed is said without the value.
  expect(await run("run", `--auth-token=${CANARY}`, "--", "true")).toBe(2);
  expect(await run("pull", "--remote-url", `https://user:${CANARY}@example.com`)).toBe(2);

  const served = startCli(["serve"], { cwd, env });
  await served.until(/Remote URL/);
  served.signal("SIGTERM");
  const { stdout, stderr } = await served.ended;
  expect(canaryIn(stdout + stderr)).toEqual([]);
  expect([...done, "serve"].sort()).toEqual([...COMMAND_NAMES].sort());
});
