import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { runAgent } from "../parts/agent.ts";
import { failedStep, filesIn, startCacheWorld, TOKEN, writeFileIn } from "../parts/cache-world.ts";
import { runCli } from "../parts/cli.ts";
import { cliPath, nodePath, REPOSITORY } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import { makeTempDir } from "../parts/temp.ts";

it("what could not be pushed is one file an agent, named in output and summary, which `rescue push` takes on another machine", async () => {
  const world = await startCacheWorld();
  const job = await world.job({ inputs: { cache: "false" } });
  expect(failedStep(await job.main())).toBeNull();
  await runChild("git", ["init", "--quiet"], { cwd: job.workspace });
  await writeFileIn(job, "/lost");
  world.fault = () => ({ status: 403, body: "no" });
  const post = await job.post();
  const file = post.outputs["rescue"] ?? "";
  expect(file).toMatch(new RegExp(`^${job.workspace}/agentfs-rescue/bot-[0-9a-f]{8}\\.rescue$`));
  expect(post.stdout).toContain(`bot: what could not be pushed is kept in ${file} `);
  expect(post.summary).toContain("agentfs-sync rescue push takes it, on any machine");
  expect(JSON.parse(post.outputs["report"] ?? "").agents[0].rescue).toBe(file);
  expect(await readFile(file, "latin1")).not.toContain(TOKEN);
  const { stdout: seenByGit } = await runChild("git", ["status", "--porcelain"], { cwd: job.workspace });
  expect(seenByGit).not.toContain("agentfs-rescue");
  // Once more, with more in it: the file of the same push is written anew.
  await writeFileIn(job, "/lost-too");
  const again = await job.post();
  world.fault = undefined;

  const cwd = await makeTempDir();
  const args = ["rescue", "push", again.outputs["rescue"] ?? "", "--remote-url", world.remote.url];
  const pushed = await runCli(args, { cwd, env: { TURSO_DB_AUTH_TOKEN: TOKEN } });
  expect(pushed.exitCode, pushed.stderr).toBe(0);
  const next = await world.job();
  expect(failedStep(await next.main())).toBeNull();
  expect(await filesIn(next)).toEqual(["/lost", "/lost-too"]);
});

it("as the documentation shows, a push that is a step of its own leaves a file that a later step can take", async () => {
  const docs = await readFile(join(REPOSITORY, "docs/github-action.md"), "utf8");
  const [block = ""] = [...docs.matchAll(/^```yaml\n(.*?)^```$/gms)].flatMap(([, text = ""]) =>
    /rescue export/.test(text) ? [text] : [],
  );
  const { jobs } = parse(block) as {
    readonly jobs: { readonly agent: { readonly steps: readonly { readonly run?: string }[] } };
  };
  const script = jobs.agent.steps.find(({ run }) => run?.includes("rescue export"))?.run ?? "";
  const bin = await makeTempDir();
  await writeFile(join(bin, "npx"), `#!/bin/sh\nshift\nexec '${nodePath()}' '${cliPath()}' "$@"\n`, { mode: 0o755 });
  const world = await startCacheWorld();
  const job = await world.job({ inputs: { agents: "my-agent", cache: "false" } });
  expect(failedStep(await job.main())).toBeNull();
  await runAgent(join(job.workspace, ".agentfs/my-agent.db"), [{ op: "writeFile", path: "/lost", text: "lost" }]);
  world.fault = () => ({ status: 403, body: "no" });
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    AGENTFS_SYNC_AGENT: "my-agent",
    AGENTFS_SYNC_REMOTE_URL: world.remote.url,
    TURSO_DB_AUTH_TOKEN: TOKEN,
  };
  const push = await runChild("bash", ["-e", "-c", script], { cwd: job.workspace, env });
  expect(push.exitCode, push.stdout + push.stderr).toBe(1);
  world.fault = undefined;
  // The post step tries once more; the file then holds what is there already.
  const post = await job.post({ jobStatus: "failure" });
  expect(failedStep(post)).toBeNull();
  expect(post.outputs["pushed"]).toBe("true");
  const file = join(job.workspace, "agentfs-rescue/my-agent.rescue");
  const again = await runCli(["rescue", "push", file, "--remote-url", world.remote.url, "--json"], { cwd: bin, env });
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.json?.agents[0]?.push).toMatchObject({ outcome: "unchanged" });
});

it("a step after main can upload what an earlier job left on a machine that is kept, and that still cannot be pushed", async () => {
  const world = await startCacheWorld();
  const inputs = { cache: "false", "fail-on": "never" };
  const job = await world.job({ inputs });
  expect(failedStep(await job.main())).toBeNull();
  await writeFileIn(job, "/lost");
  world.fault = () => ({ status: 403, body: "no" });
  await job.post();
  const later = await world.job({ inputs, workspace: job.workspace });
  const main = await later.main();
  expect(failedStep(main)).toBeNull();
  expect(main.outputs["pulled"]).toBe("false");
  expect(main.outputs["rescue"]).toContain("/agentfs-rescue/bot-");
});

it("no link is followed to write it: it then stays where the runner keeps such things", async () => {
  const world = await startCacheWorld();
  const elsewhere = await makeTempDir();
  const temp = await makeTempDir();
  const job = await world.job({ inputs: { cache: "false" }, env: { RUNNER_TEMP: temp } });
  await symlink(elsewhere, join(job.workspace, "agentfs-rescue"));
  expect(failedStep(await job.main())).toBeNull();
  await writeFileIn(job, "/lost");
  world.fault = () => ({ status: 403, body: "no" });
  const post = await job.post();
  expect(post.outputs["rescue"]).toContain(`${temp}/agentfs-rescue/bot-`);
  expect(await runChild("ls", ["-A", elsewhere])).toMatchObject({ stdout: "" });
});
