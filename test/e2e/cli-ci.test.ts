import { copyFile, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { RunReport } from "../../packages/core/src/report/types.ts";
import { listAgent } from "../parts/agent.ts";
import { type CliResult, runCli } from "../parts/cli.ts";
import { contentsBelow } from "../parts/contents-below.ts";
import { machine } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { nodePath } from "../parts/programs.ts";
import { type Fault, startProxy, type TestProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKEN = "token+of/the.ci-test==";
const SECRET = "secret-of-the-ci-cache";
const GITLAB = { GITLAB_CI: "true", CI: "true", CI_COMMIT_REF_PROTECTED: "true" };
const agent = (path: string) => [
  nodePath(),
  fileURLToPath(new URL("../fixtures/agent.mjs", import.meta.url)),
  ".agentfs/bot.db",
  path,
  "1",
];

let remote: TestProxy;
let fault: Fault | undefined;

beforeAll(async () => {
  const { url } = await startServer();
  const m = await machine(url);
  await m.ok("pull");
  await m.write(text("/large", "large ".repeat(20_000)));
  await m.ok("push");
  remote = await startProxy({ upstream: url, token: TOKEN, fault: () => fault });
});

interface Job extends CliResult {
  readonly cwd: string;
  readonly report: RunReport;
  readonly outputs: string;
}

/** A job on a fresh machine, whose folder `kept` comes from somewhere else. */
async function job(command: readonly string[], env: Record<string, string> = {}, kept?: string): Promise<Job> {
  const cwd = await makeTempDir();
  const result = await runCli(command, {
    cwd,
    env: {
      AGENTFS_SYNC_AGENT: "bot",
      AGENTFS_SYNC_REMOTE_URL: remote.url,
      AGENTFS_SYNC_TRUST: "auto",
      AGENTFS_SYNC_CACHE_DIR: kept ?? "cache",
      AGENTFS_SYNC_RESCUE_DIR: "out/rescue",
      AGENTFS_SYNC_REPORT_FILE: "out/report.json",
      AGENTFS_SYNC_OUTPUT_FILE: "out/outputs.env",
      TURSO_DB_AUTH_TOKEN: TOKEN,
      AGENTFS_SYNC_CACHE_SECRET: SECRET,
      ...GITLAB,
      ...env,
    },
  });
  const read = (name: string) => readFile(join(cwd, "out", name), "utf8");
  return { ...result, cwd, report: JSON.parse(await read("report.json")), outputs: await read("outputs.env") };
}

const received = ({ report }: Job) => report.agents[0]?.pull?.bytesReceived ?? Number.NaN;

describe("--cache-dir", () => {
  let kept: string;
  let cold: Job;
  beforeAll(async () => {
    kept = await makeTempDir();
    cold = await job(["run", "--", ...agent("/cold")], {}, kept);
  });

  test("lets the next machine pull only what changed since, also after a push", async () => {
    expect(cold).toMatchObject({ exitCode: 0, outputs: expect.stringContaining("AGENTFS_CACHE_HIT=false\n") });
    expect(await readdir(kept)).toEqual([expect.stringMatching(/^bot\.trusted\.2-[0-9a-f-]{36}\.undo$/), "bot.trusted.base"]);
    const warm = await job(["run", "--", ...agent("/warm")], {}, kept);
    expect(warm).toMatchObject({ exitCode: 0, outputs: expect.stringContaining("AGENTFS_CACHE_HIT=true\n") });
    expect(warm.report.agents[0]?.pull).toMatchObject({ fromCache: true });
    expect(received(warm)).toBeLessThan(received(cold) - 100_000);
    const { files } = await listAgent(join(warm.cwd, ".agentfs/bot.db"));
    expect(Object.keys(files).sort()).toEqual(["/cold", "/large", "/warm"]);
  });

  test("keeps what a run that may only read has left away from trusted ones", async () => {
    const folder = await makeTempDir();
    await job(["pull", "--read-only"], {}, folder);
    expect(await readdir(folder)).toEqual(["bot.read-only.base"]);
    expect((await job(["pull"], {}, folder)).outputs).toContain("AGENTFS_CACHE_HIT=false\n");
  });

  test("lets the next machine take back what an earlier one pushed; an entry that is wrong costs one line", async () => {
    const folder = await makeTempDir();
    const first = await job(["run", "--", ...agent("/first")], {}, folder);
    const sequence = first.report.agents[0]?.push?.sequence ?? 0;
    await job(["run", "--", ...agent("/second")], {}, folder);
    const undos = async () => (await readdir(folder)).filter((name) => name.endsWith(".undo")).sort();
    const [ofFirst = "", ofSecond = "", ...others] = await undos();
    expect(others).toEqual([]);
    expect(ofFirst).toMatch(new RegExp(`^bot\\.trusted\\.${sequence}-`));
    await writeFile(join(folder, ofSecond), "poison");
    await writeFile(join(folder, `${ofFirst}.0a1b`), "half");
    // Another push's bundle under a name of its own.
    const forged = `bot.trusted.1-${"0".repeat(8)}-0000-4000-8000-${"0".repeat(12)}.undo`;
    await copyFile(join(folder, ofFirst), join(folder, forged));

    const third = await job(["run", "--", ...agent("/third")], {}, folder);
    expect(third).toMatchObject({ exitCode: 0, outputs: expect.stringContaining("AGENTFS_CACHE_HIT=true\n") });
    expect(third.stderr.match(/^bot: an undo bundle in the cache is of no use: .+$/gm)).toHaveLength(2);
    // What could not be opened is gone from there, and what was half written.
    expect(await undos()).toEqual([ofFirst, expect.stringMatching(`^bot\\.trusted\\.${sequence + 2}-`)]);
    expect((await readdir(folder)).length).toBe(3);
    const env = { AGENTFS_SYNC_AGENT: "bot", AGENTFS_SYNC_REMOTE_URL: remote.url, TURSO_DB_AUTH_TOKEN: TOKEN };
    const revert = await runCli(["revert", String(sequence)], { cwd: third.cwd, env });
    expect(revert).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`push ${sequence} is taken back`) });
  });

  const file = (folder: string) => join(folder, "bot.trusted.base");
  test.each<[string, (folder: string) => Promise<unknown>, Record<string, string>]>([
    ["cut short", (folder) => truncate(file(folder), 5_000), {}],
    ["poisoned", (folder) => writeFile(file(folder), "SQLite format 3\0"), {}],
    ["sealed with another secret", async () => undefined, { AGENTFS_SYNC_CACHE_SECRET: "another" }],
    [
      "a link",
      async (folder) => {
        await rm(file(folder));
        await symlink(file(kept), file(folder));
      },
      {},
    ],
    [
      "a folder",
      async (folder) => {
        await rm(file(folder));
        await mkdir(file(folder));
      },
      {},
    ],
  ])("an entry that is %s costs a whole pull and one line", async (_, spoil, env) => {
    const folder = await makeTempDir();
    await writeFile(file(folder), await readFile(file(kept)));
    await spoil(folder);
    const pull = await job(["pull"], env, folder);
    expect(pull).toMatchObject({ exitCode: 0, outputs: expect.stringContaining("AGENTFS_CACHE_HIT=false\n") });
    expect(pull.stderr.match(/^bot: the cache is of no use now, so all is pulled from the remote: .+$/gm)).toHaveLength(1);
    expect(received(pull)).toBeGreaterThan(100_000);
  });

  test("is not used where it is a link, and nothing is written through it", async () => {
    const [elsewhere, folder] = [await makeTempDir(), join(await makeTempDir(), "link")];
    await symlink(elsewhere, folder);
    expect(await job(["pull"], {}, folder)).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/is no folder/) });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test("loses what a job that was killed had half written", async () => {
    const folder = await makeTempDir();
    await writeFile(`${file(folder)}.0a1b`, "half");
    await job(["pull"], {}, folder);
    expect(await readdir(folder)).toEqual(["bot.trusted.base"]);
  });
});

test("what could not be pushed is in a file that another machine pushes, and the report names it", async () => {
  const cwd = await makeTempDir();
  const env = { AGENTFS_SYNC_AGENT: "bot", AGENTFS_SYNC_REMOTE_URL: remote.url, TURSO_DB_AUTH_TOKEN: TOKEN, ...GITLAB };
  expect(await runCli(["run", "--push-on", "never", "--", ...agent("/rescued")], { cwd, env })).toMatchObject({ exitCode: 0 });
  fault = { status: 403 };
  const files = ["--rescue-dir", "kept", "--output-file", "out.env"];
  const push = await runCli(["push", "--json", ...files], { cwd, env });
  fault = undefined;
  const [name = ""] = await readdir(join(cwd, "kept"));
  expect(name).toMatch(/^bot-[0-9a-f-]{36}\.rescue$/);
  expect(push.json?.agents[0]).toMatchObject({ ok: false, rescue: join(cwd, "kept", name) });
  expect(await readFile(join(cwd, "out.env"), "utf8")).toContain(`AGENTFS_RESCUE=kept/${name}\n`);
  const elsewhere = await runCli(["rescue", "push", join(cwd, "kept", name)], { cwd: await makeTempDir(), env });
  expect(elsewhere).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("pushed: 1 file added") });
});

describe("--trust auto", () => {
  test("without a token: one line, nothing asked, the command runs, and all is well, also without a URL", async () => {
    const before = remote.requests.length;
    const without = { TURSO_DB_AUTH_TOKEN: "", AGENTFS_SYNC_CACHE_SECRET: "", AGENTFS_SYNC_REMOTE_URL: "" };
    for (const command of [["run", "--", "sh", "-c", "echo ran; exit 7"], ["pull"], ["push"], ["sync"]]) {
      const { exitCode, stdout, stderr, report, outputs } = await job(command, without);
      expect({ exitCode, stdout }).toEqual(command[0] === "run" ? { exitCode: 7, stdout: "ran\n" } : { exitCode: 0, stdout: "" });
      expect(stderr).toMatch(/^No token was given to this run .+: nothing is pulled and nothing will be pushed\.\n$/);
      expect(report.agents).toEqual([]);
      expect(outputs).toContain("AGENTFS_PULLED=false\nAGENTFS_PUSHED=false\nAGENTFS_CHANGED=false\n");
    }
    expect(remote.requests.length).toBe(before);
  });

  test("on an unprotected branch: pulled, not pushed, green", async () => {
    const run = await job(["run", "--", ...agent("/unprotected")], { CI_COMMIT_REF_PROTECTED: "false" });
    expect(run).toMatchObject({ exitCode: 0, outputs: expect.stringContaining("AGENTFS_PULLED=true\nAGENTFS_PUSHED=false\n") });
    expect(run.stderr).toMatch(/^On GitLab CI\/CD, the branch or tag is not protected, .+: agents are pulled, but nothing/m);
    expect(run.report.agents[0]).toMatchObject({ push: { outcome: "skipped" } });
  });
});

test.each([
  ["success", { CI_JOB_STATUS: "success" }, "nothing to push"],
  ["success", { CI_JOB_STATUS: "failed" }, "push skipped: the job's status is failure, and --push-on is success"],
  ["success", {}, "push skipped: the job's status is not known, and --push-on is success"],
  ["never", { CI_JOB_STATUS: "success" }, "push skipped: --push-on is never"],
])("push --push-on %s, and the CI says %o: %s", async (pushOn, env, line) => {
  const cwd = await makeTempDir();
  const all = { TURSO_DB_AUTH_TOKEN: TOKEN, ...GITLAB, ...env };
  const target = ["--agent", "bot", "--remote-url", remote.url];
  await runCli(["pull", ...target], { cwd, env: all });
  const { exitCode, stdout, stderr } = await runCli(["push", ...target, "--push-on", pushOn], { cwd, env: all });
  expect({ exitCode, said: (stdout + stderr).includes(line) }).toEqual({ exitCode: 0, said: true });
});

test("what is said can be folded away where the CI's log does that, and nowhere else", async () => {
  const { stderr } = await job(["run", "--", "true"]);
  const marks = [...stderr.matchAll(/section_(start|end):\d+:(agentfs_sync_\d+_\d+)/g)].map(([, what, id]) => `${what} ${id}`);
  expect(marks).toHaveLength(4);
  expect(new Set(marks).size).toBe(4);
  expect((await job(["run", "--", "true"], { GITLAB_CI: "" })).stderr).not.toContain("section_");
});

test("I8: no secret is in anything that was said or written, whatever a server sends back", async () => {
  fault = { alter: (answer) => ({ ...answer, status: 403, body: `no: ${TOKEN} ${SECRET}\nX=1` }) };
  const refused = await job(["pull"]);
  fault = undefined;
  const pushed = await job(["run", "--", ...agent("/canary")]);
  const written: string[] = [];
  for (const { cwd, stdout, stderr } of [refused, pushed]) {
    written.push(stdout, stderr, ...(await contentsBelow(cwd)));
  }
  expect(pushed.exitCode).toBe(0);
  expect(refused.exitCode).not.toBe(0);
  const forms = [TOKEN, SECRET].flatMap((secret) => [secret, encodeURIComponent(secret), btoa(secret), JSON.stringify(secret)]);
  expect(forms.filter((form) => written.some((one) => one.includes(form.replace(/^"|"$/g, ""))))).toEqual([]);
  expect(pushed.outputs).toMatch(/^(AGENTFS_[A-Z_]+=[\w.,:/+=@%-]*\n){8}$/);
});
