import { randomInt } from "node:crypto";
import { isEmptyChangeset } from "../agentfs/changeset.ts";
import { countChanges } from "../agentfs/diff.ts";
import { sameFacts } from "../agentfs/facts.ts";
import type { MergeResult, Plan } from "../agentfs/merge/types.ts";
import { DEFAULT_CHUNK_SIZE_BYTES } from "../agentfs/schema.ts";
import type { Finding } from "../agentfs/torn.ts";
import { SyncError, toSyncError } from "../errors.ts";
import { type Base, readBase } from "../replica/base.ts";
import { cloneFile, temporaryPath } from "../replica/files.ts";
import { advanceOrigin, renewPushId } from "../replica/origin.ts";
import { listPending, removePending, writePending } from "../replica/pending.ts";
import { dropSnapshot } from "../replica/snapshot.ts";
import { Database } from "../replica/sqlite.ts";
import { readPhase, writePhase } from "../replica/state.ts";
import type { ChangeCounts, Conflict, PushOutcome } from "../report/types.ts";
import { attempt, type PushWork, type Refusal } from "./attempt.ts";
import type { AgentContext } from "./context.ts";
import { fetchRemote } from "./fetch-remote.ts";
import { initialise } from "./initialise.ts";
import { inspect } from "./inspect.ts";
import { adopt } from "./publish.ts";
import { guardChangeset } from "./push-guards.ts";
import { RECEIPT, readBack } from "./read-back.ts";
import { adoptForOtherRemote, holds, isToGoWhole, refuseOther, refuseOtherUrl } from "./replaced.ts";
import { look } from "./settle.ts";
import { settlePending } from "./settle-pending.ts";
import { type SettledChanges, settledChanges } from "./settled-changes.ts";

export interface PushResult {
  readonly outcome: PushOutcome & ("pushed" | "pushed-unverified" | "unchanged");
  readonly pushId: string | null;
  readonly sequence: number | null;
  readonly counts: ChangeCounts | null;
  /** What was half-written and stayed behind; not empty means that not everything of the job is on the remote. */
  readonly heldBack: readonly Finding[];
  /** What both sides changed, as it was resolved. */
  readonly conflicts: readonly Conflict[];
}

const UNCHANGED: PushResult = {
  outcome: "unchanged",
  pushId: null,
  sequence: null,
  counts: null,
  heldBack: [],
  conflicts: [],
};

/**
 * Pushes what the job changed: one guarded transaction, or nothing. Makes no request if nothing changed, unless the
 * remote may be another one.
 * @throws SyncError `pull-incomplete`, `working-copy-missing`, `origin-mismatch`, `working-copy-torn`, `conflict`, `mass-change`,
 * `too-large`, `unsupported-schema`, `unsupported-value`, `remote-replaced`, `remote-busy`, `outcome-unknown`, and as requests do
 */
export async function push(context: AgentContext): Promise<PushResult> {
  const phase = await readPhase(context.paths);
  if (phase === "pulling")
    throw new SyncError("pull-incomplete", `The last pull of ${context.target.agent} was cut short; nothing was pushed.`);
  await settlePending(context);
  const { copy, heldBack } = await changesOf(context);
  if (copy.kind !== "changed" || isEmptyChangeset(copy.changeset)) return { ...UNCHANGED, heldBack };
  guardChangeset(context, copy.changeset);
  const holdsAll = heldBack.length === 0;
  const pending = await writePending(context.paths, copy.origin, { ...copy.snapshot, holdsAll }, "push");
  await dropSnapshot(copy.snapshot);
  if (phase === "absent") await writePhase(context.paths, "ready", context.config.runId);
  return { ...(await pushUntilDone(context, { origin: copy.origin, pending, changeset: copy.changeset })), heldBack };
}

async function changesOf(context: AgentContext): Promise<SettledChanges> {
  const { paths, config, remote } = context;
  let copy = await inspect(context);
  if (copy.kind === "absent")
    throw new SyncError("working-copy-missing", `There is no working copy at ${paths.workingCopy}: nothing to push.`);
  if (copy.kind === "foreign") {
    await dropSnapshot(copy.snapshot);
    const state = await fetchRemote(context, await readBase(paths), "take");
    if (state.kind === "base" && !config.adopt) {
      throw new SyncError(
        "origin-mismatch",
        `${paths.workingCopy} was not pulled from ${remote.url}, which holds an agent already.`,
      );
    }
    await adopt(context);
    copy = await inspect(context);
  } else if (config.allow.includes("remote-replaced") && (await isToGoWhole(context, copy))) {
    if (copy.kind === "changed") await dropSnapshot(copy.snapshot);
    await adoptForOtherRemote(context);
    copy = await inspect(context);
  }
  return copy.kind === "changed" ? settledChanges(context, copy) : { copy, heldBack: [] };
}

/** Commits whose answer was lost and that turned out not to have arrived; after so many the server, not the network, is at fault. */
const MOST_LOST_COMMITS = 3;

/** From one origin at most one commit ever leaves: whenever it is not certain what became of a push id, it gets a new one. */
async function pushUntilDone(context: AgentContext, first: PushWork): Promise<PushResult> {
  let work = first;
  let lostCommits = 0;
  let isNewest = false;
  let base = await initialisedBase(context, work, await readBase(context.paths));
  for (let tries = 0; ; tries++) {
    await backOff(context, tries);
    const tried = await attempt(context, work, base, isNewest);
    isNewest = true;
    if (tried.kind === "stale") {
      base = await newestBase(context, work, base);
      continue;
    }
    if (tried.kind === "nothing-to-do") return finish(context, work, tried, null);
    if (tried.kind === "committed") return finish(context, work, tried, { ...tried, planned: base });
    const { settled, digest } = tried;
    if (settled.state === "applied" && settled.digest === digest) {
      return finish(context, work, tried, { digest, sequence: settled.sequence, planned: base });
    }
    if (tried.kind === "settled" && settled.state === "revoked" && ++lostCommits >= MOST_LOST_COMMITS) throw tried.cause;
    const newest = await newestBase(context, work, base);
    if (settled.state !== "absent") work = await underNewPushId(context, work, settled.state === "applied");
    else if (tried.kind === "refused") refuseIfUnchanged(context, base, newest, tried.result);
    base = newest;
  }
}

async function underNewPushId(context: AgentContext, work: PushWork, copyPushed: boolean): Promise<PushWork> {
  const origin = await renewPushId(context.paths, work.origin, copyPushed);
  const { snapshotPath: path, signature, holdsAll } = work.pending;
  const pending = await writePending(context.paths, origin, { path, signature, holdsAll }, "push");
  await removePending(work.pending);
  return { ...work, origin, pending };
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** The first race is tried again at once, later ones after a pause that grows and is drawn at random: fifty jobs must not march in step. */
async function backOff({ deadline, remote }: AgentContext, tries: number): Promise<void> {
  if (tries < 2) return;
  const pauseMs = randomInt(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
  if (deadline.leftMs <= pauseMs)
    throw new SyncError("remote-busy", `Other jobs committed to ${remote.url} first, ${tries} times.`);
  await deadline.sleep(pauseMs, "the wait for other jobs");
}

/** The base to plan against: the one on disk if it will do; the guards will tell if it is old. */
async function initialisedBase(context: AgentContext, work: PushWork, prior: Base | null): Promise<Base> {
  refuseOtherUrl(context, work.origin);
  const isUsable =
    prior !== null && prior.url === context.target.remoteUrl && prior.facts.uuid !== null && holds(prior, work.origin.receipt);
  return isUsable ? refuseOther(context, work.origin, prior) : newestBase(context, work, prior);
}

/** What the remote holds now, with our tables made if they are missing. */
async function newestBase(context: AgentContext, work: PushWork, prior: Base | null): Promise<Base> {
  let state = await fetchRemote(context, prior, "refuse");
  if (state.kind === "empty" || state.base.facts.uuid === null) {
    await initialise(context, chunkSizeOf(work.pending.snapshotPath));
    state = await fetchRemote(context, state.kind === "empty" ? null : state.base, "refuse");
  }
  if (state.kind === "empty") throw new SyncError("remote-error", `${context.remote.url} is empty again after it was prepared.`);
  return refuseOther(context, work.origin, state.base);
}

function chunkSizeOf(path: string): string {
  using db = Database.openImmutable(path);
  return String(db.get("SELECT value FROM fs_config WHERE key = 'chunk_size'")?.["value"] ?? DEFAULT_CHUNK_SIZE_BYTES);
}

/** A commit that was refused while nothing changed would be refused again. */
function refuseIfUnchanged(context: AgentContext, planned: Base, now: Base, { begun, failed, message }: Refusal): void {
  if (begun && now.revision === planned.revision && sameFacts(now.facts, planned.facts)) {
    throw new SyncError("commit-refused", `${context.remote.url} refused the commit at ${failed}: ${message}.`);
  }
  context.io.verbose(`${context.target.agent}: another client committed first (${failed}); planning again`);
}

interface Done {
  readonly sequence: bigint;
  readonly digest: string;
  readonly planned: Base;
}

/** Reads back what was committed, and makes the snapshot the origin: the working copy is not written. */
async function finish(
  context: AgentContext,
  work: PushWork,
  { plan, conflicts }: MergeResult,
  done: Done | null,
): Promise<PushResult> {
  if (done === null) {
    await advance(context, work, plan, work.origin.receipt);
    return { ...UNCHANGED, conflicts };
  }
  const { pushId } = work.origin;
  const outcome = await verified(context, done, plan, work);
  try {
    await advance(context, work, plan, pushId);
  } catch (thrown) {
    // What is on the remote must not be called failed; the next command settles the push id and goes on from there.
    const { code, message, hint, details } = toSyncError(thrown);
    throw new SyncError(code, message, { hint, details: { ...details, pushId, isCommitted: true }, cause: thrown });
  }
  return { outcome, pushId, sequence: Number(done.sequence), counts: countChanges(work.changeset), heldBack: [], conflicts };
}

async function advance(
  { paths }: AgentContext,
  { origin, pending }: PushWork,
  plan: Plan,
  receipt: string | null,
): Promise<void> {
  const file = await temporaryPath(paths, "pushed");
  await cloneFile(pending.snapshotPath, file);
  await advanceOrigin(paths, origin, file, { map: plan.map, signature: pending.holdsAll ? pending.signature : null, receipt });
  for (const old of await listPending(paths)) if (old.originId === origin.id && old.reason === "push") await removePending(old);
}

async function verified(
  context: AgentContext,
  { sequence, digest, planned }: Done,
  plan: Plan,
  { origin, pending }: PushWork,
): Promise<"pushed" | "pushed-unverified"> {
  const { pushId } = origin;
  let missing: string | null;
  try {
    const files = { origin: origin.path, snapshot: pending.snapshotPath };
    missing = await readBack(context, planned, plan, { pushId, digest, sequence }, files);
  } catch (error) {
    context.io.info(`${context.target.agent}: pushed, but it could not be read back (${toSyncError(error).message})`);
    return "pushed-unverified";
  }
  if (missing === null) return "pushed";
  if (missing === RECEIPT) {
    // The server said that it is done. Pages may come from a copy of its that lags; SQL decides, and failing that its word.
    const found = await look(context.remote, pushId).catch(() => null);
    if (found === null || (found.state === "applied" && found.digest === digest)) {
      context.io.info(`${context.target.agent}: pushed, but the pages that the server serves do not show it yet`);
      return "pushed-unverified";
    }
  }
  throw new SyncError(
    "remote-damaged",
    `The push ${pushId} was answered as committed, but ${missing} cannot be read back as sent.`,
    { details: { pushId, isCommitted: missing !== RECEIPT } },
  );
}
