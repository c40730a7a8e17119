import { describe, expect, it } from "vitest";
import { startJob } from "../parts/runner.ts";

const TOKEN = "secret-token-of-the-test";
const REMOTE = "libsql://{agent}-acme.turso.test";

const OUTPUT_NAMES = ["cache-hit", "changed", "conflicts", "pulled", "pushed", "report", "rescue", "revision"];

describe("the steps of the action, when there is nothing to talk to", () => {
  it("do nothing and succeed without a token, and say so in one line", async () => {
    const job = await startJob({ inputs: { agents: "bot", "remote-url": REMOTE } });
    const main = await job.main();
    expect(main.exitCode).toBe(0);
    expect(main.stdout).toMatch(/^No token was given to this run[^\n]*\n$/);
    expect(Object.keys(main.outputs).sort()).toEqual(OUTPUT_NAMES);
    expect(main.outputs).toMatchObject({
      pulled: "false",
      pushed: "false",
      changed: "false",
      conflicts: "0",
      "cache-hit": "false",
    });

    const post = await job.post();
    expect(post.exitCode).toBe(0);
    expect(post.stdout).toBe(main.stdout);
  });

  it("do nothing and succeed where a fork's run has neither token nor URL", async () => {
    const job = await startJob({
      inputs: { agents: "bot", "remote-url": "", "auth-token": "" },
      event: { name: "pull_request" },
    });
    expect((await job.main()).exitCode).toBe(0);
    expect((await job.post()).exitCode).toBe(0);
  });

  it("refuse an agent id that is none, with every output set and no stack trace", async () => {
    const job = await startJob({ inputs: { agents: "bot\n../etc", "remote-url": REMOTE, "auth-token": TOKEN } });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.stdout).toContain('::error::The agent id "../etc" is not valid');
    expect(main.stdout + main.stderr).not.toMatch(/\n\s+at /);
    expect(Object.keys(main.outputs).sort()).toEqual(OUTPUT_NAMES);
    expect(JSON.parse(main.outputs.report ?? "")).toMatchObject({ ok: false, exitCode: 2, error: { code: "config-invalid" } });

    const post = await job.post({ jobStatus: "failure" });
    expect(post.exitCode).toBe(0);
    expect(post.stdout).toContain("The pull failed: nothing to push.");
  });

  it("refuse a push-on that is none of the three words", async () => {
    const job = await startJob({ inputs: { agents: "bot", "remote-url": REMOTE, "auth-token": TOKEN, "push-on": "sometimes" } });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.stdout).toContain('The input push-on is "sometimes", but must be one of always, success, never.');
  });

  it("refuse two agents that would share one database", async () => {
    const job = await startJob({ inputs: { agents: "a, b", "remote-url": "https://db.test", "auth-token": TOKEN } });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.stdout).toContain("The agents a and b would share one database");
  });

  it("mask the token before they say anything else, and keep it out of state and outputs (I8)", async () => {
    const job = await startJob({ inputs: { agents: "bad id", "remote-url": REMOTE, "auth-token": ` ${TOKEN}\n` } });
    const main = await job.main();
    expect(main.stdout.split("\n")[0]).toBe(`::add-mask:: ${TOKEN}%0A`);
    expect(main.stdout.split("\n")[1]).toBe(`::add-mask::${TOKEN}`);
    const rest = main.stdout.split("\n").slice(2).join("\n");
    expect(rest + main.stderr + JSON.stringify([main.outputs, main.state, main.summary])).not.toContain(TOKEN);
  });

  it("push nothing after a main step that was ended in the middle of its pull", async () => {
    const job = await startJob({ inputs: { agents: "bot", "remote-url": REMOTE, "auth-token": TOKEN } });
    const post = await job.post({
      jobStatus: "cancelled",
      state: { "agentfs-sync": '{"phase":"started","unpulled":["bot"],"directory":"."}' },
    });
    expect(post.exitCode).toBe(0);
    expect(post.stdout).toContain("ended in the middle of its pull");
  });

  it("push nothing after a main step that never started", async () => {
    const job = await startJob({ inputs: { agents: "bot", "remote-url": REMOTE, "auth-token": TOKEN } });
    const post = await job.post({ jobStatus: "failure" });
    expect(post.exitCode).toBe(0);
    expect(post.stdout).toContain("The main step never started its pull: nothing to push.");
  });

  it("fail in post when the state is not one that main writes", async () => {
    const job = await startJob({ inputs: { agents: "bot", "remote-url": REMOTE, "auth-token": TOKEN } });
    const post = await job.post({ state: { "agentfs-sync": '{"phase":"ready"}' } });
    expect(post.exitCode).toBe(1);
    expect(post.stdout).toContain("The state that the main step saved cannot be read");
  });
});
