import { retrying } from "../remote/retry.ts";
import { readBase } from "../replica/base.ts";
import type { AgentPaths } from "../replica/paths.ts";
import { sizeOfFile, sizeOfFolder } from "../replica/sizes.ts";
import { Database, hasTable } from "../replica/sqlite.ts";
import { NO_CHANGES } from "../report/skipped.ts";
import type { StatsReport } from "../report/types.ts";
import type { AgentContext } from "./context.ts";
import { readTotals } from "./receipts.ts";
import { status } from "./status.ts";

/** What is known here, and (unless it is not to be asked) what the receipts on the remote say. */
export async function stats(context: AgentContext, asksRemote: boolean): Promise<StatsReport> {
  const { remote, paths } = context;
  const { workingCopy, changes, pulledAt, revision } = await status(context);
  const lastPushAt = await newestPushAt(paths);
  const times = [pulledAt, lastPushAt].filter((at) => at !== null).sort();
  return {
    remoteUrl: remote.url,
    lastPullAt: pulledAt,
    lastPushAt,
    lastSyncAt: times.at(-1) ?? null,
    pendingChanges: workingCopy === "clean" ? NO_CHANGES : changes,
    pendingOperations: null,
    totalSynced: asksRemote ? await retrying(remote, "always", () => readTotals(remote)) : null,
    revision,
    sizes: {
      databaseBytes: await sizeOfFile(paths.workingCopy),
      walBytes: await sizeOfFile(`${paths.workingCopy}-wal`),
      syncBytes: await sizeOfFolder(paths.sync),
    },
  };
}

async function newestPushAt(paths: AgentPaths): Promise<string | null> {
  const base = await readBase(paths);
  if (base === null) return null;
  using db = Database.openImmutable(base.path);
  if (!hasTable(db, "agentfs_sync_log")) return null;
  const sql = "SELECT committed_at FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence DESC LIMIT 1";
  const seconds = db.get(sql)?.["committed_at"] ?? null;
  return seconds === null ? null : new Date(Number(seconds) * 1000).toISOString();
}
