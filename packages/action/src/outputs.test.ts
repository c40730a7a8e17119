import type { AgentReport, PullOutcome, PushOutcome, RunReport } from "@agentfs-sync/core";
import { describe, expect, it } from "vitest";
import { pullOutputs, pushOutputs } from "./outputs.ts";

const none = { added: 0, changed: 0, removed: 0, renamed: 0 };
const agent = (name: string, part: Partial<AgentReport>): AgentReport => ({
  agent: name,
  ok: true,
  pull: null,
  push: null,
  conflicts: [],
  rescue: null,
  error: null,
  ...part,
});
const pull = (outcome: PullOutcome, revision: string | null = null) => ({ pull: { outcome, revision, bytesReceived: 0 } });
const push = (outcome: PushOutcome) => ({
  push: {
    outcome,
    pushId: null,
    sequence: null,
    bytesSent: 0,
    files: none,
    keys: none,
    toolCalls: { added: 0 },
    rows: none,
    schema: { added: 0 },
  },
});
const report = (...agents: AgentReport[]): RunReport => ({
  version: 1,
  command: "pull",
  ok: true,
  exitCode: 0,
  runId: "r",
  durationMs: 1,
  agents,
});

describe("the outputs", () => {
  it("say pulled only when every agent was", () => {
    expect(pullOutputs(report(agent("a", pull("new")), agent("b", pull("unchanged")))).pulled).toBe("true");
    expect(pullOutputs(report(agent("a", pull("pulled")), agent("b", pull("failed")))).pulled).toBe("false");
    expect(pullOutputs(report(agent("a", {}))).pulled).toBe("false");
    expect(pullOutputs(report()).pulled).toBe("false");
  });

  it("give one agent's revision alone, those of several by name", () => {
    expect(pullOutputs(report(agent("a", pull("pulled", "r7")))).revision).toBe("r7");
    expect(pullOutputs(report(agent("a", pull("pulled", "r7")), agent("b", pull("new")))).revision).toBe("a r7\nb ");
  });

  it("say pushed when something reached the remote, changed when there was something to push", () => {
    expect(pushOutputs(report(agent("a", push("unchanged"))))).toMatchObject({ pushed: "false", changed: "false" });
    expect(pushOutputs(report(agent("a", push("unchanged")), agent("b", push("pushed"))))).toMatchObject({
      pushed: "true",
      changed: "true",
    });
    expect(pushOutputs(report(agent("a", push("failed"))))).toMatchObject({ pushed: "false", changed: "true" });
    expect(pushOutputs(report(agent("a", push("unknown"))))).toMatchObject({ pushed: "false", changed: "true" });
  });

  it("hold a report that a step can be handed, however many conflicts there are, and count them all", () => {
    const path = `/${"x".repeat(1_000)}`;
    const one = {
      kind: "file",
      path,
      ours: "changed",
      theirs: "changed",
      resolution: "keep-both",
      oursAt: path,
      theirsAt: path,
    } as const;
    const agents = ["a", "b", "c"].map((name) => agent(name, { conflicts: Array.from({ length: 5_000 }, () => one) }));
    const outputs = pushOutputs(report(...agents));
    expect(Buffer.byteLength(outputs.report ?? "")).toBeLessThanOrEqual(100_000);
    expect(JSON.parse(outputs.report ?? "").agents[0].conflicts.length).toBeGreaterThan(0);
    expect(outputs.conflicts).toBe("15000");
  });

  it("list rescue files and count conflicts", () => {
    const conflict = {
      kind: "file",
      path: "/a",
      ours: "changed",
      theirs: "changed",
      resolution: "fail",
      oursAt: null,
      theirsAt: null,
    } as const;
    const outputs = pushOutputs(report(agent("a", { rescue: "/x", conflicts: [conflict] }), agent("b", { rescue: "/y" })));
    expect(outputs).toMatchObject({ rescue: "/x\n/y", conflicts: "1" });
  });
});
