import type { AgentTarget, RunConfig } from "../config/types.ts";
import { toSyncError } from "../errors.ts";
import type { Deadline } from "../remote/deadline.ts";
import { openRemote } from "../remote/http.ts";
import { isThere, prepareFolders, removeLeftovers } from "../replica/files.ts";
import { keepImagesOpen } from "../replica/image/kept-open.ts";
import { acquireLock } from "../replica/lock.ts";
import { refuseNativeReplica } from "../replica/native.ts";
import { agentPaths } from "../replica/paths.ts";
import { listPending, type Pending } from "../replica/pending.ts";
import { readSignature, sameSignature } from "../replica/signature.ts";
import { errorReport } from "../report/build.ts";
import { NO_CHANGES, SKIPPED_PUSH } from "../report/skipped.ts";
import type { AgentReport, ChangesReport, Conflict, PullReport, PushReport } from "../report/types.ts";
import { makeRedactor } from "../secrets/redact.ts";
import { ConflictError } from "./attempt.ts";
import type { AgentContext, SyncIo } from "./context.ts";
import type { PushResult } from "./finish.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { tornError } from "./settled-changes.ts";

export type AgentCommand = "pull" | "push" | "sync";
export type Step = "pull" | "push";

/** What the steps fill in on their way, so that a failure keeps what was done before it. */
interface Progress {
  pull: PullReport | null;
  push: PushReport | null;
  conflicts: readonly Conflict[];
  changes: ChangesReport | null;
  running: Step;
}

/** `sync` is push, then pull: the push rebases, so the working copy then takes the result. */
export const STEPS: Readonly<Record<AgentCommand, readonly [Step, ...Step[]]>> = {
  pull: ["pull"],
  push: ["push"],
  sync: ["push", "pull"],
};

/** One command for one agent; whatever happens is in the report. */
export async function syncAgent(
  command: AgentCommand,
  config: RunConfig,
  io: SyncIo,
  deadline: Deadline,
  target: AgentTarget,
): Promise<AgentReport> {
  const context = contextOf(config, io, deadline, target);
  const { meter } = context.remote;
  const progress: Progress = { pull: null, push: null, conflicts: [], changes: null, running: STEPS[command][0] };
  try {
    await runSteps(command, context, progress);
    return { ...emptyReport(target), ...told(progress), conflicts: progress.conflicts };
  } catch (error) {
    io.failed?.(error);
    // A step that was done stays what it was, also if tidying up after it failed.
    if (progress.running === "pull") progress.pull ??= { outcome: "failed", revision: null, bytesReceived: meter.receivedBytes };
    else progress.push ??= failedPush(error, meter.sentBytes);
    return {
      ...emptyReport(target),
      ok: false,
      ...told(progress),
      conflicts: error instanceof ConflictError ? error.conflicts : progress.conflicts,
      rescue: await rescueFolder(context),
      error: errorReport(error, makeRedactor([config.authToken])),
    };
  }
}

function told({ pull, push, changes }: Progress): Pick<AgentReport, "pull" | "push" | "changes"> {
  return { pull, push, ...(changes === null ? {} : { changes }) };
}

export function contextOf(config: RunConfig, io: SyncIo, deadline: Deadline, target: AgentTarget): AgentContext {
  const redact = makeRedactor([config.authToken]);
  const say = (line: string, isNotable: boolean) => (isNotable ? io.info : io.verbose)(`${target.agent}: ${redact(line)}`);
  const remote = openRemote(target.remoteUrl, config.authToken, deadline, say, io.meter);
  return { target, config, paths: agentPaths(config.directory, target.agent), remote, deadline, io };
}

export function emptyReport({ agent }: AgentTarget): AgentReport {
  return { agent, ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null };
}

async function runSteps(command: AgentCommand, context: AgentContext, progress: Progress): Promise<void> {
  const { config, paths, target, io } = context;
  if (config.trust === "none") {
    io.info(`${target.agent}: nothing is done here (trust class "none")`);
    for (const step of STEPS[command]) skip(progress, step);
    return;
  }
  await refuseNativeReplica(paths);
  await prepareFolders(paths);
  using _lock = await acquireLock(paths);
  using _kept = keepImagesOpen();
  if (await removeLeftovers(paths)) io.info(`${target.agent}: removed what a command that was cut short had left`);
  try {
    for (const step of STEPS[command]) {
      progress.running = step;
      if (step === "push" && (await hasNothingToPush(command, context))) skip(progress, step);
      else await run(step, context, progress);
    }
  } finally {
    await removeLeftovers(paths);
  }
}

async function run(step: Step, context: AgentContext, progress: Progress): Promise<void> {
  const { meter } = context.remote;
  const [sentBefore, receivedBefore] = [meter.sentBytes, meter.receivedBytes];
  if (step === "push") {
    const result = await push(context, (changes) => {
      progress.changes = changes;
    });
    progress.push = pushReport(result, meter.sentBytes - sentBefore);
    progress.conflicts = result.conflicts;
    const rest = result.outcome === "unchanged" ? "nothing else was there to push" : "everything else was pushed";
    if (result.heldBack.length > 0) throw tornError(result.heldBack, rest);
  } else progress.pull = { ...(await pull(context)), bytesReceived: meter.receivedBytes - receivedBefore };
}

async function hasNothingToPush(command: AgentCommand, { config, paths, target, io }: AgentContext): Promise<boolean> {
  if (config.trust === "read-only") io.info(`${target.agent}: not pushed (read-only)`);
  return config.trust === "read-only" || (command === "sync" && !(await isThere(paths.workingCopy)));
}

function skip(progress: Progress, step: Step): void {
  if (step === "pull") progress.pull = { outcome: "skipped", revision: null, bytesReceived: 0 };
  else progress.push = SKIPPED_PUSH;
}

export function pushReport({ outcome, pushId, sequence, counts }: PushResult, bytesSent: number): PushReport {
  return { outcome, pushId, sequence, bytesSent, ...(counts ?? NO_CHANGES) };
}

export function failedPush(thrown: unknown, bytesSent: number): PushReport {
  const { code, details } = toSyncError(thrown);
  const outcome = code === "outcome-unknown" ? "unknown" : details["isCommitted"] === true ? "pushed-unverified" : "failed";
  const pushId = typeof details["pushId"] === "string" ? details["pushId"] : null;
  return { outcome, pushId, sequence: null, bytesSent, ...NO_CHANGES };
}

/**
 * The bundle that holds what could not be pushed: the one that this run made, or one of what the working copy holds still. One that an
 * earlier run made, and that lacks what was written since, is only in `rescue list`.
 */
async function rescueFolder({ paths, config }: AgentContext): Promise<string | null> {
  // The error that brought us here is the one to report.
  const pending = await listPending(paths).catch(() => []);
  const now = await readSignature(paths.workingCopy).catch(() => null);
  const holdsAllOf = ({ runId, signature }: Pending) => runId === config.runId || now === null || sameSignature(signature, now);
  const kept = pending.filter((one) => one.reason === "push" && holdsAllOf(one));
  return kept.sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1)?.folder ?? null;
}
