import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listAgent, runAgent } from "../parts/agent.ts";
import { freePort } from "../parts/free-port.ts";
import { startProxy, type TestProxy } from "../parts/proxy.ts";
import { type StepResult, startJob } from "../parts/runner.ts";
import { startServer } from "../parts/server.ts";

const TOKEN = "token-of-the-action-test-0123456789";

const startRemote = async () => startProxy({ upstream: (await startServer()).url, token: TOKEN });

const inputsFor = (remote: TestProxy, more: Readonly<Record<string, string>> = {}) => ({
  agents: "bot",
  "remote-url": remote.url,
  "auth-token": TOKEN,
  ...more,
});

const writeNote = (workspace: string, path: string, agent = "bot") =>
  runAgent(join(workspace, `.agentfs/${agent}.db`), [{ op: "writeFile", path, text: `note in ${path}` }]);

const filesOf = async (workspace: string, agent = "bot") =>
  Object.keys((await listAgent(join(workspace, `.agentfs/${agent}.db`))).files).sort();

/** The files that a new job finds. */
async function nextJobFinds(remote: TestProxy): Promise<readonly string[]> {
  const job = await startJob({ inputs: inputsFor(remote) });
  expectOk(await job.main());
  return filesOf(job.workspace);
}

function expectOk(step: StepResult): void {
  expect(step.exitCode, step.stdout + step.stderr).toBe(0);
}

describe("the main and the post step of the action", () => {
  it("carry what one job wrote to the next one, and report it in outputs and summary", async () => {
    const remote = await startRemote();
    const first = await startJob({ inputs: inputsFor(remote) });
    const main = await first.main();
    expectOk(main);
    expect(main.stdout).toContain("\nbot: the remote is empty: a new agent starts here\n");
    expect(main.outputs).toMatchObject({ pulled: "true", pushed: "false", changed: "false", conflicts: "0", rescue: "" });
    await writeNote(first.workspace, "/a.txt");
    const post = await first.post();
    expectOk(post);
    expect(post.stdout).toMatch(/\nbot: pushed: 1 file added \(push 1, .* sent\)\n/);
    expect(post.outputs).toMatchObject({ pushed: "true", changed: "true", conflicts: "0" });
    expect(JSON.parse(post.outputs.report ?? "")).toMatchObject({ command: "push", ok: true, agents: [{ agent: "bot" }] });
    expect(post.summary).toMatch(/^\| bot \| a new agent \| pushed, as push 1, .* kB \| 1 added \| {2}\| {2}\|$/m);

    const second = await startJob({ inputs: inputsFor(remote) });
    const pulled = await second.main();
    expectOk(pulled);
    expect(pulled.outputs.pulled).toBe("true");
    expect(pulled.stdout).toMatch(new RegExp(`\\nbot: pulled \\(.* received, revision ${pulled.outputs.revision}\\)\\n`));
    expect(pulled.outputs.revision).not.toBe("");
    expect(await filesOf(second.workspace)).toEqual(["/a.txt"]);
  });

  it("keep the token out of state, outputs, summary and every line but its masking (I8)", async () => {
    const remote = await startRemote();
    const job = await startJob({ inputs: inputsFor(remote) });
    const main = await job.main();
    await writeNote(job.workspace, "/a.txt");
    const post = await job.post();
    for (const step of [main, post]) {
      expectOk(step);
      const lines = step.stdout.split("\n").filter((line) => line !== `::add-mask::${TOKEN}`);
      const said = JSON.stringify([lines, step.stderr, step.outputs, step.state, step.summary]);
      for (const form of [TOKEN, Buffer.from(TOKEN).toString("base64").slice(0, -4)]) expect(said).not.toContain(form);
    }
  });

  it("keep the token out of everything also when the server sends it back in an error (I8)", async () => {
    const body = JSON.stringify({ error: `bad request: ${TOKEN}\n::error::${TOKEN}` });
    const fault = () => ({ status: 400, headers: { "content-type": "application/json" }, body });
    const remote = await startProxy({ upstream: (await startServer()).url, token: TOKEN, fault });
    const main = await (await startJob({ inputs: inputsFor(remote) })).main();
    expect(main.exitCode).toBe(1);
    const lines = main.stdout.split("\n").filter((line) => line !== `::add-mask::${TOKEN}`);
    expect(JSON.stringify([lines, main.stderr, main.outputs, main.state])).not.toContain(TOKEN);
    expect(lines.filter((line) => line.startsWith("::error::"))).toHaveLength(1);
  });

  it("make no request in post when the job changed nothing", async () => {
    const remote = await startRemote();
    const first = await startJob({ inputs: inputsFor(remote) });
    expectOk(await first.main());
    await writeNote(first.workspace, "/a.txt");
    expectOk(await first.post());

    const job = await startJob({ inputs: inputsFor(remote) });
    expectOk(await job.main());
    const before = remote.requests.length;
    const post = await job.post();
    expectOk(post);
    expect(post.outputs).toMatchObject({ pushed: "false", changed: "false" });
    expect(remote.requests.length).toBe(before);
  });

  it("push after a failed job by default, and with push-on success only after a good one", async () => {
    const remote = await startRemote();
    for (const [pushOn, jobStatus, path] of [
      ["always", "failure", "/1-always-failure"],
      ["always", "cancelled", "/2-always-cancelled"],
      ["success", "failure", "/3-success-failure"],
      ["success", "success", "/4-success-success"],
      ["never", "success", "/5-never-success"],
    ] as const) {
      const job = await startJob({ inputs: inputsFor(remote, { "push-on": pushOn }) });
      expectOk(await job.main());
      await writeNote(job.workspace, path);
      expectOk(await job.post({ jobStatus }));
    }
    expect(await nextJobFinds(remote)).toEqual(["/1-always-failure", "/2-always-cancelled", "/4-success-success"]);
  });

  it("pull but never push in a pull request of a fork, even with a token", async () => {
    const remote = await startRemote();
    const repos = { head: { repo: { full_name: "mallory/agents" } }, base: { repo: { full_name: "acme/agents" } } };
    const event = { name: "pull_request", payload: { pull_request: repos } };
    const job = await startJob({ inputs: inputsFor(remote), event });
    expectOk(await job.main());
    await writeNote(job.workspace, "/a.txt");
    const before = remote.requests.length;
    const post = await job.post();
    expectOk(post);
    expect(post.stdout).toContain("This run may only read: nothing is pushed.");
    expect(remote.requests.length).toBe(before);
    expect(await nextJobFinds(remote)).toEqual([]);
  });

  it("fail in post, and send nothing, when post is handed another token than main", async () => {
    const remote = await startRemote();
    const job = await startJob({ inputs: inputsFor(remote) });
    expectOk(await job.main());
    await writeNote(job.workspace, "/a.txt");
    const before = remote.requests.length;
    for (const [token, said] of [
      ["other-token", "The post step has another token than the main step had"],
      ["", "The post step has no token than"],
    ] as const) {
      const post = await job.post({ inputs: { "auth-token": token } });
      expect(post.exitCode).toBe(1);
      expect(post.stdout).toContain(said);
      expect(post.stdout).toContain("Inside a composite action");
      expect(post.outputs.pushed).toBe("false");
    }
    expect(remote.requests.length).toBe(before);
  });

  it("fail in post also when it is handed another cache-secret, but not where nothing is to be pushed", async () => {
    const remote = await startRemote();
    for (const [pushOn, exitCode] of [
      ["always", 1],
      ["never", 0],
    ] as const) {
      const job = await startJob({
        inputs: inputsFor(remote, { "cache-secret": "first-secret-of-the-test", "push-on": pushOn }),
      });
      expectOk(await job.main());
      const post = await job.post({ inputs: { "cache-secret": "second-secret-of-the-test" } });
      expect(post.exitCode).toBe(exitCode);
      expect(post.stdout.includes("has another cache-secret than the main step had")).toBe(exitCode === 1);
    }
  });

  it("fail in main when the server refuses the token, and push nothing after it", async () => {
    const remote = await startRemote();
    const job = await startJob({ inputs: inputsFor(remote, { "auth-token": "wrong-token" }) });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.stdout).toMatch(/^::error::bot: .*/m);
    expect(main.stdout + main.stderr).not.toMatch(/\n\s+at /);
    expect(main.outputs.pulled).toBe("false");
    expect(JSON.parse(main.outputs.report ?? "")).toMatchObject({ ok: false, agents: [{ error: { code: "unauthorized" } }] });
    const post = await job.post({ jobStatus: "failure" });
    expectOk(post);
    expect(post.stdout).toContain("The pull failed: nothing to push.");
  });

  it("push nothing after a main step that was killed in the middle of its pull", async () => {
    const server = await startServer();
    const asked = Promise.withResolvers<void>();
    const never = Promise.withResolvers<undefined>();
    const fault = () => {
      asked.resolve();
      return never.promise;
    };
    const remote = await startProxy({ upstream: server.url, token: TOKEN, fault });
    const job = await startJob({ inputs: inputsFor(remote) });
    const main = await job.main({ killWhen: asked.promise });
    expect(main.signal).toBe("SIGKILL");
    expect(main.outputs.pulled).toBe("false");
    const post = await job.post({ jobStatus: "failure" });
    expectOk(post);
    expect(post.stdout).toContain("ended in the middle of its pull");
  });

  it("find the agents below `directory`, relative to the workspace", async () => {
    const remote = await startRemote();
    const job = await startJob({ inputs: inputsFor(remote, { directory: "memory" }) });
    expectOk(await job.main());
    await writeNote(join(job.workspace, "memory"), "/a.txt");
    expectOk(await job.post());
    expect(await nextJobFinds(remote)).toEqual(["/a.txt"]);
  });

  it("sync several agents, and push those that could be pulled when another one could not", async () => {
    // `{agent}` is the port: two databases that are there, and one that is not.
    const servers = [await startServer(), await startServer()];
    const there = servers.map(({ port }) => String(port));
    const agents = [...there, String(await freePort())];
    const inputs = { agents: agents.join("\n"), "remote-url": "http://127.0.0.1:{agent}", "auth-token": TOKEN };
    const job = await startJob({ inputs });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.outputs.pulled).toBe("false");
    for (const agent of there) await writeNote(job.workspace, "/a.txt", agent);
    const post = await job.post({ jobStatus: "failure" });
    expectOk(post);
    expect(post.summary.match(/\| pushed, as push 1, /g)).toHaveLength(2);

    const next = await startJob({ inputs: { ...inputs, agents: there.join(",") } });
    expectOk(await next.main());
    for (const agent of there) expect(await filesOf(next.workspace, agent)).toEqual(["/a.txt"]);
  });
});
