import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CANARY, canaryIn } from "../parts/canary.ts";
import { runCli } from "../parts/cli.ts";
import { freePort } from "../parts/free-port.ts";
import { joinMessages } from "../parts/page-stream.ts";
import { nodePath } from "../parts/programs.ts";
import { type Fault, startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

interface Found {
  readonly name: string;
  readonly agent: string | null;
  readonly outcome: string;
  readonly message: string;
  readonly hint: string | null;
  readonly code: string | null;
}

let upstream: string;
beforeAll(async () => {
  upstream = (await startServer()).url;
  const agent = join(import.meta.dirname, "../fixtures/agent.mjs");
  const command = [nodePath(), agent, ".agentfs/bot.db", "/a.txt", "1"];
  const { exitCode } = await runCli(["run", "--agent", "bot", "--remote-url", upstream, "--", ...command], {
    cwd: await makeTempDir(),
  });
  expect(exitCode).toBe(0);
});

/** A folder that is alone on the PATH, with programs that say what they are told to. */
async function pathWith(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeTempDir();
  for (const [name, says] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\necho '${says}'\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

async function doctor(flags: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  const cwd = options.cwd ?? (await makeTempDir());
  const args = ["doctor", "--agent", "bot", "--timeout-seconds", "1", ...flags];
  const { exitCode, stdout, stderr } = await runCli([...args, "--json"], {
    cwd,
    env: { PATH: dirname(nodePath()), ...options.env },
  });
  const report = JSON.parse(stdout) as { readonly ok: boolean; readonly exitCode: number; readonly checks: readonly Found[] };
  expect(report).toMatchObject({ exitCode, ok: exitCode === 0 });
  const of = (name: string): Found | undefined => report.checks.find((check) => check.name === name);
  const bad = report.checks.filter(({ outcome }) => outcome === "failed" || outcome === "warning");
  return { exitCode, of, bad, text: stdout + stderr };
}

test("all is well: a server behind an authenticating proxy, and every check says what it found", async () => {
  const { url } = await startProxy({ upstream, token: CANARY });
  const cwd = await makeTempDir();
  const env = { TURSO_DB_AUTH_TOKEN: CANARY, GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/bot", GITHUB_SHA: "abc" };
  const found = await doctor(["--remote-url", url], { cwd, env });
  expect(found.bad).toEqual([]);
  expect(found.exitCode).toBe(0);
  expect(found.of("node")?.message).toMatch(/^\d+\.\d+\.\d+$/);
  expect(found.of("ci")?.message).toBe("github-actions, repository acme/bot, commit abc");
  expect(found.of("token")?.message).toBe("from TURSO_DB_AUTH_TOKEN");
  expect(found.of("disk")?.message).toMatch(/can be written, fsync works, .+ free$/);
  expect(found.of("kept")?.message).toBe("nothing yet: the first pull brings everything");
  expect(found.of("sql")?.message).toBe("/v2/pipeline understands us; the newest push is 1");
  expect(found.of("pages")?.message).toMatch(/^\/pull-updates sends pages \(.+ in all\), no MVCC log$/);
  expect(found.of("clock")?.message).toBe("agrees with the server's to a minute");
  expect(found.of("agentfs")?.outcome).toBe("skipped");
  expect(canaryIn(found.text)).toEqual([]);
  // It has written nothing that stays.
  expect(await readdir(cwd)).toEqual([]);

  const { stdout } = await runCli(["doctor", "--agent", "bot", "--remote-url", url], { cwd, env });
  expect(stdout).toMatch(/^ok {7}bot, remote: http:.+ answers \(\d+ ms\)$/m);
});

const html = (status: number): Fault => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html>::error::Sign in</html>",
});

/** A header with field 1 (server_revision) "r" and field 5 (stream_kind) 1: a logical log. */
const MVCC = joinMessages([Buffer.from([0x0a, 1, 0x72, 0x28, 1])]);

describe("a remote that is not as it should be", () => {
  const cases: readonly {
    what: string;
    fault: (path: string) => Fault | undefined;
    check: string;
    code: string | null;
    exit: number;
  }[] = [
    { what: "never answers", fault: () => ({ silent: true }), check: "remote", code: "remote-timeout", exit: 75 },
    { what: "is a web page", fault: () => html(200), check: "sql", code: "remote-protocol", exit: 75 },
    { what: "is a page that is not found", fault: () => html(404), check: "remote", code: "remote-not-found", exit: 2 },
    { what: "refuses the token", fault: () => html(403), check: "token", code: "forbidden", exit: 3 },
    { what: "fails", fault: () => html(500), check: "sql", code: "remote-error", exit: 75 },
    {
      what: "has no page stream",
      fault: (path) => (path === "/pull-updates" ? html(200) : undefined),
      check: "pages",
      code: "remote-protocol",
      exit: 75,
    },
    {
      what: "is in MVCC mode",
      fault: (path) => (path === "/pull-updates" ? { status: 200, body: MVCC } : undefined),
      check: "pages",
      code: "remote-unsupported",
      exit: 7,
    },
    {
      what: "has another time",
      fault: () => ({
        alter: (answer) => ({ ...answer, headers: { ...answer.headers, date: "Fri, 01 Jan 2021 00:00:00 GMT" } }),
      }),
      check: "clock",
      code: null,
      exit: 0,
    },
  ];
  test.each(cases)("$what: $check, exit $exit", async ({ fault, check, code, exit }) => {
    const { url } = await startProxy({ upstream, fault: ({ path }) => fault(path) });
    const { exitCode, bad } = await doctor(["--remote-url", url]);
    expect(bad).toMatchObject([{ name: check, agent: "bot", code, hint: expect.stringMatching(/\S/) }]);
    expect(exitCode).toBe(exit);
  });

  test("is not there, has another token, belongs to another agent", async () => {
    expect((await doctor(["--remote-url", `http://127.0.0.1:${await freePort()}`])).bad).toMatchObject([
      { name: "remote", code: "remote-unreachable" },
    ]);
    const { url } = await startProxy({ upstream, token: CANARY });
    const wrong = await doctor(["--remote-url", url], { env: { TURSO_DB_AUTH_TOKEN: "other" } });
    expect(wrong.bad).toMatchObject([{ name: "token", code: "unauthorized" }]);
    expect(wrong.exitCode).toBe(3);
    const other = await runCli(["doctor", "--agent", "other", "--remote-url", upstream], { cwd: await makeTempDir() });
    expect(other.exitCode).toBe(7);
    expect(other.stdout).toContain(
      'failed   other, sql: The database belongs to the agent "bot", not to "other".\n         what to do: ',
    );
  });
});

test("a machine that is not as it should be: folder, settings, token file, kept files, programs, CI", async () => {
  const missing = await doctor(["--remote-url", upstream, "--directory", "nowhere"]);
  expect(missing.bad).toMatchObject([{ name: "disk", code: "file-system" }]);
  const none = await doctor([]);
  expect(none.bad).toMatchObject([{ name: "configuration", code: "config-invalid" }]);
  expect(none.exitCode).toBe(2);

  const cwd = await makeTempDir();
  const payload = Buffer.from(JSON.stringify({ exp: 1_600_000_000 })).toString("base64url");
  await writeFile(join(cwd, "token"), `e30.${payload}.x`, { mode: 0o644 });
  await mkdir(join(cwd, ".agentfs"));
  await writeFile(join(cwd, ".agentfs/bot.db-info"), "");
  const PATH = await pathWith({ agentfs: "agentfs v0.7.0" });
  const flags = ["--remote-url", upstream, "--auth-token-file", "token"];
  const found = await doctor(flags, { cwd, env: { PATH, CI: "true" } });
  expect(found.of("token")).toMatchObject({ outcome: "warning", hint: "chmod 600 'token'" });
  expect(found.of("kept")).toMatchObject({ outcome: "failed", code: "engine-mismatch" });
  expect(found.of("agentfs")).toMatchObject({ outcome: "warning", message: expect.stringContaining("is 0.7.0") });
  expect(found.of("fuse")).toMatchObject({ outcome: "warning", message: expect.stringContaining("the program fusermount3") });
  expect(found.of("ci")).toMatchObject({ outcome: "warning" });
  await chmod(join(cwd, "token"), 0o600);
  const later = await doctor(flags, { cwd, env: { PATH: await pathWith({ agentfs: "agentfs v0.6.4", fusermount3: "" }) } });
  expect(later.of("token")?.message).toBe("the token of token ran out at 2020-09-13T12:26:40.000Z");
  expect(later.of("agentfs")?.outcome).toBe("ok");
});
