import { readReplicaInfo } from "../../agentfs-cli/replica-info.ts";
import type { SyncConfig } from "../../config/sync-config.ts";
import type { StatusReport } from "../../report/types.ts";
import type { SyncIo } from "../../sync/context.ts";
import { checkReplica } from "./check-replica.ts";

/** What a replica says of itself; makes no request, and does not start the program. @throws SyncError as `checkReplica` does */
export async function nativeStatus(config: SyncConfig, io: SyncIo): Promise<StatusReport> {
  const replica = await checkReplica({ operation: "native-check", config, options: { asksRemote: false } }, io);
  const info = await readReplicaInfo(config.databasePath);
  const pulledAt = info?.lastPullAtSeconds ?? null;
  return {
    workingCopy: replica === null ? "absent" : replica.unpushed === 0 ? "clean" : "changed",
    remoteUrl: config.remoteUrl ?? "",
    revision: replica?.revision ?? null,
    sequence: null,
    pulledAt: pulledAt === null ? null : new Date(pulledAt * 1000).toISOString(),
    // The program notes rows, not files.
    changes: null,
    pending: [],
  };
}
