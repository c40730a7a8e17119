import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listAgent, runAgent } from "../parts/agent.ts";
import { failedStep } from "../parts/cache-world.ts";
import { startProxy } from "../parts/proxy.ts";
import { startJob } from "../parts/runner.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKENS = ["token-of-the-first-remote-0123456789", "token-of-the-second-remote-0123456789"] as const;

/** Two remotes with a token each, and a job whose steps share a machine. */
async function setting() {
  const remotes = await Promise.all(TOKENS.map(async (token) => startProxy({ upstream: (await startServer()).url, token })));
  const inputs = (index: 0 | 1, agent: string) => ({
    agents: agent,
    "remote-url": remotes[index]?.url ?? "",
    "auth-token": TOKENS[index],
  });
  const workspace = await makeTempDir();
  const temp = join(workspace, "runner-temp");
  await mkdir(temp);
  return { inputs, workspace, env: { RUNNER_TEMP: temp, GITHUB_JOB: "job" } };
}

describe("two uses in one job", () => {
  it("with two remotes and two tokens pull and push each their own, the posts in reverse order", async () => {
    const { inputs, workspace, env } = await setting();
    const uses = [
      await startJob({ workspace, env, inputs: inputs(0, "one") }),
      await startJob({ workspace, env, inputs: inputs(1, "two") }),
    ];
    for (const use of uses) expect(failedStep(await use.main())).toBeNull();
    for (const agent of ["one", "two"]) {
      await runAgent(join(workspace, `.agentfs/${agent}.db`), [{ op: "writeFile", path: `/${agent}`, text: agent }]);
    }
    for (const use of uses.toReversed()) {
      const post = await use.post();
      expect(failedStep(post)).toBeNull();
      expect(post.outputs["pushed"]).toBe("true");
    }
    for (const [index, agent] of [[0, "one"] as const, [1, "two"] as const]) {
      const next = await startJob({ inputs: inputs(index, agent) });
      expect(failedStep(await next.main())).toBeNull();
      expect(Object.keys((await listAgent(join(next.workspace, `.agentfs/${agent}.db`))).files)).toEqual([`/${agent}`]);
    }
  });

  it("of one agent are refused at the second one, and what the job wrote is pushed by the first", async () => {
    const { inputs, workspace, env } = await setting();
    const first = await startJob({ workspace, env, inputs: inputs(0, "one") });
    expect(failedStep(await first.main())).toBeNull();
    await runAgent(join(workspace, ".agentfs/one.db"), [{ op: "writeFile", path: "/a", text: "a" }]);
    const second = await startJob({ workspace, env, inputs: inputs(0, "one") });
    const main = await second.main();
    expect(main.exitCode).toBe(1);
    expect(main.stdout).toContain("The agent one is pulled by another step of this job already.");
    expect(failedStep(await second.post({ jobStatus: "failure" }))).toBeNull();
    const post = await first.post({ jobStatus: "failure" });
    expect(failedStep(post)).toBeNull();
    expect(post.outputs["pushed"]).toBe("true");
  });

  it("of one agent are taken when the first one could not pull: the second is another try", async () => {
    const { inputs, workspace, env } = await setting();
    const first = await startJob({ workspace, env, inputs: { ...inputs(0, "one"), "auth-token": "wrong" } });
    expect((await first.main()).exitCode).toBe(1);
    const second = await startJob({ workspace, env, inputs: inputs(0, "one") });
    expect(failedStep(await second.main())).toBeNull();
  });

  it("of one agent in two folders are two working copies, and both are pushed", async () => {
    const { inputs, workspace, env } = await setting();
    const folders = ["a", "b"];
    const uses = await Promise.all(
      folders.map((directory) => startJob({ workspace, env, inputs: { ...inputs(0, "one"), directory } })),
    );
    for (const use of uses) expect(failedStep(await use.main())).toBeNull();
    for (const folder of folders) {
      await runAgent(join(workspace, folder, ".agentfs/one.db"), [{ op: "writeFile", path: `/${folder}`, text: folder }]);
    }
    for (const use of uses) expect(failedStep(await use.post())).toBeNull();
    const next = await startJob({ inputs: inputs(0, "one") });
    expect(failedStep(await next.main())).toBeNull();
    expect(Object.keys((await listAgent(join(next.workspace, ".agentfs/one.db"))).files).sort()).toEqual(["/a", "/b"]);
  });
});
