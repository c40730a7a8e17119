import { existsSync } from "node:fs";
import { copyFile, readdir, readFile, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCli } from "../parts/cli.ts";
import { contentsBelow } from "../parts/contents-below.ts";
import { gitLabProject, makeCommandFolder } from "../parts/gitlab.ts";
import { type GitLabJob, type GitLabJobResult, runGitLabJob } from "../parts/gitlab-runner.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { type Fault, startProxy, type TestProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKEN = "token/of+the.runner-test==";

let jobs: Readonly<Record<"wrapped" | "steps", GitLabJob>>;
let server: string;
let remote: TestProxy;
let commands: string;
/** What goes wrong once the job's command is done: it leaves a file then, so that no clock decides. */
let fault: Fault | undefined;
let project = "";
/** Everything that was said and left behind, for the last test. */
const written: string[] = [];

beforeAll(async () => {
  server = (await startServer()).url;
  remote = await startProxy({
    upstream: server,
    token: TOKEN,
    fault: () => (existsSync(join(project, "done")) ? fault : undefined),
  });
  commands = await makeCommandFolder();
  jobs = parse(await (await gitLabProject("gitlab-runner.yml")).preview({}));
});

async function run(
  kind: keyof typeof jobs,
  variables: Readonly<Record<string, string>>,
  cancelAt?: string,
): Promise<GitLabJobResult & { readonly cwd: string }> {
  const cwd = await makeTempDir();
  project = cwd;
  await copyFile(join(REPOSITORY, "test/workflows/agent.mjs"), join(cwd, "agent.mjs"));
  await symlink(join(REPOSITORY, "node_modules"), join(cwd, "node_modules"));
  const result = await runGitLabJob(jobs[kind], {
    cwd,
    variables: {
      PATH: [commands, dirname(nodePath()), process.env.PATH].join(delimiter),
      AGENT_ID: "my-agent",
      REMOTE_URL: remote.url,
      GITLAB_CI: "true",
      CI_COMMIT_REF_PROTECTED: "true",
      TURSO_DB_AUTH_TOKEN: TOKEN,
      THEN: "true",
      ...variables,
    },
    masked: ["TURSO_DB_AUTH_TOKEN"],
    ...(cancelAt === undefined ? {} : { cancelAt }),
  });
  written.push(result.log, ...(await contentsBelow(cwd)));
  return { ...result, cwd };
}

async function isOnRemote(name: string): Promise<boolean> {
  const [rows] = await remoteSql(server, [{ sql: "SELECT name FROM fs_dentry" }]);
  return rows?.some(([found]) => found === name) === true;
}

describe("as GitLab's runner does it, by a harness of ours", () => {
  it("a job that succeeds: the wrapped command sees no token, a script between the steps does, masked in the log", async () => {
    const wrapped = await run("wrapped", { NAME: "wrapped" });
    expect(wrapped, wrapped.log).toMatchObject({ status: "success", log: expect.stringContaining("no token\n") });
    const steps = await run("steps", { NAME: "steps" });
    expect(steps, steps.log).toMatchObject({ status: "success", afterExit: 0, log: expect.stringContaining("[MASKED]\n") });
    expect(await Promise.all([isOnRemote("wrapped"), isOnRemote("steps")])).toEqual([true, true]);
  });

  it.each(["wrapped", "steps"] as const)("a job that is cancelled in the middle of its command is pushed: %s", async (kind) => {
    const name = `cancelled-${kind}`;
    const job = await run(kind, { NAME: name, THEN: "sleep 60" }, "written");
    expect(job, job.log).toMatchObject({ status: "canceled" });
    expect(await isOnRemote(name), job.log).toBe(true);
  });

  it("a script that takes too long is ended, and its push still happens, since it was left time", async () => {
    const job = await run("steps", { NAME: "too-long", THEN: "sleep 100", RUNNER_SCRIPT_TIMEOUT: "6s" });
    expect(job, job.log).toMatchObject({ status: "failed", afterExit: 0 });
    expect(await isOnRemote("too-long")).toBe(true);
  });

  it("a push that takes too long is cut: the job fails, and what it would have pushed is an artifact", async () => {
    fault = { silent: true };
    const job = await run("steps", { NAME: "cut", THEN: "touch done", RUNNER_AFTER_SCRIPT_TIMEOUT: "5s" });
    fault = undefined;
    expect(job, job.log).toMatchObject({ status: "failed" });
    expect(await isOnRemote("cut")).toBe(false);
    const folder = join(job.cwd, ".agentfs-ci/rescue");
    const [bundle = ""] = await readdir(folder);
    const push = await runCli(["rescue", "push", join(folder, bundle), "--remote-url", remote.url], {
      cwd: await makeTempDir(),
      env: { TURSO_DB_AUTH_TOKEN: TOKEN },
    });
    expect(push.exitCode, push.stderr).toBe(0);
    expect(await isOnRemote("cut")).toBe(true);
  });

  it.each(["wrapped", "steps"] as const)(
    "a push that the server refuses fails the job, with report and bundle: %s",
    async (kind) => {
      const name = `refused-${kind}`;
      fault = { status: 403, body: `no: ${TOKEN}` };
      const job = await run(kind, { NAME: name, THEN: "touch done" });
      fault = undefined;
      expect(job, job.log).toMatchObject({ status: "failed" });
      const report = JSON.parse(await readFile(join(job.cwd, ".agentfs-ci/report.json"), "utf8"));
      const [bundle] = await readdir(join(job.cwd, ".agentfs-ci/rescue"));
      expect(report.agents[0]).toMatchObject({ ok: false, rescue: join(job.cwd, ".agentfs-ci/rescue", bundle ?? "") });
      expect(await readFile(join(job.cwd, ".agentfs-ci/outputs.env"), "utf8")).toContain("AGENTFS_PUSHED=false\n");
    },
  );

  it("I8: the token is in nothing that was said or left behind", () => {
    expect(written.length).toBeGreaterThan(20);
    const forms = [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN).replace(/=+$/, "")];
    expect(forms.filter((form) => written.some((text) => text.includes(form)))).toEqual([]);
  });
});
