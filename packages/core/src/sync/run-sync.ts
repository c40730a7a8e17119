import { loadTextDiff } from "../agentfs/text-diff.ts";
import type { AgentTarget, RunConfig } from "../config/types.ts";
import { Deadline } from "../remote/deadline.ts";
import { buildReport, withWhence } from "../report/build.ts";
import type { AgentReport, RunReport } from "../report/types.ts";
import { pushFailedFirst } from "../rescue/push-first.ts";
import type { SyncIo } from "./context.ts";
import { inBounds } from "./in-bounds.ts";
import { isLookCommand, type LookCommand, lookAtAgent } from "./look-at-agent.ts";
import { type AgentCommand, syncAgent } from "./sync-agent.ts";
import { withFolders } from "./with-folders.ts";

export type { SyncIo } from "./context.ts";

/**
 * Runs one command for all agents of the configuration, several at once, and returns the report. Never throws for what
 * happens to an agent: that is in its `error`; one failing agent does not stop the others.
 * @example const report = await runSync("push", config, { info: console.error, verbose: () => {} })
 */
export async function runSync(command: AgentCommand | LookCommand, config: RunConfig, io: SyncIo): Promise<RunReport> {
  const startedAt = Date.now();
  // Also by a pull: the command that runs between it and the push may put another version of us in our place.
  if (config.reportsChanges) await loadTextDiff();
  const deadline = new Deadline(config.timeoutMs, io.signal);
  const work = config.engine === "agentfs" ? await nativeWork(config, io) : httpWork;
  const agents = await inBounds(config.concurrency, config.agents, (target) => work(command, config, io, deadline, target));
  return withWhence(buildReport(command, config.runId, startedAt, agents), config, startedAt);
}

/** What one engine does for one agent. */
type Work = (
  command: AgentCommand | LookCommand,
  config: RunConfig,
  io: SyncIo,
  deadline: Deadline,
  target: AgentTarget,
) => Promise<AgentReport>;

const httpWork: Work = (command, config, io, deadline, target) => {
  if (isLookCommand(command)) return lookAtAgent(command, config, io, deadline, target);
  return withFolders(command, config, io, target, () =>
    command === "pull" ? pullAgent(config, io, deadline, target) : syncAgent(command, config, io, deadline, target),
  );
};

/** Loaded only where it is used. */
async function nativeWork({ agentfsProgram }: RunConfig, { agentfs }: SyncIo): Promise<Work> {
  const { nativeWorkOf } = await import("../sdk/native/native-agent.ts");
  return nativeWorkOf({ ...agentfs, binary: agentfsProgram ?? undefined });
}

async function pullAgent(config: RunConfig, io: SyncIo, deadline: Deadline, target: AgentTarget): Promise<AgentReport> {
  const { push, conflicts } = await pushFailedFirst(config, io, deadline, target);
  const report = await syncAgent("pull", config, io, deadline, target);
  return { ...report, push: push ?? report.push, conflicts: [...conflicts, ...report.conflicts] };
}
