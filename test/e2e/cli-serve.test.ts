import { once } from "node:events";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runCli } from "../parts/cli.ts";
import { type LiveCli, startCli } from "../parts/live-cli.ts";
import { tursodbPath } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

interface Ready {
  readonly version: number;
  readonly command: string;
  readonly remoteUrl: string;
  readonly agents: readonly { readonly agent: string; readonly remoteUrl: string; readonly file: string }[];
}

/** Waits for the one object of `serve --json`. */
async function ready(cli: LiveCli): Promise<Ready> {
  const [line] = await cli.until(/^\{.*\}$/m);
  return JSON.parse(line) as Ready;
}

async function sql(url: string, statement: string): Promise<unknown> {
  const request = { requests: [{ type: "execute", stmt: { sql: statement, want_rows: true } }] };
  const response = await fetch(`${url}/v2/pipeline`, { method: "POST", body: JSON.stringify(request) });
  const body = (await response.json()) as { results: { response: { result: { rows: { value: string }[][] } } }[] };
  return body.results[0]?.response.result.rows.map((row) => row.map(({ value }) => value));
}

test("serves one agent, says where and how to go on, and keeps its database when it is ended and started again", async () => {
  const cwd = await makeTempDir();
  const first = startCli(["serve", "--agent", "bot"], { cwd });
  const [, url = ""] = await first.until(/^Remote URL: (http:\/\/127\.0\.0\.1:\d+\/bot)$/m);
  await first.until(/Ctrl-C ends it/);
  await sql(url, "CREATE TABLE t (x)");
  await sql(url, "INSERT INTO t VALUES ('kept')");
  first.signal("SIGTERM");
  const { exitCode, stdout } = await first.ended;
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`  agentfs-sync run --agent bot --remote-url ${url} -- <command>\n`);
  expect(await readFile(join(cwd, ".agentfs-serve", ".gitignore"), "utf8")).toBe("*\n");

  const again = startCli(["serve", "--agent", "bot", "--json"], { cwd });
  const { remoteUrl } = await ready(again);
  expect(await sql(remoteUrl, "SELECT x FROM t")).toEqual([["kept"]]);
  again.signal("SIGINT");
  expect((await again.ended).exitCode).toBe(0);
});

test("serves several agents behind one port, each with a database of its own", async () => {
  const cwd = await makeTempDir();
  const data = join(cwd, "databases");
  const cli = startCli(["serve", "--agent", "a,b", "--data", "databases", "--json"], { cwd });
  const { remoteUrl, agents, ...rest } = await ready(cli);
  expect(rest).toEqual({ version: 1, command: "serve" });
  expect(remoteUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\{agent\}$/);
  const at = (agent: string): string => remoteUrl.replace("{agent}", agent);
  expect(agents).toEqual(["a", "b"].map((agent) => ({ agent, remoteUrl: at(agent), file: join(data, `${agent}.db`) })));
  await sql(at("a"), "CREATE TABLE only_in_a (x)");
  expect(await sql(at("a"), "SELECT name FROM sqlite_schema")).toEqual([["only_in_a"]]);
  expect(await sql(at("b"), "SELECT name FROM sqlite_schema")).toEqual([]);

  const unknown = await fetch(`${at("c")}/v2/pipeline`, { method: "POST", body: "{}" });
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toEqual({
    error: { code: "unknown-agent", message: "there is no agent at /c; served are /a, /b" },
  });
  cli.signal("SIGTERM");
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
});

test("a client that connects and says nothing does not keep the others waiting", async () => {
  const cli = startCli(["serve", "--agent", "bot", "--json"], { cwd: await makeTempDir() });
  const { remoteUrl } = await ready(cli);
  const { hostname, port } = new URL(remoteUrl);
  const silent = connect(Number(port), hostname);
  await once(silent, "connect");
  silent.write("POST /bot/v2/pipeline HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  expect(await sql(remoteUrl, "SELECT 'answered'")).toEqual([["answered"]]);
  silent.destroy();
  cli.signal("SIGTERM");
  expect((await cli.ended).exitCode).toBe(0);
});

/** A program that writes its process id beside the database and then becomes the real server. */
async function tursodbWithPid(cwd: string): Promise<string> {
  const program = join(cwd, "tursodb");
  await writeFile(program, `#!/bin/sh\necho $$ > "$1.pid"\nexec "${tursodbPath()}" "$@"\n`);
  await chmod(program, 0o755);
  return program;
}

test("ends all servers when it ends, so that nothing listens any more", async () => {
  const cwd = await makeTempDir();
  const cli = startCli(["serve", "--agent", "a,b", "--json"], { cwd, env: { AGENTFS_SYNC_TURSODB: await tursodbWithPid(cwd) } });
  const { agents } = await ready(cli);
  const pids = await Promise.all(agents.map(async ({ file }) => Number(await readFile(`${file}.pid`, "utf8"))));
  for (const pid of pids) expect(process.kill(pid, 0)).toBe(true);
  cli.signal("SIGHUP");
  expect((await cli.ended).exitCode).toBe(0);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("says so and exits 1 when a server dies, and ends the others", async () => {
  const cwd = await makeTempDir();
  const cli = startCli(["serve", "--agent", "a,b", "--json"], { cwd, env: { AGENTFS_SYNC_TURSODB: await tursodbWithPid(cwd) } });
  const { agents } = await ready(cli);
  const [a = 0, b = 0] = await Promise.all(agents.map(async ({ file }) => Number(await readFile(`${file}.pid`, "utf8"))));
  process.kill(a, "SIGKILL");
  const { exitCode, stderr, stdout } = await cli.ended;
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^error\[tursodb-failed\]: The tursodb of a ended by itself: ended by SIGKILL\.\n {2}hint: .+\n$/);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(() => process.kill(b, 0)).toThrow("ESRCH");
});

test("its servers end with it even when it is killed", async () => {
  const cwd = await makeTempDir();
  const cli = startCli(["serve", "--agent", "bot", "--json"], { cwd });
  const { agents } = await ready(cli);
  cli.signal("SIGKILL");
  expect((await cli.ended).signal).toBe("SIGKILL");
  // The lock on the database is let go of when the server has ended.
  const free = async (): Promise<boolean> => {
    const result = await runChild(tursodbPath(), [agents[0]?.file ?? "", "SELECT 1"]);
    return result.exitCode === 0;
  };
  await vi.waitUntil(free, { timeout: 20_000, interval: 100 });
});

test("a port in use is a clear error, and nothing is written", async () => {
  const cwd = await makeTempDir();
  const other = await startServer();
  const result = await runCli(["serve", "--agent", "bot", "--port", String(other.port)], { cwd });
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  expect(result.stderr).toContain(`error[config-invalid]: The port ${other.port} is in use by another program.\n  hint: `);
  expect(await readdir(cwd)).toEqual([]);
});

test("a database that another tursodb has open is a clear error, and that one goes on", async () => {
  const cwd = await makeTempDir();
  const other = await startServer({ file: join(cwd, "bot.db") });
  const result = await runCli(["serve", "--agent", "bot", "--data", "."], { cwd });
  expect(result).toMatchObject({ exitCode: 6, stdout: "" });
  expect(result.stderr).toContain(`error[locked]: The database of bot, ${other.file}, is in use by another program`);
  expect(await sql(other.url, "SELECT 1")).toEqual([["1"]]);
});

test("a file that is no database is a clear error without a stack trace, and stays as it is", async () => {
  const cwd = await makeTempDir();
  const junk = Buffer.alloc(8192, "this is no database. ");
  await writeFile(join(cwd, "bot.db"), junk);
  const result = await runCli(["serve", "--agent", "bot", "--data", ".", "--json"], { cwd });
  expect(result.exitCode).toBe(5);
  expect(result.json).toMatchObject({ command: "serve", ok: false, exitCode: 5, error: { code: "not-a-database" } });
  expect(result.stderr).not.toContain("backtrace");
  expect(await readFile(join(cwd, "bot.db"))).toEqual(junk);
});

test("a missing tursodb is a clear error that says how to get it", async () => {
  const cwd = await makeTempDir();
  const result = await runCli(["serve", "--agent", "bot"], { cwd, env: { AGENTFS_SYNC_TURSODB: "./absent" } });
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  expect(result.stderr).toContain(
    "error[tursodb-missing]: AGENTFS_SYNC_TURSODB names ./absent, which is not an executable file.\n",
  );
  expect(result.stderr).toContain("npm install turso");
  expect(await readdir(cwd)).toEqual([]);
});
