import { countChanges } from "../agentfs/diff.ts";
import { SyncError } from "../errors.ts";
import { type Base, readBase } from "../replica/base.ts";
import { temporaryPath } from "../replica/files.ts";
import type { Origin } from "../replica/origin.ts";
import { listPending, writePending } from "../replica/pending.ts";
import { sameSignature } from "../replica/signature.ts";
import { readPhase, writePhase } from "../replica/state.ts";
import { rollBackHalfWrite } from "../replica/working-copy.ts";
import type { PullReport } from "../report/types.ts";
import { sayCounts } from "../report/words.ts";
import type { AgentContext } from "./context.ts";
import { emptiedRemote, fetchRemote, type RemoteState } from "./fetch-remote.ts";
import { inspect, type WorkingCopy } from "./inspect.ts";
import { adopt, publishNew, publishOver, refuseHeld } from "./publish.ts";
import { adoptForOtherRemote, holds, isOtherRemote } from "./replaced.ts";
import { settlePending } from "./settle-pending.ts";

/**
 * Brings the base up to the remote's state, and the working copy, if nothing in it is unpushed, up to the base.
 * @throws SyncError `unpushed-changes`, `origin-mismatch`, `remote-replaced`, `working-copy-busy`, and what its parts throw
 */
export async function pull(context: AgentContext): Promise<PullReport> {
  await settlePending(context);
  let copy = await inspect(context);
  if (copy.kind === "clean" && copy.signature.hotJournal !== null) {
    refuseHeld(context);
    rollBackHalfWrite(context.paths);
    copy = await inspect(context);
  }
  // Every step of a pull leaves a working copy that fits the origin it names; having seen that it does, a pull cut short is over.
  if ((await readPhase(context.paths)) === "pulling") await writePhase(context.paths, "ready", context.config.runId);
  if (copy.kind === "changed" && context.config.onUnpushed === "refuse") throw unpushed(context, copy);
  const prior = await readBase(context.paths);
  const twin = copy.kind === "absent" ? { twin: await temporaryPath(context.paths, "working-copy") } : {};
  const state = await fetchRemote({ ...context, ...twin }, prior, copy.kind === "changed" ? "refuse" : "take");
  if (state.isReplaced) {
    context.io.info(
      `${context.target.agent}: ${context.remote.url} is not the database that was pulled from it before, or an older copy was put back; what it holds now is taken`,
    );
  }
  const isPublished =
    state.kind === "empty"
      ? await publishEmpty(context, copy, goneOrigin(copy, prior, state))
      : await publish({ ...context, ...twin }, copy, state);
  if ((await readPhase(context.paths)) !== "ready") await writePhase(context.paths, "ready", context.config.runId);
  return {
    outcome: state.kind === "empty" ? "new" : isPublished || state.isChanged ? "pulled" : "unchanged",
    revision: state.kind === "empty" ? null : state.base.revision,
    bytesReceived: context.remote.meter.receivedBytes,
  };
}

function unpushed({ paths }: AgentContext, copy: WorkingCopy & { readonly kind: "changed" }): SyncError {
  const counts = countChanges(copy.changeset);
  return new SyncError(
    "unpushed-changes",
    `${paths.workingCopy} holds changes that were not pushed (${sayCounts(counts)}); nothing was touched.`,
  );
}

/** The origin, if what the working copy was pulled from, or pushed to, is no longer there. */
function goneOrigin(copy: WorkingCopy, prior: Base | null, state: RemoteState): Origin | null {
  return (copy.kind === "clean" || copy.kind === "changed") && isOtherRemote(copy.origin, prior, state) ? copy.origin : null;
}

async function publishEmpty(context: AgentContext, copy: WorkingCopy, gone: Origin | null): Promise<boolean> {
  if (copy.kind === "absent") await publishNew(context, null);
  else if (copy.kind === "foreign") await adopt(context);
  else if (gone !== null && context.config.allow.includes("remote-replaced")) await adoptForOtherRemote(context, gone);
  else if (gone !== null) throw emptiedRemote(context);
  return copy.kind === "absent";
}

async function publish(
  context: AgentContext,
  copy: WorkingCopy,
  state: RemoteState & { readonly kind: "base" },
): Promise<boolean> {
  const { base } = state;
  switch (copy.kind) {
    case "absent":
      await publishNew(context, base);
      return true;
    case "clean":
      if (isUpToDate(copy.origin, base) && !state.isChanged && !state.isReplaced) return false;
      await publishOver(context, base, copy.signature, copy.image);
      return true;
    case "changed":
      await setAside(context, copy);
      await publishOver(context, base, copy.snapshot.signature, copy.snapshot.path);
      return true;
    case "foreign":
      throw new SyncError(
        "origin-mismatch",
        `${context.paths.workingCopy} was not pulled from ${context.remote.url}, which holds an agent already.`,
      );
  }
}

/** Two databases may call their states alike: a revision alone says little. */
function isUpToDate(origin: Origin, base: Base): boolean {
  return origin.revision === base.revision && origin.url === base.url && holds(base, origin.receipt);
}

async function setAside(context: AgentContext, copy: WorkingCopy & { readonly kind: "changed" }): Promise<void> {
  const earlier = (await listPending(context.paths)).find(({ pushId }) => pushId === copy.origin.pushId);
  // Only a run that may not write comes here with one: what is known of it would be overwritten.
  if (earlier !== undefined && earlier.sent !== null) {
    throw new SyncError("unpushed-changes", `An earlier push (${earlier.pushId}) has to be settled first; nothing was touched.`, {
      hint: "Run the pull once where it may write to the remote.",
    });
  }
  // What a push was asked for, and nothing more, is pushed first by the next run that may.
  const isFailedPush = earlier?.reason === "push" && sameSignature(earlier.signature, copy.snapshot.signature);
  const reason = isFailedPush ? "push" : "set-aside";
  const { folder } = await writePending(context.paths, copy.origin, copy.snapshot, reason, context.config.runId);
  context.io.info(
    `${context.target.agent}: unpushed changes (${sayCounts(countChanges(copy.changeset))}) were set aside in ${folder} (see \`agentfs-sync rescue --help\`)`,
  );
}
