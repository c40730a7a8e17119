import { type AgentReport, failedReport, type RunReport, SyncError } from "@agentfs-sync/core";
import { describe, expect, test } from "vitest";
import { shellExitCode } from "./child.ts";
import { joinReports, reasonNotToPush, runExitCode } from "./outcome.ts";

const exited = (exitCode: number) => ({ exitCode, signal: null });
const killed = (signal: NodeJS.Signals) => ({ exitCode: null, signal });

test("an end by signal n is 128 + n, as a shell says it", () => {
  expect(shellExitCode(exited(3))).toBe(3);
  expect(shellExitCode(killed("SIGTERM"))).toBe(143);
  expect(shellExitCode(killed("SIGINT"))).toBe(130);
});

describe("runExitCode", () => {
  test.each([
    // The command's own failure always wins.
    { child: exited(3), pull: 0, push: 75, failOn: "any", exit: 3 },
    { child: killed("SIGTERM"), pull: 0, push: 75, failOn: "any", exit: 143 },
    { child: exited(3), pull: 3, push: 3, failOn: "never", exit: 3 },
    // It succeeded: what failed of ours, by --fail-on.
    { child: exited(0), pull: 0, push: 0, failOn: "any", exit: 0 },
    { child: exited(0), pull: 0, push: 75, failOn: "any", exit: 75 },
    { child: exited(0), pull: 3, push: 0, failOn: "any", exit: 3 },
    { child: exited(0), pull: 3, push: 75, failOn: "pull", exit: 3 },
    { child: exited(0), pull: 0, push: 75, failOn: "pull", exit: 0 },
    { child: exited(0), pull: 3, push: 75, failOn: "push", exit: 75 },
    { child: exited(0), pull: 3, push: 0, failOn: "push", exit: 0 },
    { child: exited(0), pull: 3, push: 75, failOn: "never", exit: 0 },
  ] as const)("$child, pull $pull, push $push, --fail-on $failOn: exit $exit", ({ child, pull, push, failOn, exit }) => {
    expect(runExitCode(child, pull, push, failOn)).toBe(exit);
  });
});

describe("reasonNotToPush", () => {
  test.each([
    { pushOn: "always", child: exited(1), reason: null },
    { pushOn: "always", child: killed("SIGINT"), reason: null },
    { pushOn: "success", child: exited(0), reason: null },
    { pushOn: "success", child: exited(1), reason: "the command exited with 1, and --push-on is success" },
    { pushOn: "success", child: killed("SIGINT"), reason: "the command was ended by SIGINT, and --push-on is success" },
    { pushOn: "never", child: exited(0), reason: "--push-on is never" },
  ] as const)("--push-on $pushOn after $child", ({ pushOn, child, reason }) => {
    expect(reasonNotToPush(pushOn, child)).toBe(reason);
  });
});

describe("joinReports", () => {
  const agent: AgentReport = { agent: "a", ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null };
  const report = (command: "pull" | "push", agents: readonly AgentReport[]): RunReport => ({
    version: 1,
    command,
    ok: true,
    exitCode: 0,
    runId: command,
    durationMs: 1,
    agents,
  });
  const { error } = failedReport("push", new SyncError("remote-timeout", "No answer."));

  test("has the pull of the first and the push, error and rescue of the second report for each agent", () => {
    const pull = { outcome: "new", revision: null, bytesReceived: 0 } as const;
    const joined = joinReports(
      report("pull", [
        { ...agent, pull },
        { ...agent, agent: "b", pull },
      ]),
      [report("push", [{ ...agent, agent: "b", ok: false, error, rescue: "somewhere" }, agent])],
      exited(0),
      75,
      9,
    );
    expect(joined).toMatchObject({ command: "run", ok: false, exitCode: 75, runId: "pull", durationMs: 9, child: exited(0) });
    expect(joined.agents).toEqual([
      { ...agent, pull },
      { ...agent, agent: "b", pull, ok: false, error, rescue: "somewhere" },
    ]);
  });

  test("says that a push which did not take place was skipped", () => {
    const joined = joinReports(report("pull", [agent]), [], exited(1), 1, 9);
    expect(joined.agents[0]?.push).toMatchObject({ outcome: "skipped", pushId: null, bytesSent: 0 });
  });
});
