import { type AgentReport, type ChangeCounts, type PushReport, type RunReport, SKIPPED_PUSH } from "@agentfs-sync/core";
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

/** Puts the pull before the command and the pushes of all its time together; there may be none. */
export function joinReports(
  pull: RunReport,
  pushes: readonly RunReport[],
  child: ChildEnd | null,
  exitCode: number,
  durationMs: number,
): RunCommandReport {
  const agents = pull.agents.map((pulled) =>
    joinAgent(
      pulled,
      pushes.flatMap((push) => push.agents.filter(({ agent }) => agent === pulled.agent)),
    ),
  );
  return { version: 1, command: "run", ok: exitCode === 0, exitCode, runId: pull.runId, durationMs, agents, child };
}

function joinAgent(pulled: AgentReport, pushes: readonly AgentReport[]): AgentReport {
  const last = pushes.at(-1);
  if (last === undefined) return { ...pulled, push: SKIPPED_PUSH };
  return {
    agent: pulled.agent,
    // What failed on the way was made up for, or the last one failed too.
    ok: pulled.ok && last.ok,
    pull: pulled.pull,
    push: pushes.map(({ push }) => push).reduce(addPush),
    conflicts: [pulled, ...pushes].flatMap(({ conflicts }) => conflicts),
    rescue: last.rescue,
    error: last.error ?? pulled.error,
  };
}

/** One push that stands for both: the outcome of the later one, unless it found nothing left to do; what was sent adds up. */
function addPush(before: PushReport | null, after: PushReport | null): PushReport | null {
  if (before === null || after === null) return after ?? before;
  const isArrived = before.outcome === "pushed" || before.outcome === "pushed-unverified";
  const { outcome, pushId, sequence } = after.outcome === "unchanged" && isArrived ? before : after;
  const counts = isArrived ? addCounts(before, after) : after;
  return { ...counts, outcome, pushId, sequence, bytesSent: before.bytesSent + after.bytesSent };
}

function addCounts(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  const sum = <T extends Readonly<Record<string, number>>>(x: T, y: T): T =>
    Object.fromEntries(Object.entries(x).map(([did, count]) => [did, count + (y[did] ?? 0)])) as T;
  return {
    files: sum(a.files, b.files),
    keys: sum(a.keys, b.keys),
    toolCalls: sum(a.toolCalls, b.toolCalls),
    rows: sum(a.rows, b.rows),
    schema: sum(a.schema, b.schema),
  };
}
