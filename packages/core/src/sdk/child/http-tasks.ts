import type { SyncConfig } from "../../config/sync-config.ts";
import { BYTES_A_MB, DEFAULT_UNDO_LIMIT_MB, type RunConfig } from "../../config/types.ts";
import { SyncError, toSyncError } from "../../errors.ts";
import { randomUuid } from "../../random-uuid.ts";
import { readBase } from "../../replica/base.ts";
import { agentPaths } from "../../replica/paths.ts";
import type { AgentReport, Checkpointed, DiffReport, PushReport } from "../../report/types.ts";
import { checkpoint as checkpointFile } from "../../sync/checkpoint.ts";
import type { SyncIo } from "../../sync/context.ts";
import { runSync } from "../../sync/run-sync.ts";
import type { Pulled, PullHeldBack, Pushed, Synced, SyncStats, Verified } from "../results.ts";
import type { Task } from "./messages.ts";

export async function pull({ config }: Task, io: SyncIo): Promise<Pulled> {
  return pullResult(done(await run("pull", config, io)));
}

export async function push({ config }: Task, io: SyncIo): Promise<Pushed> {
  return pushResult(done(await run("push", config, io)));
}

/** What was pushed is pushed, also if a program that has the working copy open keeps the pull from it. */
export async function sync({ config }: Task, io: SyncIo): Promise<Synced> {
  const report = await run("sync", config, io);
  const { push, pull, error } = report;
  if (error?.code !== "working-copy-busy" || push === null || push.outcome === "failed" || pull?.outcome !== "failed")
    return { push: pushResult(done(report)), pull: pullResult(report) };
  const heldBack: PullHeldBack = { outcome: "held-back", why: error, bytesReceived: pull.bytesReceived };
  return { push: pushResult(report), pull: heldBack };
}

export async function diff({ config }: Task, io: SyncIo): Promise<DiffReport> {
  const { diff: found } = done(await run("diff", config, io));
  if (found === undefined) throw new SyncError("internal", "A diff came without its result.");
  return found;
}

/** What the manager adds: it alone knows what went before. */
export type ChildStats = Omit<SyncStats, "bytesSent" | "bytesReceived">;

/** What is known here, and (unless it is not to be asked) what the receipts on the remote say. */
export async function stats({ config, options }: Task, io: SyncIo): Promise<ChildStats> {
  const { stats: found } = done(await run("stats", config, io, options.asksRemote !== false));
  if (found === undefined) throw new SyncError("internal", "Statistics came without their result.");
  const { lastPullAt, lastPushAt, lastSyncAt, ...rest } = found;
  const date = (at: string | null) => (at === null ? null : new Date(at));
  return {
    engine: "http",
    agent: config.agent,
    lastPullAt: date(lastPullAt),
    lastPushAt: date(lastPushAt),
    lastSyncAt: date(lastSyncAt),
    ...rest,
  };
}

/** Needs no remote. */
export async function checkpoint({ config, options }: Task): Promise<Checkpointed> {
  return checkpointFile(agentPaths(config.directory, config.agent), options.isOpenHere === true);
}

/** That there are findings is the result and no failure. */
export async function verify({ config, options }: Task, io: SyncIo): Promise<Verified> {
  const report = await run("verify", config, io, options.asksRemote === true);
  const isInconsistent = report.error?.code === "inconsistent" && report.findings !== undefined;
  const { findings = [] } = isInconsistent ? report : done(report);
  return { consistent: !isInconsistent, findings };
}

/** The one agent of a configuration, as the engine is told of it. */
function runConfigOf(config: SyncConfig, remoteUrl: string, verifyRemote = false): RunConfig {
  return {
    agents: [{ agent: config.agent, remoteUrl }],
    authToken: config.authToken,
    directory: config.directory,
    trust: config.readOnly ? "read-only" : "trusted",
    conflict: config.conflict,
    onUnpushed: config.onUnpushed,
    adopt: config.adopt,
    verifyRemote,
    allow: config.allow,
    timeoutMs: config.timeoutMs,
    reportsChanges: false,
    undoLimitBytes: DEFAULT_UNDO_LIMIT_MB * BYTES_A_MB,
    concurrency: 1,
    engine: "http",
    agentfsProgram: null,
    runId: randomUuid(),
    provenance: config.provenance,
    cache: null,
    rescueDirectory: null,
    undoDirectory: null,
  };
}

export function remoteUrlOf({ remoteUrl }: SyncConfig): string {
  if (remoteUrl === null) throw new SyncError("config-invalid", "No remote URL is given.", { hint: "Give it as `remoteUrl`." });
  return remoteUrl;
}

export async function run(
  command: Parameters<typeof runSync>[0],
  config: SyncConfig,
  io: SyncIo,
  verifyRemote = false,
): Promise<Ended> {
  const remoteUrl = remoteUrlOf(config);
  await refuseOtherUrl(config, remoteUrl);
  let thrown: unknown;
  const failed = (error: unknown) => {
    thrown = error;
  };
  const { agents } = await runSync(command, runConfigOf(config, remoteUrl, verifyRemote), { ...io, failed });
  const [report] = agents;
  if (report === undefined) throw new SyncError("internal", `A ${command} came without a report.`);
  return { ...report, thrown };
}

/** Where the agent was pulled from stands in its base. @throws SyncError `remote-mismatch` */
async function refuseOtherUrl({ agent, directory, allow, databasePath }: SyncConfig, remoteUrl: string): Promise<void> {
  const base = await readBase(agentPaths(directory, agent));
  if (base === null || base.url === remoteUrl || allow.includes("remote-replaced")) return;
  throw new SyncError(
    "remote-mismatch",
    `${databasePath} was pulled from ${base.url}, but the remote URL that is configured is ${remoteUrl}.`,
    {
      hint: 'If the agent has moved there, allow it: `allow: ["remote-replaced"]`; otherwise use the URL that it was pulled from.',
    },
  );
}

/** A report, with the error itself if there was one. */
interface Ended extends AgentReport {
  readonly thrown: unknown;
}

/** A report without an error; one with an error is thrown, with what was done before it. */
export function done(report: Ended): AgentReport {
  const { error, push, pull, conflicts, rescue, thrown } = report;
  if (error === null) return report;
  const { code, message, hint } = error;
  const { details, cause } = thrown === undefined ? { details: {}, cause: undefined } : toSyncError(thrown);
  throw new SyncError(code, message, { hint, details: { ...details, push, pull, conflicts, rescue }, cause });
}

function pullResult({ pull }: AgentReport): Pulled {
  if (pull === null || pull.outcome === "failed") throw new SyncError("internal", "A pull came without its result.");
  const { outcome, revision, bytesReceived } = pull;
  return { outcome, revision, bytesReceived };
}

function pushResult({ push, conflicts }: AgentReport): Pushed {
  const outcome = push === null ? "failed" : push.outcome;
  if (push === null || outcome === "failed" || outcome === "unknown")
    throw new SyncError("internal", "A push came without its result.");
  const { pushId, sequence, bytesSent } = push;
  return { outcome, changes: countsOf(push), conflicts, pushId, sequence, bytesSent };
}

function countsOf({ files, keys, toolCalls, rows, schema }: PushReport): Pushed["changes"] {
  return { files, keys, toolCalls, rows, schema };
}
