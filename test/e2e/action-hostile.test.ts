import { mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runAgent } from "../parts/agent.ts";
import { failedStep, filesIn, runJob, startCacheWorld, writeFileIn } from "../parts/cache-world.ts";
import { startProxy } from "../parts/proxy.ts";
import { startJob } from "../parts/runner.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

it("in a container, where the same files have another path: post finds what main pulled, and the cache what another path saved", async () => {
  const world = await startCacheWorld();
  await runJob(world, "/first");
  await runJob(world, "/second");
  const runner = join(await makeTempDir(), "home/runner/work/agents");
  const container = join(await makeTempDir(), "__w");
  await mkdir(runner, { recursive: true });
  const job = await world.job({ workspace: runner, inputs: { directory: "./memory" } });
  const main = await job.main();
  expect(failedStep(main)).toBeNull();
  expect(main.outputs["cache-hit"]).toBe("true");
  await runAgent(join(runner, "memory/.agentfs/bot.db"), [{ op: "writeFile", path: "/third", text: "3" }]);
  expect(JSON.stringify(main.state)).not.toContain(runner);
  await rename(runner, container);
  const post = await job.post({ workspace: container });
  expect(failedStep(post)).toBeNull();
  expect(post.outputs["pushed"]).toBe("true");
  const next = await world.job();
  const warm = await next.main();
  expect(warm.outputs["cache-hit"]).toBe("true");
  expect(await filesIn(next)).toEqual(["/first", "/second", "/third"]);
});

it("post pushes what main has pulled, whatever inputs a composite action hands it", async () => {
  const world = await startCacheWorld();
  const job = await world.job({ inputs: { cache: "false" } });
  expect(failedStep(await job.main())).toBeNull();
  await writeFileIn(job, "/a");
  const others = {
    agents: "../../etc",
    "push-on": "sometimes",
    "timeout-seconds": "soon",
    directory: "/nowhere",
    "fail-on": "?",
  };
  const post = await job.post({ inputs: { ...others, "remote-url": "https://other.test", "job-status": "" } });
  expect(failedStep(post)).toBeNull();
  expect(post.outputs["pushed"]).toBe("true");
});

it("a job whose work nobody pushes does not end without a word", async () => {
  const world = await startCacheWorld();
  const env = { RUNNER_TEMP: await makeTempDir() };
  const job = await world.job({ env });
  expect(failedStep(await job.main())).toBeNull();
  await writeFileIn(job, "/a");
  const lost = await job.post({ state: {} });
  expect(lost.exitCode).toBe(1);
  expect(lost.stdout).toMatch(/^::error::The main step has pulled, but the state that it saved is lost: nothing was pushed\./m);
  expect(failedStep(await job.post())).toBeNull();

  world.fault = () => ({ status: 403, body: "no" });
  const unpulled = await world.job({ inputs: { "fail-on": "never", cache: "false" } });
  expect(failedStep(await unpulled.main())).toBeNull();
  const quiet = await unpulled.post();
  expect(quiet.stdout).not.toContain("::warning::");
  await writeFileIn(unpulled, "/b");
  const post = await unpulled.post();
  expect(failedStep(post)).toBeNull();
  expect(post.stdout).toMatch(/^::warning::bot: it was not pulled, so what is in .*\/\.agentfs\/bot\.db is not pushed either/m);
});

it("names from the database are no commands, no markup and no disguise, in log, summary and annotations", async () => {
  const world = await startCacheWorld();
  await runJob(world, "/before");
  const evil = [
    "\n::error::pwned",
    "\u0085::warning::pwned",
    "\r::set-output name=x::y",
    "##[error]pwned",
    "a|b`c`<script>alert(1)</script>",
    "\u202egpj.exe",
    "\u001b[31mred",
    "[click](https://evil.test)",
  ];
  const [one, two] = [await world.job(), await world.job()];
  for (const [job, text] of [
    [one, "1"],
    [two, "2"],
  ] as const) {
    expect(failedStep(await job.main())).toBeNull();
    const ops = evil.map((name) => ({ op: "writeFile", path: `/${name}`, text }) as const);
    await runAgent(join(job.workspace, ".agentfs/bot.db"), ops);
  }
  expect(failedStep(await one.post())).toBeNull();
  const post = await two.post();
  expect(failedStep(post)).toBeNull();
  expect(post.outputs["conflicts"]).toBe(String(evil.length));
  const commands = post.stdout.split(/[\r\n\u0085\u2028]/).filter((line) => /^\s*::|##\[/.test(line));
  expect(
    commands.filter(
      (line) => !/^::(add-mask::|group::|endgroup::|debug::bot: the cache |debug::bot: what takes push )/.test(line),
    ),
  ).toEqual([]);
  expect(post.stdout).toContain("\\u{202e}gpj.exe");
  for (const sign of ["\u202e", "\u001b", "\r", "\u0085"]) expect(post.stdout + post.summary).not.toContain(sign);
  expect(post.summary).not.toMatch(/<script>|`c`|\[click\]|##\[/);
  // Each conflict is one row.
  expect(post.summary.match(/^\| bot \| &#47;/gm)).toHaveLength(evil.length);
});

it("odd secrets: one letter, words of ours, quotes and percent signs break nothing", async () => {
  const server = await startServer();
  for (const token of ["1", "pulled", 'a"b\\c%0A::error::x', "{}"]) {
    const { url } = await startProxy({ upstream: server.url, token });
    const secrets = { "auth-token": token, "cache-secret": '",:' };
    const job = await startJob({ inputs: { agents: "bot", "remote-url": url, ...secrets } });
    const main = await job.main();
    expect(failedStep(main)).toBeNull();
    expect(JSON.parse(main.outputs["report"] ?? "")).toMatchObject({ ok: true, agents: [{ agent: "bot" }] });
    await writeFileIn(job, `/${encodeURIComponent(token)}`);
    const post = await job.post();
    expect(failedStep(post)).toBeNull();
    expect(post.outputs["pushed"]).toBe("true");
  }
});

it("fifty agents that all fail are each told of, ask the cache once or twice each, and leave the runner a state that it can hand on", async () => {
  const world = await startCacheWorld();
  world.fault = () => ({ status: 401, body: "no" });
  const agents = Array.from({ length: 50 }, (_, index) => `agent-${index}`);
  const inputs = { agents: agents.join("\n"), "remote-url": `${world.remote.url}/{agent}` };
  const job = await world.job({ inputs });
  const main = await job.main();
  expect(main.exitCode).toBe(1);
  expect(main.stdout.match(/^::error::agent-\d+: /gm)).toHaveLength(50);
  expect(main.outputs["revision"]?.split("\n")).toHaveLength(50);
  expect(world.cache.calls.filter((call) => call === "GetCacheEntryDownloadURL")).toHaveLength(100);
  expect(main.stdout).not.toContain("the cache");
  expect(failedStep(await job.post({ jobStatus: "failure" }))).toBeNull();
});

it("a link in the place of .agentfs is refused, and nothing is written where it leads", async () => {
  const { url } = await startServer();
  const elsewhere = await makeTempDir();
  const job = await startJob({ inputs: { agents: "bot", "remote-url": url } });
  await symlink(elsewhere, join(job.workspace, ".agentfs"));
  const main = await job.main();
  expect(main.exitCode).toBe(1);
  expect(main.stdout).toMatch(/^::error::bot: .*symbolic link, which is not followed/m);
  expect(await readdir(elsewhere)).toEqual([]);
});

it("where tar is not GNU tar the cache is not used, and says so once", async () => {
  const world = await startCacheWorld();
  const bin = await makeTempDir();
  await writeFile(join(bin, "tar"), "#!/bin/sh\necho 'bsdtar 3.5.3 - libarchive 3.5.3'\n", { mode: 0o755 });
  const job = await world.job({ env: { PATH: `${bin}:${process.env.PATH}` } });
  const main = await job.main();
  expect(failedStep(main)).toBeNull();
  expect(main.stdout.match(/The Actions cache is not used here: the `tar` of this machine is not GNU tar\./g)).toHaveLength(1);
  expect(world.cache.calls).toEqual([]);
  const none = await makeTempDir();
  const without = await (await world.job({ env: { PATH: none } })).main();
  expect(failedStep(without)).toBeNull();
  expect(without.stdout).toContain("The Actions cache is not used here: there is no `tar`.");
});
