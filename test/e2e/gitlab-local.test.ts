import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunReport } from "../../packages/core/src/report/types.ts";
import { listAgent } from "../parts/agent.ts";
import { onCleanUp } from "../parts/cleanup.ts";
import { runCli } from "../parts/cli.ts";
import { contentsBelow } from "../parts/contents-below.ts";
import { type GitLabProject, gitLabProject } from "../parts/gitlab.ts";
import { REPOSITORY } from "../parts/programs.ts";
import { startProxy, type TestProxy } from "../parts/proxy.ts";
import type { ChildResult } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKEN = "token-of-the-gitlab-test-0123456789";

/** The first run on a machine installs what it needs. */
const INSTALL_AND_RUN_MS = 300_000;

describe("a GitLab pipeline with the components, run by gitlab-ci-local", () => {
  let project: GitLabProject;
  let remote: TestProxy;
  let variables: Readonly<Record<string, string>>;
  let run: ChildResult;
  let output: string;

  beforeAll(async () => {
    remote = await startProxy({ upstream: (await startServer()).url, token: TOKEN });
    project = await gitLabProject("gitlab.yml");
    variables = {
      REMOTE_URL: remote.url,
      OUTSIDE: await makeTempDir(),
      NODE_MODULES: join(REPOSITORY, "node_modules"),
      TURSO_DB_AUTH_TOKEN: TOKEN,
    };
    run = await project.run(variables);
    output = run.stdout + run.stderr;
  }, INSTALL_AND_RUN_MS);

  const reportOf = async (job: string): Promise<RunReport> => JSON.parse(await project.artifact(job, ".agentfs-ci/report.json"));

  it("ends each job as its script did, and takes exit code 75 for a warning where the job says so", () => {
    expect(run.exitCode, output).toBe(1);
    const ends = [...output.matchAll(/^(?!pipeline)([\w-]+) +finished in [\d.]+ \w+(?: +(FAIL|WARN) (\d+))?/gm)].map(
      ([, job = "", how = "PASS", code = "0"]) => `${job} ${how} ${code}`,
    );
    expect(ends.sort(), output).toEqual([
      "away WARN 75",
      "beside PASS 0",
      "fails FAIL 3",
      "later PASS 0",
      "reads PASS 0",
      "steps PASS 0",
      "steps-fail FAIL 4",
      "writes PASS 0",
    ]);
  });

  it("lets a later job read what an earlier one wrote, and what became of its push", () => {
    expect(output).toContain("/notes.md holds: remember the milk");
    expect(output).toContain("pushed true, push 1, conflicts 0");
  });

  it("leaves on the remote what all jobs wrote, those at the same time and the failed one, but not where push-on is success", async () => {
    const folder = await makeTempDir();
    const pull = await runCli(["pull", "--agent", "my-agent", "--remote-url", remote.url], {
      cwd: folder,
      env: { TURSO_DB_AUTH_TOKEN: TOKEN },
    });
    expect(pull.exitCode, pull.stderr).toBe(0);
    const { files } = await listAgent(join(folder, ".agentfs/my-agent.db"));
    const texts = Object.entries(files).map(([path, base64]) => [path, Buffer.from(base64, "base64").toString()]);
    expect(Object.fromEntries(texts)).toEqual({
      "/notes.md": "remember the milk",
      "/beside.md": "at the same time",
      "/steps.md": "by steps",
      "/diary.md": "it went wrong",
    });
    expect(output).toContain("push skipped: the job's status is failure, and --push-on is success");
  });

  it("leaves with each job that pushed a page of what it did, and a file that takes the push back anywhere", async () => {
    expect(await project.artifact("writes", ".agentfs-ci/report.html")).toContain("remember the milk");
    const file = join(project.folder, ".gitlab-ci-local/artifacts/writes/.agentfs-ci/undo/my-agent-1.undo");
    const revert = await runCli(["revert", file, "--dry-run", "--remote-url", remote.url], {
      cwd: await makeTempDir(),
      env: { TURSO_DB_AUTH_TOKEN: TOKEN },
    });
    expect(revert).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("removed /notes.md") });
    expect(await project.artifact("steps", ".agentfs-ci/report.html")).toContain("/steps.md");
  });

  it("starts warm from GitLab's cache", async () => {
    const again = await project.run(variables, "reads");
    expect(again.exitCode, again.stdout + again.stderr).toBe(0);
    expect((await reportOf("reads")).agents[0]?.pull).toMatchObject({ fromCache: true });
  });

  it("on a branch that is not protected: without the token nothing, with it no push; green, one line", async () => {
    // GitLab hides protected variables there. A server on this machine may ask for no token: it has to be another one.
    const hidden = { REMOTE_URL: "libsql://my-agent-acme.turso.io", CI_COMMIT_REF_PROTECTED: "false" };
    const without = await project.run({ ...hidden, AGENT_COMMAND: "echo it ran" }, "writes");
    expect(without.exitCode, without.stdout + without.stderr).toBe(0);
    expect(without.stdout).toContain("it ran");
    expect((without.stdout + without.stderr).match(/ > No token was given to this run .+$/gm)).toHaveLength(1);

    const reading = await project.run({ ...variables, CI_COMMIT_REF_PROTECTED: "false" }, "reads");
    expect(reading.exitCode, reading.stdout + reading.stderr).toBe(0);
    expect(reading.stdout).toContain("/notes.md holds: remember the milk");
    expect(reading.stderr).toContain("the branch or tag is not protected");
    const [agent] = (await reportOf("reads")).agents;
    expect(agent).toMatchObject({ pull: { outcome: "pulled" }, push: { outcome: "skipped" } });
    // The cache of protected branches was not its to use.
    expect(agent?.pull).not.toHaveProperty("fromCache");
  });

  it("I8: shows the token nowhere: not in what jobs said, left as artifacts, put into caches or handed to later jobs", async () => {
    expect(remote.requests.length).toBeGreaterThan(0);
    const written = await contentsBelow(join(project.folder, ".gitlab-ci-local"));
    expect(written.some((text) => text.includes("AGENTFS_PUSHED=true"))).toBe(true);
    expect(written.some((text) => text.startsWith("AFSSEAL\n"))).toBe(true);
    const forms = [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN).replace(/=+$/, "")];
    expect(forms.filter((form) => [output, ...written].some((text) => text.includes(form)))).toEqual([]);
  });
});

it(
  "a pipeline that includes the template by its address runs the same job",
  async () => {
    const template = await readFile(join(REPOSITORY, "templates/agentfs-sync/template.yml"));
    const server = createServer((_, answer) => void answer.end(template)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onCleanUp(async () => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : null;
    const project = await gitLabProject("gitlab-remote.yml");
    const { exitCode, stdout, stderr } = await project.run({ TEMPLATE_URL: `http://127.0.0.1:${port}/template.yml` });
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain("the command ran");
    expect(stderr).toContain("No token was given to this run");
  },
  INSTALL_AND_RUN_MS,
);
