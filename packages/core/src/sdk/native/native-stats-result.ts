import type { NativeStats } from "../../agentfs-cli/native-stats.ts";
import type { SyncConfig } from "../../config/sync-config.ts";
import { sizeOfFile } from "../../replica/sizes.ts";
import type { ChildStats } from "../child/http-tasks.ts";
import { later } from "../child/later.ts";

const KEPT_BESIDE = ["-info", "-changes", "-wal-revert"];

/** What the program says, in the words of a manager; null where it cannot know. */
export async function nativeStats(config: SyncConfig, stats: NativeStats): Promise<ChildStats> {
  const lastPullAt = dateOf(stats.lastPullAtSeconds);
  const lastPushAt = dateOf(stats.lastPushAtSeconds);
  const beside = await Promise.all(KEPT_BESIDE.map((suffix) => sizeOfFile(config.databasePath + suffix)));
  return {
    engine: "agentfs",
    agent: config.agent,
    remoteUrl: config.remoteUrl,
    lastPullAt,
    lastPushAt,
    lastSyncAt: later(lastPullAt, lastPushAt),
    pendingChanges: null,
    pendingOperations: stats.cdcOperations,
    totalSynced: null,
    revision: stats.revision,
    sizes: {
      databaseBytes: await sizeOfFile(config.databasePath),
      walBytes: stats.mainWalSizeBytes,
      syncBytes: beside.reduce((sum, size) => sum + size, 0),
    },
  };
}

function dateOf(seconds: number | null): Date | null {
  return seconds === null ? null : new Date(seconds * 1000);
}
