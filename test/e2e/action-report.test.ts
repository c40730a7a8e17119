import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readReport } from "../../packages/core/src/index.ts";
import { runAct } from "../parts/act.ts";
import { type CacheWorld, failedStep, SECRET, startCacheWorld, TOKEN, writeFileIn } from "../parts/cache-world.ts";
import { contentsBelow } from "../parts/contents-below.ts";
import { machine } from "../parts/machine.ts";
import { REPOSITORY } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { revert } from "../parts/revert.ts";
import type { StepResult } from "../parts/runner.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { unzip } from "../parts/unzip.ts";

const NAME = "agent report";
const FILES = ["report.html", "report.json"];
const inputs = { "report-artifact": NAME, cache: "false" };

const expectOk = (result: StepResult) => expect(failedStep(result)).toBeNull();

/** The newest artifact, unpacked. */
async function newest({ cache }: CacheWorld) {
  const zip = join(await makeTempDir(), "artifact.zip");
  await writeFile(zip, cache.artifacts.at(-1)?.content ?? "");
  return unzip(zip);
}

it("the report of a push is an artifact, if that is asked for, and the summary links it", async () => {
  const world = await startCacheWorld();
  const [first, job] = await Promise.all([world.job(), world.job({ inputs: { ...inputs, "report-artifact-undo": "true" } })]);
  for (const one of [first, job]) {
    expectOk(await one.main());
    await writeFileIn(one, "/both.md", one === first ? "the other's\n" : `kept: ${TOKEN} ${SECRET} <b>\n`);
  }
  expectOk(await first.post());
  expect(world.cache.artifacts).toEqual([]);
  const post = await job.post();
  expectOk(post);
  expect(world.cache.artifacts.map(({ id, name }) => [id, name])).toEqual([[1000, NAME]]);
  expect(post.summary).toMatch(/\(https:\/\/github\.\w+\/acme\/agents\/actions\/runs\/\d+\/artifacts\/1000\)/);

  const { folder, names } = await newest(world);
  expect(names).toEqual([...FILES, "undo/bot-2.undo"]);
  const report = await readReport(join(folder, "report.json"));
  expect(report).toMatchObject({
    command: "push",
    provenance: { ci: "github-actions", repository: "acme/agents", trust: "trusted" },
  });
  expect(report.agents[0]?.changes?.files).toMatchObject([{ did: "added", path: "/both.md" }]);
  expect(report.agents[0]?.conflicts[0]?.contents).toMatchObject({
    ours: { text: "kept: *** *** <b>\n" },
    theirs: { text: "the other's\n" },
  });
  expect(await readFile(join(folder, "report.html"), "utf8")).toContain("kept: *** *** &#60;b&#62;");
  // I8. What an agent has written down is in the database, and so in what takes the push back; but in nothing that is read.
  const read = await Promise.all(FILES.map((name) => readFile(join(folder, name), "utf8")));
  const said = [post.stdout, post.stderr, post.summary, JSON.stringify(post.outputs), ...read];
  expect(
    [TOKEN, SECRET].filter((secret) => said.some((text) => text.replaceAll(/^::add-mask::.*$/gm, "").includes(secret))),
  ).toEqual([]);
  // Whoever reads the summary has not asked for contents.
  expect(post.summary + post.outputs["report"]).not.toMatch(/the other's|kept:/);
  expect(JSON.parse(post.outputs["report"] ?? "")).toMatchObject({ agents: [{ conflicts: [{ path: "/both.md" }] }] });

  const on = { url: world.remote.url, dir: await makeTempDir() };
  const reverted = await revert(on, { sequence: 2 }, { authToken: TOKEN, undoDirectory: join(folder, "undo") });
  expect(reverted).toMatchObject({ error: null, revert: { state: "reverted", by: 3 } });
});

it("an upload that fails is a warning that says what to do, and loses nothing; where nothing was pushed there is none", async () => {
  const world = await startCacheWorld();
  const temporary = await makeTempDir();
  const pushed = async (
    path: string | null,
    env: Readonly<Record<string, string>> = {},
    jobStatus: "success" | "cancelled" = "success",
  ) => {
    const job = await world.job({ inputs, env: { RUNNER_TEMP: temporary, ...env } });
    expectOk(await job.main());
    if (path !== null) await writeFileIn(job, path);
    const post = await job.post({ jobStatus });
    expectOk(post);
    const { provenance } = JSON.parse(post.outputs["report"] ?? "{}");
    return { warning: /^::warning::(.*)$/m.exec(post.stdout)?.[1] ?? null, summary: post.summary, provenance };
  };
  expect(await pushed(null)).toMatchObject({ warning: null, summary: "" });
  // Nor is it found out what there would be to tell: where from is told with it.
  expect(await pushed("/cancelled", {}, "cancelled")).toMatchObject({ warning: null, provenance: undefined });
  expect(world.cache.artifacts).toEqual([]);
  expect((await pushed("/first")).warning).toBeNull();
  expect((await newest(world)).names).toEqual(FILES);

  const taken = await pushed("/second");
  expect(taken.warning).toContain(`The report was not kept as the artifact ${NAME}: Failed to CreateArtifact`);
  expect(taken.warning).toContain("Give each use of the action in a run, and each job of a matrix, a name of its own.");
  expect(taken.summary).not.toContain("/artifacts/");
  const without = await pushed("/third", { ACTIONS_RESULTS_URL: "" });
  expect(without.warning).toContain("This runner has no service for artifacts: take the input report-artifact away.");
  world.cache.mode = "denied";
  expect((await pushed("/fourth")).warning).toContain("403");
  expect(world.cache.artifacts).toHaveLength(1);

  const fresh = await machine(world.remote.url, { authToken: TOKEN });
  await fresh.ok("pull");
  expect(Object.keys((await fresh.list()).files).sort()).toEqual(["/cancelled", "/first", "/fourth", "/second", "/third"]);
  expect((await contentsBelow(temporary)).filter((text) => text !== "")).toEqual([]);
});

it("a workflow that keeps its report, run by act", async () => {
  const remote = await startProxy({ upstream: (await startServer()).url, token: TOKEN });
  const vars = { REMOTE_URL: remote.url, NODE_MODULES: join(REPOSITORY, "node_modules") };
  const options = { workflow: "report.yml", vars, secrets: { AGENT_TOKEN: TOKEN }, artifacts: true };
  const { exitCode, stdout, stderr, artifacts } = await runAct(options);
  expect(exitCode, stdout + stderr).toBe(0);
  expect(stdout).toMatch(
    /The report of the push is the artifact agent-report: https:\/\/github\.com\/.+\/actions\/runs\/1\/artifacts\/\d+/,
  );
  const { folder, names } = await unzip(artifacts.get("agent-report") ?? "");
  expect(names).toEqual([...FILES, "undo/my-agent-1.undo"]);
  expect(await readFile(join(folder, "report.html"), "utf8")).toContain("+remember the milk");
  expect([...(await contentsBelow(folder)), stdout, stderr].filter((text) => text.includes(TOKEN))).toEqual([]);
});
