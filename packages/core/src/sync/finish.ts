import { countChanges } from "../agentfs/diff.ts";
import type { MergeResult, Plan } from "../agentfs/merge/types.ts";
import type { Finding } from "../agentfs/torn.ts";
import { SyncError, toSyncError } from "../errors.ts";
import { retrying } from "../remote/retry.ts";
import type { Base } from "../replica/base.ts";
import { advanceOrigin } from "../replica/origin.ts";
import { listPending, removePending } from "../replica/pending.ts";
import type { ChangeCounts, Conflict, PushOutcome } from "../report/types.ts";
import { keepUndo } from "../undo/folder.ts";
import type { PushWork } from "./attempt.ts";
import type { AgentContext } from "./context.ts";
import { progress } from "./progress.ts";
import { RECEIPT, readBack } from "./read-back.ts";
import { look } from "./settle.ts";

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

export const UNCHANGED: PushResult = {
  outcome: "unchanged",
  pushId: null,
  sequence: null,
  counts: null,
  heldBack: [],
  conflicts: [],
};

interface Done {
  readonly sequence: bigint;
  readonly digest: string;
  readonly planned: Base;
}

/** Reads back what was committed, and makes the snapshot the origin: the working copy is not written. */
export async function finish(
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
    await keepUndo(context, work.pending, done.sequence);
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
  const signature = pending.holdsAll ? pending.signature : null;
  await advanceOrigin(paths, origin, pending.snapshotPath, { map: plan.map, signature, receipt });
  const done = new Set([origin.id, ...origin.replaces]);
  for (const old of await listPending(paths)) if (done.has(old.originId) && old.reason === "push") await removePending(old);
}

/** What is committed is committed: reading it back is worth no long wait. */
const MOST_READS = 3;

async function verified(
  context: AgentContext,
  { sequence, digest, planned }: Done,
  plan: Plan,
  { origin, pending }: PushWork,
): Promise<"pushed" | "pushed-unverified"> {
  const { pushId } = origin;
  progress(context, "verifying");
  let missing: string | null;
  try {
    const read = () => readBack(context, planned, plan, { pushId, digest, sequence }, pending.snapshotPath);
    missing = await retrying(context.remote, "always", read, MOST_READS);
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
