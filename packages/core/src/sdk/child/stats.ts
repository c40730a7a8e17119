import type { SyncConfig } from "../../config/sync-config.ts";
import { Deadline } from "../../remote/deadline.ts";
import { openRemote } from "../../remote/http.ts";
import { retrying } from "../../remote/retry.ts";
import { readBase } from "../../replica/base.ts";
import { type AgentPaths, agentPaths } from "../../replica/paths.ts";
import { Database, hasTable } from "../../replica/sqlite.ts";
import { NO_CHANGES } from "../../report/skipped.ts";
import type { SyncIo } from "../../sync/context.ts";
import type { SyncStats, TotalSynced } from "../results.ts";
import { done, remoteUrlOf, run } from "./http-tasks.ts";
import { later } from "./later.ts";
import type { Task } from "./messages.ts";
import { readTotals } from "./receipts.ts";
import { sizeOfFile, sizeOfFolder } from "./sizes.ts";

/** What the manager adds: it alone knows what went before. */
export type ChildStats = Omit<SyncStats, "bytesSent" | "bytesReceived">;

/** What is known here, and (unless it is not to be asked) what the receipts on the remote say. */
export async function stats({ config, options }: Task, io: SyncIo): Promise<ChildStats> {
  const { status } = done(await run("status", config, io));
  const paths = agentPaths(config.directory, config.agent);
  const lastPullAt = status?.pulledAt == null ? null : new Date(status.pulledAt);
  const lastPushAt = await newestPushAt(paths);
  return {
    engine: "http",
    agent: config.agent,
    remoteUrl: config.remoteUrl,
    lastPullAt,
    lastPushAt,
    lastSyncAt: later(lastPullAt, lastPushAt),
    pendingChanges: status?.workingCopy === "clean" ? NO_CHANGES : (status?.changes ?? null),
    pendingOperations: null,
    totalSynced: options.asksRemote === false ? null : await totalSynced(config, io),
    revision: status?.revision ?? null,
    sizes: {
      databaseBytes: await sizeOfFile(paths.workingCopy),
      walBytes: await sizeOfFile(`${paths.workingCopy}-wal`),
      syncBytes: await sizeOfFolder(paths.sync),
    },
  };
}

async function newestPushAt(paths: AgentPaths): Promise<Date | null> {
  const base = await readBase(paths);
  if (base === null) return null;
  using db = Database.openImmutable(base.path);
  if (!hasTable(db, "agentfs_sync_log")) return null;
  const sql = "SELECT committed_at FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence DESC LIMIT 1";
  const seconds = db.get(sql)?.["committed_at"] ?? null;
  return seconds === null ? null : new Date(Number(seconds) * 1000);
}

async function totalSynced(config: SyncConfig, io: SyncIo): Promise<TotalSynced> {
  const deadline = new Deadline(config.timeoutMs, io.signal);
  const say = (line: string, isNotable: boolean) => (isNotable ? io.info : io.verbose)(line);
  const remote = openRemote(remoteUrlOf(config), config.authToken, deadline, say, io.meter);
  return retrying(remote, "always", () => readTotals(remote));
}
