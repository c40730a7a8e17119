import { isImageThere } from "../replica/image/names.ts";
import { advanceOrigin, readOrigin, renewPushId } from "../replica/origin.ts";
import { clearSent, listPending, type Pending, removePending } from "../replica/pending.ts";
import { readSignature, sameSignature } from "../replica/signature.ts";
import { keepUndo } from "../undo/folder.ts";
import { settleSent } from "../undo/settle-sent.ts";
import type { AgentContext } from "./context.ts";
import { look, type Settled, settle } from "./settle.ts";

/**
 * Finds out what became of pushes whose outcome an earlier command did not learn, before anything else is done: one that is there
 * becomes the origin, any other can never commit afterwards. A read-only run only looks, and leaves everything as it is.
 * @throws SyncError as `settle` does
 */
export async function settlePending(context: AgentContext): Promise<void> {
  for (const pending of await listPending(context.paths)) {
    if (pending.reason !== "push" || pending.sent === null) continue;
    if (context.config.trust !== "trusted") {
      const found = await look(context.remote, pending.pushId);
      context.io.info(
        `${context.target.agent}: an earlier push (${pending.pushId}) is ${found.state}; a run that may push will settle it`,
      );
      continue;
    }
    await applySettled(context, pending, await settle(context.remote, pending.pushId));
  }
  await settleSent(context);
}

/** Draws the consequences: what the folder holds fits the remote again. */
async function applySettled(context: AgentContext, pending: Pending, settled: Settled): Promise<void> {
  const { paths, target, io } = context;
  const origin = await readOrigin(paths, pending.originId);
  const isCurrent = origin !== null && origin.pushId === pending.pushId;
  if (settled.state === "applied" && settled.digest === pending.sent?.digest) {
    if (isCurrent && isImageThere(pending.snapshotPath)) {
      const { pushId, sent, holdsAll } = pending;
      const signature = holdsAll ? pending.signature : null;
      await advanceOrigin(paths, origin, pending.snapshotPath, { map: sent.map, signature, receipt: pushId });
    }
    io.info(`${target.agent}: the earlier push ${pending.pushId} had arrived (sequence ${settled.sequence})`);
    await keepUndo(context, pending, settled.sequence);
    await removePending(pending);
    return;
  }
  if (isCurrent) await renewPushId(paths, origin, settled.state === "applied");
  const what = settled.state === "applied" ? "was used by a copy of this folder" : "had not arrived and was revoked";
  if (isCurrent && sameSignature(await readSignature(paths.workingCopy), pending.signature)) {
    // The working copy is what the bundle was made of: it is pushed from there.
    await removePending(pending);
    io.info(`${target.agent}: the earlier push ${pending.pushId} ${what}`);
  } else {
    // Perhaps only the bundle holds it: it stays until the next push is done, as one that nothing is on its way of.
    await clearSent(pending);
    io.info(`${target.agent}: the earlier push ${pending.pushId} ${what}; what it carried is in ${pending.folder}`);
  }
}
