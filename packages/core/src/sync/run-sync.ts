import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentTarget, RunConfig } from "../config/types.ts";
import { SyncError } from "../errors.ts";
import { Deadline } from "../remote/deadline.ts";
import { openRemote } from "../remote/http.ts";
import { isThere, prepareFolders, removeLeftovers } from "../replica/files.ts";
import { acquireLock } from "../replica/lock.ts";
import { agentPaths } from "../replica/paths.ts";
import { listPending } from "../replica/pending.ts";
import { buildReport, errorReport } from "../report/build.ts";
import type { AgentReport, ChangeCounts, PullReport, PushReport, RunReport } from "../report/types.ts";
import { ConflictError } from "./attempt.ts";
import type { AgentContext, SyncIo } from "./context.ts";
import { inBounds } from "./in-bounds.ts";
import { pull } from "./pull.ts";
import { type PushResult, push } from "./push.ts";
import { status } from "./status.ts";

export type { SyncIo } from "./context.ts";

type Command = "pull" | "push" | "sync" | "status";

/**
 * Runs one command for all agents of the configuration, several at once, and returns the report. Never throws for what
 * happens to an agent: that is in its `error`; one failing agent does not stop the others.
 * @example const report = await runSync("push", config, { info: console.error, verbose: () => {} })
 */
export async function runSync(command: Command, config: RunConfig, io: SyncIo): Promise<RunReport> {
  const startedAt = Date.now();
  const deadline = new Deadline(config.timeoutMs, io.signal);
  const agents = await inBounds(config.concurrency, config.agents, (target) => syncAgent(command, config, io, deadline, target));
  return buildReport(command, config.runId, startedAt, agents);
}

/** What an agent's commands fill in on their way, so that a failure keeps what was done before it. */
interface Progress {
  pull: PullReport | null;
  push: PushReport | null;
  running: "pull" | "push" | null;
}

async function syncAgent(
  command: Command,
  config: RunConfig,
  io: SyncIo,
  deadline: Deadline,
  target: AgentTarget,
): Promise<AgentReport> {
  const paths = agentPaths(config.directory, target.agent);
  const remote = openRemote(target.remoteUrl, config.authToken, deadline);
  const context: AgentContext = { target, config, paths, remote, deadline, io };
  const progress: Progress = { pull: null, push: null, running: null };
  const report = { agent: target.agent, conflicts: [], rescue: null, error: null };
  if (command === "status") return statusOf(context, report);
  try {
    await runPhases(command, context, progress);
    return { ...report, ok: true, pull: progress.pull, push: progress.push };
  } catch (error) {
    if (progress.running === "pull")
      progress.pull = { outcome: "failed", revision: null, bytesReceived: remote.meter.receivedBytes };
    if (progress.running === "push") {
      const outcome = error instanceof SyncError && error.code === "outcome-unknown" ? "unknown" : "failed";
      progress.push = pushReport({ outcome, pushId: null, sequence: null, counts: null }, remote.meter.sentBytes);
    }
    const conflicts = error instanceof ConflictError ? error.conflicts : [];
    return {
      ...report,
      ok: false,
      pull: progress.pull,
      push: progress.push,
      conflicts,
      rescue: await rescueFolder(context),
      error: errorReport(error),
    };
  }
}

/** Takes no lock and writes nothing into our folder: what it needs for a moment is kept elsewhere. */
async function statusOf(
  context: AgentContext,
  report: Pick<AgentReport, "agent" | "conflicts" | "rescue" | "error">,
): Promise<AgentReport> {
  const temporary = await mkdtemp(join(tmpdir(), "agentfs-sync-"));
  try {
    return {
      ...report,
      ok: true,
      pull: null,
      push: null,
      status: await status({ ...context, paths: { ...context.paths, temporary } }),
    };
  } catch (error) {
    return { ...report, ok: false, pull: null, push: null, error: errorReport(error) };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function runPhases(command: Exclude<Command, "status">, context: AgentContext, progress: Progress): Promise<void> {
  const { config, paths, remote, target, io } = context;
  const steps = command === "sync" ? (["push", "pull"] as const) : ([command] as const);
  progress.running = steps[0];
  if (config.trust === "none") {
    io.info(`${target.agent}: nothing is done here (trust class "none")`);
    progress.pull = steps.some((step) => step === "pull") ? { outcome: "skipped", revision: null, bytesReceived: 0 } : null;
    progress.push = steps.some((step) => step === "push") ? SKIPPED_PUSH : null;
    return;
  }
  await prepareFolders(paths);
  await using _lock = await acquireLock(paths);
  if (await removeLeftovers(paths)) io.info(`${target.agent}: removed what a command that was cut short had left`);
  try {
    for (const step of steps) {
      progress.running = step;
      const before = { ...remote.meter };
      if (step === "pull") {
        const report = await pull(context);
        progress.pull = { ...report, bytesReceived: remote.meter.receivedBytes - before.receivedBytes };
      } else if (config.trust === "read-only") {
        io.info(`${target.agent}: not pushed (read-only)`);
        progress.push = SKIPPED_PUSH;
      } else if (command === "sync" && !(await isThere(paths.workingCopy))) {
        progress.push = SKIPPED_PUSH;
      } else {
        progress.push = pushReport(await push(context), remote.meter.sentBytes - before.sentBytes);
      }
    }
    progress.running = null;
  } finally {
    await removeLeftovers(paths);
  }
}

const NO_CHANGES: ChangeCounts = {
  files: { added: 0, changed: 0, removed: 0, renamed: 0 },
  keys: { added: 0, changed: 0, removed: 0 },
  toolCalls: { added: 0 },
};

const SKIPPED_PUSH: PushReport = { outcome: "skipped", pushId: null, sequence: null, bytesSent: 0, ...NO_CHANGES };

function pushReport(
  { outcome, pushId, sequence, counts }: Omit<PushResult, "outcome"> & { readonly outcome: PushReport["outcome"] },
  bytesSent: number,
): PushReport {
  return { outcome, pushId, sequence, bytesSent, ...(counts ?? NO_CHANGES) };
}

/** Where the newest changes are that could not be pushed. */
async function rescueFolder({ paths }: AgentContext): Promise<string | null> {
  const pending = await listPending(paths).catch(() => []);
  return pending.filter(({ reason }) => reason === "push").at(-1)?.folder ?? null;
}
