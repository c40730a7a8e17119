import type { Changeset } from "../agentfs/changeset.ts";
import { contentsIn } from "../agentfs/content.ts";
import { describeConflicts } from "../agentfs/describe-conflicts.ts";
import { countChanges } from "../agentfs/diff.ts";
import { digestWith, fingerprintOf } from "../agentfs/fingerprint.ts";
import { merge } from "../agentfs/merge/merge.ts";
import { NumbersUsedUp } from "../agentfs/merge/numbers.ts";
import { isEmptyPlan, type MergeResult, type Plan, type Reservation } from "../agentfs/merge/types.ts";
import { openSides } from "../agentfs/side.ts";
import { unchangedContents } from "../agentfs/unchanged-contents.ts";
import { SyncError, toSyncError } from "../errors.ts";
import { touchedNames } from "../history/touched-names.ts";
import { RequestFailed } from "../remote/http.ts";
import type { Statement } from "../remote/pipeline.ts";
import { retrying } from "../remote/retry.ts";
import type { Base } from "../replica/base.ts";
import type { Origin } from "../replica/origin.ts";
import { clearSent, type Pending, writeSent } from "../replica/pending.ts";
import { Database } from "../replica/sqlite.ts";
import type { Conflict } from "../report/types.ts";
import { writeUndo } from "../undo/write-undo.ts";
import { type CommitResult, commit } from "./commit.ts";
import { changeStatements, rowStatements, rowStatementsWith } from "./commit-steps.ts";
import type { AgentContext } from "./context.ts";
import { digestOfPlan } from "./digest.ts";
import { progress } from "./progress.ts";
import { look, type Settled, settle } from "./settle.ts";
import type { Stage } from "./stage/stage.ts";
import type { Staging } from "./stage/staging.ts";
import { stagedValues, takeContents } from "./stage/take.ts";
import type { Turn } from "./turn.ts";

/** A changeset with where it comes from: what one push id is for. */
export interface PushWork {
  readonly origin: Origin;
  readonly pending: Pending;
  readonly changeset: Changeset;
  /** What the receipt is to say that was carried, where it is not this very changeset. */
  readonly fingerprint?: string;
  /** Of a push that takes another one back. */
  readonly reverts?: Reverts;
}

/** The push that is taken back: its id, and its place in the remote's history. */
export interface Reverts {
  readonly pushId: string;
  readonly sequence: number;
}

/** What one try came to. */
export type Attempt =
  /** Nothing to send, or a conflict, against a state that may be an old one: no guard has looked at it. */
  | { readonly kind: "stale" }
  /** What was staged is gone, or cannot be staged there any more: others have revoked it, or the remote is another one. */
  | { readonly kind: "unstaged" }
  | (MergeResult & { readonly kind: "nothing-to-do" })
  | (MergeResult & { readonly kind: "committed"; readonly digest: string; readonly settled: Settled })
  /** Surely not done by this request; by a copy of this folder perhaps, before it. */
  | (MergeResult & {
      readonly kind: "refused";
      readonly digest: string;
      readonly settled: Settled;
      readonly result: Refusal;
    })
  /** The answer was lost; the push id is settled now. */
  | (MergeResult & {
      readonly kind: "settled";
      readonly digest: string;
      readonly settled: Settled;
      readonly cause: unknown;
    });

export type Refusal = CommitResult & { readonly committed: false };

/** Two sides changed one thing, and the policy is `fail`. */
export class ConflictError extends SyncError {
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    const named = conflicts.slice(0, 5).map(({ path, ours, theirs }) => `${path} (${ours} here, ${theirs} on the remote)`);
    const more = conflicts.length > named.length ? ` and ${conflicts.length - named.length} more` : "";
    super("conflict", `Both sides changed ${named.join(", ")}${more}. Nothing was pushed.`, { details: { conflicts } });
    this.conflicts = conflicts;
  }
}

/**
 * Plans against `base` and sends the commit once.
 * @throws ConflictError, SyncError `outcome-unknown`, and what surely had no effect as it is
 */
export async function attempt(
  context: AgentContext,
  work: PushWork,
  base: Base,
  isNewest: boolean,
  staging: Staging,
  turn: Turn,
): Promise<Attempt> {
  using source = openSource(work);
  const known = {
    ours: contentsIn(work.changeset, "after"),
    theirs: unchangedContents(work.origin.path, base.path, work.changeset),
  };
  let wasReservedForAnother = staging.stage !== null;
  let expected = staging.expected(base);
  for (;;) {
    try {
      const reserved = staging.reservation ?? expected?.reservation ?? null;
      const merged = planAgainst(context, work, base, known, reserved);
      const { plan } = merged;
      if (!isNewest && (merged.conflicts.length > 0 || isEmptyPlan(plan))) return { kind: "stale" };
      const conflicts = tellConflicts(context, work, base, merged);
      const planned = { ...merged, conflicts };
      if (conflicts.length > 0 && context.config.conflict === "fail") throw new ConflictError(conflicts);
      if (isEmptyPlan(plan)) return { ...planned, kind: "nothing-to-do" };
      const prepared = await staging.prepare(plan, base, work.origin.pushId, source, expected);
      expected = null;
      if (prepared === "lost") return { kind: "unstaged" };
      if (prepared === "ready") return await send(context, work, base, planned, staging, source, turn);
    } catch (thrown) {
      if (!(thrown instanceof NumbersUsedUp) || (expected === null && !wasReservedForAnother)) throw thrown;
      [expected, wasReservedForAnother] = [null, false];
      await staging.giveUp();
    }
  }
}

async function send(
  context: AgentContext,
  work: PushWork,
  base: Base,
  planned: MergeResult,
  { stage, hashes }: Staging,
  source: Database,
  turn: Turn,
): Promise<Attempt> {
  const { origin, pending, changeset, fingerprint, reverts } = work;
  const { plan } = planned;
  const digest = digestWith(digestOfPlan(plan, source, hashes), fingerprint ?? fingerprintOf(changeset));
  const changes = stage === null ? changeStatements(plan, source) : stagedStatements(plan, stage, source);
  await writeUndo(context, { digest, pushId: origin.pushId, pending, changeset }, plan, base, source);
  await writeSent(context.paths, pending, { digest, map: plan.map });
  const { runId, provenance } = context.config;
  const receipt = {
    pushId: origin.pushId,
    digest,
    runId,
    counts: JSON.stringify({ ...countChanges(changeset), touched: touchedNames(changeset, planned.conflicts, source) }),
    provenance: JSON.stringify({ ...provenance, trust: context.config.trust, ...(reverts && { reverts }) }),
  };
  let result: CommitResult;
  progress(context, "committing");
  try {
    result = await retrying(context.remote, "unless-reached", () =>
      commit(context.remote, plan, [...changes, ...turn.end], base.facts, receipt, stage),
    );
  } catch (error) {
    if (error instanceof RequestFailed && error.reached === "no") {
      await clearSent(pending);
      throw error;
    }
    return { ...planned, kind: "settled", digest, settled: await settleNow(context, origin.pushId, error), cause: error };
  }
  if (!result.committed) {
    await clearSent(pending);
    return { ...planned, kind: "refused", digest, settled: await look(context.remote, origin.pushId), result };
  }
  return { ...planned, kind: "committed", digest, settled: { state: "applied", sequence: result.sequence, digest } };
}

function planAgainst(
  { config }: AgentContext,
  { origin, pending, changeset, reverts }: PushWork,
  base: Base,
  known: Parameters<typeof openSides>[3],
  reserved: Reservation | null,
): MergeResult {
  using sides = openSides(origin.path, pending.snapshotPath, base.path, known);
  return merge(changeset, sides, {
    map: origin.map,
    marks: base.facts.marks,
    sameCalls: origin.copyPushed,
    policy: config.conflict,
    suffix: reverts === undefined ? origin.pushId.slice(0, 8) : `before-${reverts.sequence}`,
    isPart: reverts !== undefined,
    reserved,
  });
}

/** To tell what the sides have is no reason not to push. */
function tellConflicts(
  { config, io, target }: AgentContext,
  work: PushWork,
  base: Base,
  merged: MergeResult,
): readonly Conflict[] {
  if (!config.reportsChanges) return merged.conflicts;
  const { origin, pending } = work;
  try {
    return describeConflicts(merged, { originPath: origin.path, snapshotPath: pending.snapshotPath, remotePath: base.path });
  } catch (error) {
    io.info(`${target.agent}: the report does not say what each side has (${toSyncError(error).message})`);
    return merged.conflicts;
  }
}

/** The origin as `main`, the snapshot as `ours`. */
function openSource({ origin, pending }: PushWork): Database {
  const source = Database.openImmutable(origin.path);
  source.attachImmutable(pending.snapshotPath, "ours");
  return source;
}

function stagedStatements(plan: Plan, stage: Stage, source: Database): readonly Statement[] {
  const rows = stage.values.size === 0 ? rowStatements(plan) : rowStatementsWith(plan, stagedValues(stage));
  return [...rows, ...takeContents(stage, plan, source)];
}

const PAUSE_MS = 300;

/** Until the deadline: what was sent may have arrived although no answer came. */
async function settleNow(context: AgentContext, pushId: string, cause: unknown): Promise<Settled> {
  context.io.verbose(
    `${context.target.agent}: no answer to the commit (${(cause as Error).message}); finding out whether it arrived`,
  );
  for (;;) {
    try {
      return await settle(context.remote, pushId);
    } catch (error) {
      const isPassing = error instanceof SyncError && error.retryable && error.code !== "aborted";
      if (!isPassing || context.deadline.leftMs <= PAUSE_MS) {
        const why = error instanceof Error ? error.message : String(error);
        const message = `The push ${pushId} was sent, but no answer came, and it could not be looked up: ${why}`;
        throw new SyncError("outcome-unknown", message, { cause, details: { pushId } });
      }
      await context.deadline.sleep(PAUSE_MS, "the wait for the server");
    }
  }
}
