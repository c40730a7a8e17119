import { isEmptyChangeset } from "../agentfs/changeset.ts";
import { describe } from "../agentfs/describe.ts";
import { pushIdState, sameFacts } from "../agentfs/facts.ts";
import { DEFAULT_CHUNK_SIZE_BYTES } from "../agentfs/schema.ts";
import { SyncError, toSyncError } from "../errors.ts";
import { type Base, readBase } from "../replica/base.ts";
import { renewPushId } from "../replica/origin.ts";
import { removePending, writePending } from "../replica/pending.ts";
import { dropSnapshot } from "../replica/snapshot.ts";
import { Database } from "../replica/sqlite.ts";
import { readPhase, writePhase } from "../replica/state.ts";
import type { ChangesReport } from "../report/types.ts";
import { type Attempt, attempt, type PushWork, type Refusal } from "./attempt.ts";
import type { AgentContext } from "./context.ts";
import { fetchRemote } from "./fetch-remote.ts";
import { finish, type PushResult, UNCHANGED } from "./finish.ts";
import { initialise } from "./initialise.ts";
import { inspect } from "./inspect.ts";
import { adopt } from "./publish.ts";
import { guardChangeset } from "./push-guards.ts";
import { adoptForOtherRemote, holds, isToGoWhole, refuseOther, refuseOtherUrl } from "./replaced.ts";
import { settlePending } from "./settle-pending.ts";
import { type SettledChanges, settledChanges } from "./settled-changes.ts";
import { STAGE_GUARDS } from "./stage/guards.ts";
import { Staging } from "./stage/staging.ts";
import { sweep } from "./stage/sweep.ts";
import { Turn } from "./turn.ts";

/** Learns what a push carries, whatever becomes of it. */
export type TellChanges = (changes: ChangesReport) => void;

/**
 * Pushes what the job changed: one guarded transaction, or nothing. Makes no request if nothing changed, unless the
 * remote may be another one.
 * @throws SyncError `pull-incomplete`, `working-copy-missing`, `origin-mismatch`, `working-copy-torn`, `conflict`, `mass-change`,
 * `too-large`, `unsupported-schema`, `unsupported-value`, `remote-replaced`, `remote-busy`, `outcome-unknown`, and as requests do
 */
export async function push(context: AgentContext, tell: TellChanges = () => undefined): Promise<PushResult> {
  const phase = await readPhase(context.paths);
  if (phase === "pulling")
    throw new SyncError("pull-incomplete", `The last pull of ${context.target.agent} was cut short; nothing was pushed.`);
  await settlePending(context);
  const { copy, heldBack } = await changesOf(context);
  if (copy.kind !== "changed" || isEmptyChangeset(copy.changeset)) return { ...UNCHANGED, heldBack };
  guardChangeset(context, copy.changeset, copy.snapshot.path);
  const holdsAll = heldBack.length === 0;
  const pending = await writePending(context.paths, copy.origin, { ...copy.snapshot, holdsAll }, "push", context.config.runId);
  await dropSnapshot(copy.snapshot);
  await tellChanges(context, { origin: copy.origin, pending, changeset: copy.changeset }, tell);
  if (phase === "absent") await writePhase(context.paths, "ready", context.config.runId);
  return { ...(await pushUntilDone(context, { origin: copy.origin, pending, changeset: copy.changeset })), heldBack };
}

/** To tell what is pushed is no reason not to push it. */
async function tellChanges({ config, io, target }: AgentContext, work: PushWork, tell: TellChanges): Promise<void> {
  if (!config.reportsChanges) return;
  try {
    tell(await describe(work.origin.path, work.pending.snapshotPath, work.changeset));
  } catch (error) {
    io.info(`${target.agent}: the report does not say what is changed (${toSyncError(error).message})`);
  }
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
    await adoptForOtherRemote(context, copy.origin);
    copy = await inspect(context);
  }
  return copy.kind === "changed" ? settledChanges(context, copy) : { copy, heldBack: [] };
}

/** Commits whose answer was lost and that turned out not to have arrived; after so many the server, not the network, is at fault. */
const MOST_LOST_COMMITS = 3;

/** From one origin at most one commit ever leaves: whenever it is not certain what became of a push id, it gets a new one. */
export async function pushUntilDone(context: AgentContext, first: PushWork): Promise<PushResult> {
  let work = first;
  let [lostCommits, lostStages, contradictions] = [0, 0, 0];
  let isNewest = false;
  const turn = new Turn(context);
  let base = await initialisedBase(context, work, await readBase(context.paths));
  await sweep(context, base);
  const staging = new Staging(context, work.changeset);
  for (;;) {
    const tried = await attempt(context, work, base, isNewest, staging, turn);
    const wasNewest = isNewest;
    isNewest = true;
    const isLost = isStageLost(tried);
    if (isLost) {
      await staging.giveUp();
      if (++lostStages >= MOST_LOST_STAGES) throw stageLost(context, lostStages);
    }
    if (tried.kind === "stale" || tried.kind === "unstaged") {
      base = await newestBase(context, work, base);
      continue;
    }
    if (tried.kind === "nothing-to-do") {
      await staging.giveUp();
      return finish(context, work, tried, null);
    }
    const { settled, digest } = tried;
    if (settled.state === "applied" && settled.digest === digest) {
      // By a copy of this folder perhaps, which had staged it for itself.
      await (tried.kind === "refused" ? staging.giveUp() : staging.end());
      return finish(context, work, tried, { digest, sequence: settled.sequence, planned: base });
    }
    if (tried.kind === "settled" && settled.state === "revoked" && ++lostCommits >= MOST_LOST_COMMITS) throw tried.cause;
    let newest = await newestBase(context, work, base);
    if (settled.state !== "absent") work = await underNewPushId(context, work, settled.state === "applied", newest);
    else if (tried.kind === "refused" && !isLost) {
      const isRace = STATE_GUARDS.has(tried.result.guard ?? "") && ++contradictions < MOST_CONTRADICTIONS;
      if (!isRace) refuseIfUnchanged(context, base, newest, tried.result);
    }
    // The first time at once: the base on disk may have been an old one.
    if (wasNewest && (await turn.take())) newest = await newestBase(context, work, newest);
    base = newest;
  }
}

/**
 * Guards that hold by what is read of the remote: refused by one, although the state that is read is the same as before, means that it was
 * another one for a moment (a backup was put back since), or that pages are served that lag behind. That passes, or is no race.
 */
const STATE_GUARDS: ReadonlySet<string> = new Set(["uuid", "sequence"]);
const MOST_CONTRADICTIONS = 4;

/** What a push staged and others took away, so many times; then somebody does so on purpose, or the server loses it. */
const MOST_LOST_STAGES = 5;

function stageLost({ remote }: AgentContext, times: number): SyncError {
  return new SyncError("remote-busy", `What the push had staged on ${remote.url} was taken away ${times} times.`);
}

/** Whether what was staged has to be staged anew: a race, but one that must end. */
function isStageLost(tried: Attempt): boolean {
  if (tried.kind === "unstaged") return true;
  return tried.kind === "refused" && tried.result.guard !== null && STAGE_GUARDS.has(tried.result.guard);
}

/** The next one that the remote has not seen: of fifty copies of one folder, each has used one up. */
async function underNewPushId(context: AgentContext, work: PushWork, copyPushed: boolean, newest: Base): Promise<PushWork> {
  using db = Database.openImmutable(newest.path);
  const origin = await renewPushId(context.paths, work.origin, copyPushed, (pushId) => pushIdState(db, pushId));
  const { snapshotPath: path, signature, holdsAll } = work.pending;
  const pending = await writePending(context.paths, origin, { path, signature, holdsAll }, "push", context.config.runId);
  await removePending(work.pending);
  return { ...work, origin, pending };
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
