import * as z from "zod/mini";

/** What `agentfs sync <id> stats` prints. Times are Unix seconds. */
export interface NativeStats {
  /** Changes that were not pushed. */
  readonly cdcOperations: number;
  readonly mainWalSizeBytes: number;
  readonly revertWalSizeBytes: number;
  readonly lastPullAtSeconds: number | null;
  readonly lastPushAtSeconds: number | null;
  readonly revision: string | null;
  /** What went over the wire in this call of the program alone. */
  readonly networkSentBytes: number;
  readonly networkReceivedBytes: number;
}

const count = z.int().check(z.gte(0));
const schema = z.object({
  cdc_operations: count,
  main_wal_size: count,
  revert_wal_size: count,
  last_pull_unix_time: z.nullable(count),
  last_push_unix_time: z.nullable(count),
  revision: z.nullable(z.string()),
  network_sent_bytes: count,
  network_received_bytes: count,
});

/** Null if the text is not what the program prints. */
export function readNativeStats(stdout: string): NativeStats | null {
  const parsed = schema.safeParse(parseJson(stdout));
  if (!parsed.success) return null;
  const stats = parsed.data;
  return {
    cdcOperations: stats.cdc_operations,
    mainWalSizeBytes: stats.main_wal_size,
    revertWalSizeBytes: stats.revert_wal_size,
    lastPullAtSeconds: stats.last_pull_unix_time,
    lastPushAtSeconds: stats.last_push_unix_time,
    revision: stats.revision,
    networkSentBytes: stats.network_sent_bytes,
    networkReceivedBytes: stats.network_received_bytes,
  };
}

/** Undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
