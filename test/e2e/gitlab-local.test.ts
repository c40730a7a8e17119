import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { listAgent } from "../parts/agent.ts";
import { runCli } from "../parts/cli.ts";
import { runGitLab } from "../parts/gitlab.ts";
import { REPOSITORY } from "../parts/programs.ts";
import { startProxy, type TestProxy } from "../parts/proxy.ts";
import type { ChildResult } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKEN = "token-of-the-gitlab-test-0123456789";

/** The first run on a machine installs what it needs. */
const INSTALL_AND_RUN_MS = 300_000;

describe("a GitLab pipeline with the component, run by gitlab-ci-local", () => {
  let run: ChildResult;
  let remote: TestProxy;
  let output: string;

  beforeAll(async () => {
    remote = await startProxy({ upstream: (await startServer()).url, token: TOKEN });
    run = await runGitLab({
      pipeline: "gitlab.yml",
      variables: { REMOTE_URL: remote.url, NODE_MODULES: join(REPOSITORY, "node_modules"), TURSO_DB_AUTH_TOKEN: TOKEN },
    });
    output = run.stdout + run.stderr;
  }, INSTALL_AND_RUN_MS);

  it("fails by its third job alone, with that job's own exit code", () => {
    expect(run.exitCode, output).toBe(1);
    const ends = [...output.matchAll(/^(?!pipeline)(\w+) +finished in [\d.]+ \w+(?: +FAIL (\d+))?/gm)].map(
      ([, job, code = "0"]) => `${job} ${code}`,
    );
    expect(ends, output).toEqual(["writes 0", "reads 0", "fails 3"]);
  });

  it("lets the second job read what the first one wrote", () => {
    expect(output).toContain("/notes.md holds: remember the milk");
  });

  it("leaves on the remote what all jobs wrote, the failed one too", async () => {
    const folder = await makeTempDir();
    const pull = await runCli(["pull", "--agent", "my-agent", "--remote-url", remote.url], {
      cwd: folder,
      env: { TURSO_DB_AUTH_TOKEN: TOKEN },
    });
    expect(pull.exitCode, pull.stderr).toBe(0);
    const { files } = await listAgent(join(folder, ".agentfs/my-agent.db"));
    const texts = Object.entries(files).map(([path, base64]) => [path, Buffer.from(base64, "base64").toString()]);
    expect(Object.fromEntries(texts)).toEqual({ "/notes.md": "remember the milk", "/diary.md": "it went wrong" });
  });

  it("shows the token nowhere (I8)", () => {
    expect(output).not.toContain(TOKEN);
    expect(remote.requests.length).toBeGreaterThan(0);
  });
});
