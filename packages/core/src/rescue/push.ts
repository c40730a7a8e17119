import { join } from "node:path";
import type { RunConfig } from "../config/types.ts";
import { SyncError, toSyncError } from "../errors.ts";
import type { Deadline } from "../remote/deadline.ts";
import { isThere } from "../replica/files.ts";
import { agentPaths } from "../replica/paths.ts";
import { listPending } from "../replica/pending.ts";
import { errorReport } from "../report/build.ts";
import { SKIPPED_PUSH } from "../report/skipped.ts";
import type { AgentReport } from "../report/types.ts";
import { makeRedactor } from "../secrets/redact.ts";
import { ConflictError } from "../sync/attempt.ts";
import type { AgentContext, SyncIo } from "../sync/context.ts";
import { tornError } from "../sync/settled-changes.ts";
import { contextOf, emptyReport, failedPush, pushReport } from "../sync/sync-agent.ts";
import { takeUndo } from "../undo/folder.ts";
import type { Bundle } from "./bundle.ts";
import { bundleOfPending } from "./pending-bundle.ts";
import { pushBundle } from "./push-bundle.ts";
import { readBundle } from "./read-bundle.ts";
import type { ReadHeader } from "./read-header.ts";
import { ownPending, settleOwn } from "./settle-own.ts";
import { inLockedWorkshop, inWorkshop } from "./workshop.ts";

/** Pushes a bundle file. If this machine is the one that it was exported on, what is kept here is settled with it. */
export async function pushFile(
  config: RunConfig,
  io: SyncIo,
  deadline: Deadline,
  { path, read }: { readonly path: string; readonly read: ReadHeader },
): Promise<AgentReport> {
  return reported(config, io, deadline, path, async (context) => {
    const work = async (folder: string) => pushIn(context, folder, await readBundle(path, read, folder));
    return (await isThere(context.paths.sync)) ? inLockedWorkshop(context.paths, work) : inWorkshop(work);
  });
}

/** Pushes what is kept in `pending/`. */
export async function pushKept(config: RunConfig, io: SyncIo, deadline: Deadline, pushId: string): Promise<AgentReport> {
  const [target] = config.agents;
  const folder = agentPaths(config.directory, target?.agent ?? "").pending;
  return reported(config, io, deadline, join(folder, pushId), async (context) =>
    inLockedWorkshop(context.paths, async (workshop) => {
      const pending = (await listPending(context.paths)).find((one) => one.pushId === pushId);
      if (pending === undefined) throw new SyncError("rescue-missing", `${join(folder, pushId)} is gone.`);
      return pushIn(context, workshop, await bundleOfPending(context.target.agent, context.paths, pending));
    }),
  );
}

/** What became of a bundle, as the report has it. */
export type Pushed = Pick<AgentReport, "push" | "conflicts"> & { readonly error: SyncError | null };

/** The push itself knows only the workshop; what is kept here of it is settled afterwards. */
export async function pushIn(context: AgentContext, folder: string, bundle: Bundle): Promise<Pushed> {
  const { paths, target, remote } = context;
  const workshop = agentPaths(folder, target.agent);
  const pushed = await pushBundle({ ...context, paths: workshop }, bundle);
  const { result } = pushed;
  const report = { push: pushReport(result, remote.meter.sentBytes), conflicts: result.conflicts };
  if (result.heldBack.length > 0) {
    const rest = result.outcome === "unchanged" ? "nothing else is there to push" : "everything else was pushed";
    return { ...report, error: tornError(result.heldBack, rest) };
  }
  try {
    await takeUndo(workshop, paths, context.config.undoLimitBytes);
    const own = await ownPending(paths, bundle);
    if (own !== null) await settleOwn(paths, own, pushed);
    return { ...report, error: null };
  } catch (thrown) {
    // What is on the remote must not be called failed; pushed again, it is found there.
    return { ...report, error: toSyncError(thrown) };
  }
}

export async function reported(
  config: RunConfig,
  io: SyncIo,
  deadline: Deadline,
  where: string,
  work: (context: AgentContext) => Promise<Pushed>,
): Promise<AgentReport> {
  const [target] = config.agents;
  if (target === undefined) throw new Error("a configuration without an agent");
  const context = contextOf(config, io, deadline, target);
  if (config.trust !== "trusted") {
    io.info(`${target.agent}: not pushed (${config.trust === "none" ? 'trust class "none"' : "read-only"})`);
    return { ...emptyReport(target), push: SKIPPED_PUSH };
  }
  const redact = makeRedactor([config.authToken]);
  try {
    const { error, ...done } = await work(context);
    if (error === null) return { ...emptyReport(target), ...done };
    return { ...emptyReport(target), ...done, ok: false, rescue: where, error: errorReport(error, redact) };
  } catch (error) {
    return {
      ...emptyReport(target),
      ok: false,
      push: failedPush(error, context.remote.meter.sentBytes),
      conflicts: error instanceof ConflictError ? error.conflicts : [],
      rescue: where,
      error: errorReport(error, redact),
    };
  }
}
