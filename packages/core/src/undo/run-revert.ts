import { mkdtemp } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ConfigInput } from "../config/parse.ts";
import type { RunConfig } from "../config/types.ts";
import { SyncError, toSyncError } from "../errors.ts";
import { Deadline } from "../remote/deadline.ts";
import { isThere } from "../replica/files.ts";
import { agentPaths } from "../replica/paths.ts";
import { buildReport, withWhence } from "../report/build.ts";
import { SKIPPED_PUSH } from "../report/skipped.ts";
import type { AgentReport, ChangesReport, Conflict, RevertReport, RunReport } from "../report/types.ts";
import type { Undoes } from "../rescue/bundle.ts";
import { type Pushed, pushIn, reported } from "../rescue/push.ts";
import { readBundle } from "../rescue/read-bundle.ts";
import { type ReadHeader, readHeader } from "../rescue/read-header.ts";
import { configFor } from "../rescue/run-rescue.ts";
import { readRow } from "../rescue/trail.ts";
import { inLockedWorkshop, inWorkshop } from "../rescue/workshop.ts";
import type { AgentContext, SyncIo } from "../sync/context.ts";
import { UNCHANGED } from "../sync/finish.ts";
import { contextOf, pushReport } from "../sync/sync-agent.ts";
import { adoptArrived } from "./adopt-arrived.ts";
import { followReverts } from "./chain.ts";
import { findUndo } from "./find-undo.ts";
import { foreign } from "./foreign.ts";
import { planRevert } from "./plan-revert.ts";
import { settleSent } from "./settle-sent.ts";

/** Which push is to be taken back: by its bundle, or by its place in the remote's history, if the bundle is on this machine. */
export interface RevertRequest {
  readonly what: { readonly file: string } | { readonly sequence: number };
  /** Only says what would change. */
  readonly isDryRun: boolean;
}

/**
 * Takes one push back, by the merge and the guarded commit of any push: what other pushes did stays. Done before, it changes nothing.
 * @throws SyncError for what is wrong before an agent is known: `config-invalid`, `engine-unsupported`, `undo-missing`,
 * `undo-foreign`, `rescue-missing`, `rescue-damaged`, `rescue-version`
 * @example const report = await runRevert({ what: { sequence: 7 }, isDryRun: false }, { agents: ["my-agent"], remoteUrl, authToken }, io)
 */
export async function runRevert(request: RevertRequest, input: ConfigInput, io: SyncIo): Promise<RunReport> {
  const startedAt = Date.now();
  if (input.engine === "agentfs") {
    throw new SyncError(
      "engine-unsupported",
      'Engine "agentfs" takes no push back: `agentfs sync` says nothing of what it pushes, and keeps nothing of what was there before.',
      { hint: "What engine `http` has pushed is taken back by that engine: take AGENTFS_SYNC_ENGINE or `engine` away." },
    );
  }
  const { config, file } = await prepare(request, input, io);
  // To look is a read.
  const trust = request.isDryRun && config.trust === "read-only" ? "trusted" : config.trust;
  const agent = await revertBy(file, request.isDryRun, { ...config, trust }, io);
  return withWhence(buildReport("revert", config.runId, startedAt, [agent]), config, startedAt);
}

interface Prepared {
  readonly config: RunConfig;
  readonly file: string;
}

async function prepare({ what }: RevertRequest, input: ConfigInput, io: SyncIo): Promise<Prepared> {
  if ("sequence" in what) {
    if (!Number.isSafeInteger(what.sequence) || what.sequence < 1) {
      throw new SyncError("config-invalid", `${what.sequence} is the number of no push: they are counted from 1.`, {
        hint: "`agentfs-sync log` shows the numbers.",
      });
    }
    const [agent, ...others] = input.agents;
    if (agent === undefined || others.length > 0) {
      throw new SyncError("config-invalid", "A push is taken back from one agent; name it.", {
        hint: "Name one with --agent ID or AGENTFS_SYNC_AGENT.",
      });
    }
    const config = configFor(agent, null, input);
    const [target] = config.agents;
    if (target === undefined) throw new Error("a configuration without an agent");
    const context = contextOf(config, io, new Deadline(config.timeoutMs, io.signal), target);
    return { config, file: await findUndo(context, what.sequence) };
  }
  const file = resolve(what.file);
  const { header } = await readHeader(file);
  if (header.undoes === undefined) {
    throw new SyncError("config-invalid", `${file} takes no push back: it holds changes that could not be pushed.`, {
      hint: "Use `agentfs-sync rescue push FILE`.",
    });
  }
  if (input.agents.length > 0 && !input.agents.includes(header.agent)) {
    throw new SyncError("undo-foreign", `${file} is of the agent "${header.agent}", not of ${input.agents.join(", ")}.`, {
      hint: "A bundle knows its agent: leave --agent and AGENTFS_SYNC_AGENT away, or name this one.",
    });
  }
  return { config: configFor(header.agent, header.remoteUrl, input), file };
}

async function revertBy(file: string, isDryRun: boolean, config: RunConfig, io: SyncIo): Promise<AgentReport> {
  const read = await readHeader(file);
  const { undoes } = read.header;
  if (undoes === undefined) throw new SyncError("rescue-damaged", `${file} does not say which push it takes back.`);
  let done: Pick<AgentReport, "revert" | "changes"> = { revert: reportOf(undoes, "failed", null) };
  const report = await reported(config, io, new Deadline(config.timeoutMs, io.signal), file, async (context) => {
    const { pushed, ...rest } = await revert(context, file, read, undoes, isDryRun);
    done = rest;
    return pushed;
  });
  return { ...report, ...done, rescue: null };
}

type Reverted = Pick<AgentReport, "revert" | "changes"> & { readonly pushed: Pushed };

async function revert(
  context: AgentContext,
  file: string,
  read: ReadHeader,
  undoes: Undoes,
  isDryRun: boolean,
): Promise<Reverted> {
  const { remote, paths, config, target, io } = context;
  const row = await readRow(remote, undoes.pushId);
  if (row?.sequence !== BigInt(undoes.sequence)) throw foreign(context, undoes);
  const { revertedBy, broughtBackBy, nextPushId } = await followReverts(remote, undoes.pushId);
  if (broughtBackBy !== null) {
    // Under other numbers than the bundle knows.
    const newest = await findUndo(context, broughtBackBy.sequence);
    const readNewest = await readHeader(newest);
    if (readNewest.header.undoes === undefined) throw foreign(context, undoes);
    io.info(`${target.agent}: push ${undoes.sequence} was brought back by push ${broughtBackBy.sequence}, which is taken back`);
    return revert(context, newest, readNewest, readNewest.header.undoes, isDryRun);
  }
  if (revertedBy !== null) {
    io.info(
      `${target.agent}: push ${undoes.sequence} is taken back already, by push ${revertedBy.sequence}; nothing was changed`,
    );
    await adoptArrived(context, revertedBy.pushId);
    const pushed = { push: pushReport(UNCHANGED, 0), conflicts: [], error: null };
    return { revert: reportOf(undoes, "already-reverted", revertedBy.sequence), pushed };
  }
  const kept = undoes.schema.map(keptConflict);
  const work = async (folder: string): Promise<Reverted> => {
    const bundle = { ...(await readBundle(file, read, folder)), pushId: nextPushId };
    const plan = async () => {
      const parts = await mkdtemp(join(folder, "plan-"));
      return planRevert({ ...context, paths: agentPaths(folder, target.agent) }, bundle, undoes, parts);
    };
    if (isDryRun) {
      const planned = await plan();
      const pushed = { push: SKIPPED_PUSH, conflicts: [...planned.conflicts, ...kept], error: null };
      return { revert: reportOf(undoes, "planned", null), changes: planned.changes, pushed };
    }
    await settleSent(context);
    const changes = config.reportsChanges ? await toldChanges(context, plan) : null;
    // Another database takes nothing back, be it allowed or not.
    const pushed = await pushIn({ ...context, home: paths, config: { ...config, allow: [] } }, folder, bundle);
    return {
      ...(changes !== null && pushed.push?.outcome !== "unchanged" && { changes }),
      revert: await whatBecame(context, undoes, pushed),
      pushed: { ...pushed, conflicts: [...pushed.conflicts, ...kept] },
    };
  };
  return (await isThere(paths.sync)) ? inLockedWorkshop(paths, work) : inWorkshop(work);
}

/** To tell what is taken back is no reason not to do it. */
async function toldChanges(
  { io, target }: AgentContext,
  plan: () => Promise<{ readonly changes: ChangesReport }>,
): Promise<ChangesReport | null> {
  try {
    return (await plan()).changes;
  } catch (error) {
    io.info(`${target.agent}: the report does not say what is changed (${toSyncError(error).message})`);
    return null;
  }
}

async function whatBecame({ remote }: AgentContext, undoes: Undoes, { push, error }: Pushed): Promise<RevertReport> {
  if (error !== null) return reportOf(undoes, "failed", null);
  if (push?.outcome !== "unchanged") return reportOf(undoes, "reverted", push?.sequence ?? null);
  // By somebody else, at the same time, perhaps.
  const { revertedBy } = await followReverts(remote, undoes.pushId);
  return reportOf(undoes, revertedBy === null ? "nothing-left" : "already-reverted", revertedBy?.sequence ?? null);
}

const reportOf = ({ pushId, sequence }: Undoes, state: RevertReport["state"], by: number | null): RevertReport => ({
  pushId,
  sequence,
  state,
  by,
});

/** A push takes no table away. */
const keptConflict = (name: string): Conflict => ({
  kind: "schema",
  path: name,
  ours: "removed",
  theirs: "created",
  resolution: "theirs",
  oursAt: null,
  theirsAt: name,
});
