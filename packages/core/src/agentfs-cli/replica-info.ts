import * as z from "zod/mini";
import { resolveRemoteUrl } from "../config/remote-url.ts";
import type { SyncConfig } from "../config/sync-config.ts";
import { SyncError } from "../errors.ts";
import { readIfThere } from "../replica/files.ts";

/** What the native engine keeps beside a replica, as far as we look at it (`<id>.db-info`, turso 0.4.4). */
export interface ReplicaInfo {
  readonly clientId: string;
  readonly remoteUrl: string | null;
  readonly revision: string | null;
  /** Unix seconds. */
  readonly lastPullAtSeconds: number | null;
  readonly lastPushAtSeconds: number | null;
  /** The salt of the WAL from which local changes can be taken back; null: not yet, or the WAL was begun anew. */
  readonly revertSalt: readonly number[] | null;
  /** After so many frames of that WAL the local changes begin. */
  readonly revertWatermark: number;
  /** The last local change that was pushed since the last pull; 0: none. */
  readonly lastPushedChange: number;
}

const time = z.optional(z.nullable(z.number()));
const schema = z.object({
  version: z.literal("v1"),
  client_unique_id: z.string(),
  synced_revision: z.optional(z.nullable(z.object({ revision: z.string() }))),
  revert_since_wal_salt: z.optional(z.nullable(z.array(z.number()))),
  revert_since_wal_watermark: z._default(z.number(), 0),
  last_pushed_change_id_hint: z._default(z.number(), 0),
  last_pull_unix_time: time,
  last_push_unix_time: time,
  saved_configuration: z.optional(z.nullable(z.object({ remote_url: z.optional(z.nullable(z.string())) }))),
});

/** Null if the database is no replica. @throws SyncError `replica-incomplete` if what is there cannot be read */
export async function readReplicaInfo(databasePath: string): Promise<ReplicaInfo | null> {
  const path = `${databasePath}-info`;
  const text = await readIfThere(path);
  if (text === null) return null;
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) throw new SyncError("replica-incomplete", `${path}, which the native engine keeps, cannot be read.`);
  const info = parsed.data;
  return {
    clientId: info.client_unique_id,
    remoteUrl: info.saved_configuration?.remote_url ?? null,
    revision: info.synced_revision?.revision ?? null,
    lastPullAtSeconds: info.last_pull_unix_time ?? null,
    lastPushAtSeconds: info.last_push_unix_time ?? null,
    revertSalt: info.revert_since_wal_salt ?? null,
    revertWatermark: info.revert_since_wal_watermark,
    lastPushedChange: info.last_pushed_change_id_hint,
  };
}

function jsonOf(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    // The schema refuses it.
    return null;
  }
}

/** A replica goes on with the remote that it was made with, whatever is configured. @throws SyncError `remote-mismatch` */
export function refuseOtherRemote(info: ReplicaInfo, config: SyncConfig): void {
  if (config.remoteUrl === null || info.remoteUrl === null) return;
  const madeWith = resolveRemoteUrl(info.remoteUrl, config.agent);
  if (madeWith === config.remoteUrl) return;
  throw new SyncError(
    "remote-mismatch",
    `${config.databasePath} was made as a replica of ${madeWith}, but the remote URL that is configured is ${config.remoteUrl}.`,
  );
}
