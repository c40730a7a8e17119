import { diff } from "../agentfs/diff.ts";
import { SyncError } from "../errors.ts";
import type { Base } from "../replica/base.ts";
import { createEmptyOrigin, createOriginOf, type Origin, removeOtherOrigins, saveOrigin } from "../replica/origin.ts";
import type { Signature } from "../replica/signature.ts";
import { dropSnapshot, takeSnapshot } from "../replica/snapshot.ts";
import { writePhase } from "../replica/state.ts";
import { adoptWorkingCopy, createWorkingCopy, updateWorkingCopy } from "../replica/working-copy.ts";
import type { AgentContext } from "./context.ts";
import { progress } from "./progress.ts";

/** Makes the first working copy, of the base or, for null, of an empty AgentFS. The origin is there before the working copy names it. */
export async function publishNew(context: AgentContext, base: Base | null): Promise<void> {
  await whilePulling(context, async () => {
    const { paths } = context;
    const origin = base === null ? await createEmptyOrigin(paths) : await createOriginOf(paths, base);
    const { signature, hasSameRows, movedAside } = await createWorkingCopy(paths, origin.path, origin.id, context.twin);
    if (movedAside !== null) context.io.info(`${context.target.agent}: a WAL without its database was kept as ${movedAside}`);
    await finish(context, { ...origin, signature, hasSameRows });
  });
}

/**
 * Brings the rows of a working copy in which nothing is unpushed up to the base's.
 * @param image one that has the working copy's very rows, if there is one
 * @throws SyncError `working-copy-busy` (the base is newer then, the working copy as it was), `schema-conflict`
 */
export async function publishOver(context: AgentContext, base: Base, signature: Signature, image: string | null): Promise<void> {
  refuseHeld(context);
  await whilePulling(context, async () => {
    const { paths } = context;
    const origin = await createOriginOf(paths, base);
    const written = await updateWorkingCopy(paths, origin, signature, image);
    if (written === null) {
      throw new SyncError(
        "working-copy-busy",
        `${paths.workingCopy} was written to while it was being brought up to date; it was left as it is.`,
      );
    }
    await finish(context, { ...origin, ...written });
  });
}

/**
 * Takes a working copy that names no origin for one in which everything is new. One that could not be pushed is left as it is.
 * @throws SyncError `working-copy-busy`, `working-copy-torn`, and what `diff` throws
 */
export async function adopt(context: AgentContext): Promise<Origin> {
  refuseHeld(context);
  const origin = await createEmptyOrigin(context.paths);
  const snapshot = await takeSnapshot(context.paths, context.deadline);
  try {
    if (snapshot !== null) diff(origin.path, snapshot.path);
  } finally {
    if (snapshot !== null) await dropSnapshot(snapshot);
  }
  adoptWorkingCopy(context.paths, origin.id);
  context.io.info(`${context.target.agent}: everything in ${context.paths.workingCopy} counts as new`);
  await finish(context, origin);
  return origin;
}

/** @throws SyncError `working-copy-busy` */
export function refuseHeld({ io, paths }: AgentContext): void {
  if (io.holdsWorkingCopy !== true) return;
  throw new SyncError("working-copy-busy", `This process has ${paths.workingCopy} open; it was left as it is.`, {
    hint: "Pull before it is opened, or from another process. agentfs-sdk keeps it open after close(), until it is garbage-collected.",
  });
}

async function finish(context: AgentContext, origin: Origin): Promise<void> {
  await saveOrigin(context.paths, origin);
  await removeOtherOrigins(context.paths, origin);
}

/** A process that dies in between leaves the phase `pulling`, from which nothing is pushed; an error leaves things as they were. */
async function whilePulling(context: AgentContext, action: () => Promise<void>): Promise<void> {
  progress(context, "publishing");
  await writePhase(context.paths, "pulling", context.config.runId);
  try {
    await action();
  } finally {
    await writePhase(context.paths, "ready", context.config.runId);
  }
}
