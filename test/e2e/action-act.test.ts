import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runAct } from "../parts/act.ts";
import { listAgent } from "../parts/agent.ts";
import { runCli } from "../parts/cli.ts";
import { REPOSITORY } from "../parts/programs.ts";
import { startProxy, type TestProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKEN = "token-of-the-act-test-0123456789";

const CACHE_SECRET = "cache-secret-of-the-act-test";

async function runWorkflow(workflow: string, cache = false) {
  const remote = await startProxy({ upstream: (await startServer()).url, token: TOKEN });
  const other = await startProxy({ upstream: (await startServer()).url, token: TOKEN });
  const vars = { REMOTE_URL: remote.url, OTHER_REMOTE_URL: other.url, NODE_MODULES: join(REPOSITORY, "node_modules") };
  const { exitCode, stdout, stderr } = await runAct({ workflow, vars, secrets: { AGENT_TOKEN: TOKEN, CACHE_SECRET }, cache });
  return { remote, other, exitCode, output: stdout + stderr };
}

/** How each job ended, in the order of their ends. */
const jobsIn = (output: string) => [...output.matchAll(/\/(\w+) *\] 🏁 {2}Job (\w+)/g)].map(([, job, end]) => `${job} ${end}`);

/** What the remote holds, seen from a machine of its own. */
async function remoteHolds(remote: TestProxy, agent = "my-agent") {
  const folder = await makeTempDir();
  const env = { TURSO_DB_AUTH_TOKEN: TOKEN };
  const pull = await runCli(["pull", "--agent", agent, "--remote-url", remote.url], { cwd: folder, env });
  expect(pull.exitCode, pull.stderr).toBe(0);
  const { files, keys } = await listAgent(join(folder, `.agentfs/${agent}.db`));
  const texts = Object.entries(files).map(([path, base64]) => [path, Buffer.from(base64, "base64").toString()]);
  return { files: Object.fromEntries(texts), keys };
}

/** The first run on a machine installs what it needs. */
const INSTALL_AND_RUN_MS = 300_000;

describe("a workflow of three jobs, run by act", () => {
  let run: Awaited<ReturnType<typeof runWorkflow>>;

  beforeAll(async () => {
    run = await runWorkflow("three-jobs.yml");
  }, INSTALL_AND_RUN_MS);

  it("fails by its third job alone", () => {
    expect(run.exitCode, run.output).toBe(1);
    expect(jobsIn(run.output), run.output).toEqual(["writes succeeded", "reads succeeded", "fails failed"]);
  });

  it("lets the second job read what the first one wrote", () => {
    expect(run.output).toContain("/notes.md holds: remember the milk");
  });

  it("leaves on the remote what all jobs wrote, the failed one too", async () => {
    expect(await remoteHolds(run.remote)).toEqual({
      files: { "/notes.md": "remember the milk", "/diary.md": "it went wrong" },
      keys: { "written:/notes.md": true, "written:/diary.md": true },
    });
  });

  it("shows the token nowhere (I8)", () => {
    expect(run.output).not.toContain(TOKEN);
    expect(run.remote.requests.length).toBeGreaterThan(0);
  });
});

describe("a workflow with push-on success, run by act", () => {
  it("keeps what the good job wrote and not what the failed one did", async () => {
    const { remote, output } = await runWorkflow("push-on-success.yml");
    expect(jobsIn(output), output).toEqual(["good succeeded", "bad failed"]);
    expect(output).toContain("push-on is success and the job's status is failure: what it changed is not pushed.");
    expect((await remoteHolds(remote)).files).toEqual({ "/good.md": "from job good" });
  });
});

describe("a workflow whose runner serves a cache, run by act", () => {
  it("starts warm from what an earlier job saved", async () => {
    const { remote, exitCode, output } = await runWorkflow("warm-start.yml", true);
    expect(exitCode, output).toBe(0);
    expect(jobsIn(output)).toEqual(["first succeeded", "second succeeded", "third succeeded"]);
    expect(output).toContain("/second.md holds: from the second");
    expect((await remoteHolds(remote)).files).toEqual({ "/first.md": "from the first", "/second.md": "from the second" });
    for (const secret of [TOKEN, CACHE_SECRET]) expect(output).not.toContain(secret);
  });
});

describe("two uses in one job, one in a composite action, in two jobs of a matrix, run by act", () => {
  it("do not disturb each other", async () => {
    const { remote, other, exitCode, output } = await runWorkflow("several-uses.yml");
    expect(exitCode, output).toBe(0);
    const files = (name: string) => ({ [`/${name}-1.md`]: "from job 1", [`/${name}-2.md`]: "from job 2" });
    expect((await remoteHolds(remote, "composed")).files).toEqual(files("composed"));
    expect((await remoteHolds(other, "direct")).files).toEqual(files("direct"));
  });
});
