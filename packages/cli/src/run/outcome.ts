import { type AgentReport, type RunReport, SKIPPED_PUSH } from "@agentfs-sync/core";
import type { FailOn, PushOn } from "../flags.ts";
import { type ChildEnd, shellExitCode } from "./child.ts";

/** Why there is no push after the command; null: push. */
export function reasonNotToPush(pushOn: PushOn, child: ChildEnd): string | null {
  if (pushOn === "never") return "--push-on is never";
  if (pushOn === "success" && shellExitCode(child) !== 0) {
    const how = child.signal === null ? `exited with ${child.exitCode}` : `was ended by ${child.signal}`;
    return `the command ${how}, and --push-on is success`;
  }
  return null;
}

/** As the command did; if it succeeded, what failed of ours and counts by --fail-on. */
export function runExitCode(child: ChildEnd, pullExitCode: number, pushExitCode: number, failOn: FailOn): number {
  const own = shellExitCode(child);
  if (own !== 0) return own;
  switch (failOn) {
    case "any":
      return pushExitCode !== 0 ? pushExitCode : pullExitCode;
    case "pull":
      return pullExitCode;
    case "push":
      return pushExitCode;
    case "never":
      return 0;
  }
}

/** The report of `run`: that of core, with the exit code of the process and how the command ended (null: not started). */
export interface RunCommandReport extends Omit<RunReport, "exitCode"> {
  readonly exitCode: number;
  readonly child: ChildEnd | null;
}

/** Puts the pull before and the push after the command together. `push` is null when there was none. */
export function joinReports(
  pull: RunReport,
  push: RunReport | null,
  child: ChildEnd | null,
  exitCode: number,
  durationMs: number,
): RunCommandReport {
  const agents = pull.agents.map((pulled) =>
    joinAgent(
      pulled,
      push?.agents.find(({ agent }) => agent === pulled.agent),
    ),
  );
  return { version: 1, command: "run", ok: exitCode === 0, exitCode, runId: pull.runId, durationMs, agents, child };
}

function joinAgent(pulled: AgentReport, pushed: AgentReport | undefined): AgentReport {
  if (pushed === undefined) return { ...pulled, push: SKIPPED_PUSH };
  return {
    agent: pulled.agent,
    ok: pulled.ok && pushed.ok,
    pull: pulled.pull,
    push: pushed.push,
    conflicts: [...pulled.conflicts, ...pushed.conflicts],
    rescue: pushed.rescue,
    error: pushed.error ?? pulled.error,
  };
}
