import { type ConfigInput, parseConfig } from "../config/parse.ts";
import { SyncError } from "../errors.ts";
import { Deadline } from "../remote/deadline.ts";
import { buildReport, errorReport } from "../report/build.ts";
import type { AgentReport, LogEntry, RunReport } from "../report/types.ts";
import { makeRedactor } from "../secrets/redact.ts";
import type { AgentContext, SyncIo } from "../sync/context.ts";
import { inBounds } from "../sync/in-bounds.ts";
import { contextOf, emptyReport } from "../sync/sync-agent.ts";
import { findInDirectory } from "../undo/directory.ts";
import { listUndo } from "../undo/folder.ts";
import { matcher } from "./glob.ts";
import { type Receipt, readLog } from "./read-log.ts";

export interface LogRequest {
  /** How many pushes at most; of those that match, where `path` is given. */
  readonly limit: number;
  /** Only pushes that touched, or may have touched, what matches it; see `matcher`. Null: all. */
  readonly path: string | null;
}

/** For so many pushes a receipt says what was touched. */
const MOST_RECEIPTS = 1000;

/**
 * The history of each agent: which run changed what, when, from where. Sends nothing but reads, and needs no working copy.
 * @throws SyncError `config-invalid`, `engine-unsupported`
 * @example const report = await runLog({ limit: 20, path: "notes/**" }, { agents: ["my-agent"], remoteUrl, authToken }, io)
 */
export async function runLog(request: LogRequest, input: ConfigInput, io: SyncIo): Promise<RunReport> {
  const startedAt = Date.now();
  if (!Number.isInteger(request.limit) || request.limit < 1 || request.limit > MOST_RECEIPTS) {
    throw new SyncError("config-invalid", `The limit must be a whole number from 1 to ${MOST_RECEIPTS}.`);
  }
  if (input.engine === "agentfs") {
    throw new SyncError(
      "engine-unsupported",
      'Engine "agentfs" has no history: `agentfs sync` leaves no receipt of what it pushes.',
      {
        hint: "What engine `http` has pushed is shown by that engine: take AGENTFS_SYNC_ENGINE or `engine` away.",
      },
    );
  }
  const config = parseConfig(input);
  const deadline = new Deadline(config.timeoutMs, io.signal);
  const redact = makeRedactor([config.authToken]);
  const agents = await inBounds(config.concurrency, config.agents, async (target): Promise<AgentReport> => {
    const context = contextOf(config, io, deadline, target);
    try {
      // Whether a push is in force is decided by those after it, which are read as well.
      const limit = request.path === null ? request.limit : MOST_RECEIPTS;
      const found = entriesOf(await readLog(context.remote, { limit }), request);
      return { ...emptyReport(target), log: await withUndo(context, found) };
    } catch (error) {
      io.failed?.(error);
      return { ...emptyReport(target), ok: false, error: errorReport(error, redact) };
    }
  });
  return buildReport("log", config.runId, startedAt, agents);
}

type Entry = Omit<LogEntry, "undo">;

/** Looks where `revert` would: among the agent's own bundles, and in the folder that the CI keeps. */
async function withUndo(context: AgentContext, entries: readonly Entry[]): Promise<readonly LogEntry[]> {
  const own = new Map((await listUndo(context.paths)).map(({ pushId, path }) => [pushId, path]));
  const found: LogEntry[] = [];
  for (const entry of entries) {
    const { sequence, pushId } = entry;
    // One that cannot be read takes nothing back.
    const undo = own.get(pushId) ?? (await findInDirectory(context, sequence, pushId).catch(() => null));
    found.push({ ...entry, undo });
  }
  return found;
}

function entriesOf(receipts: readonly Receipt[], { limit, path }: LogRequest): Entry[] {
  const revertedBy = revertsInForce(receipts);
  const matches = path === null ? null : matcher(path);
  const entries = receipts.map(
    (receipt): Entry => ({
      ...receipt,
      match: matches && matchOf(receipt, matches),
      revertedBy: revertedBy.get(receipt.sequence) ?? null,
    }),
  );
  return entries.filter(({ match }) => path === null || match !== null).slice(0, limit);
}

/** By the place of a push: that of the one which takes it back now. From the newest on: what was taken back itself takes nothing back. */
function revertsInForce(receipts: readonly Receipt[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { sequence, reverts } of receipts) if (reverts !== null && !found.has(sequence)) found.set(reverts, sequence);
  return found;
}

function matchOf({ touched, more }: Receipt, matches: (name: string) => boolean): LogEntry["match"] {
  if (touched?.some(matches) === true) return "certain";
  return touched === null || more > 0 ? "possible" : null;
}
