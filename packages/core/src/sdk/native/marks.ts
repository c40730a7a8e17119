import { factsOf, type NativeMarkRow, type RemoteFacts } from "../../agentfs/facts.ts";
import type { ReplicaInfo } from "../../agentfs-cli/replica-info.ts";
import type { SyncConfig } from "../../config/sync-config.ts";
import { SyncError } from "../../errors.ts";
import { type Database, hasTable } from "../../replica/sqlite.ts";
import { CDC_TABLE } from "./uncaptured.ts";

/** How far a replica is: its pulls so far, and the last change of its own. */
export interface OwnMark {
  readonly pullGeneration: number;
  /** The newest change since the last pull; 0: none. */
  readonly lastChange: number;
  /** The newest of these that was pushed, as this replica knows. */
  readonly lastPushed: number;
  /** Changes that were not pushed, without what merely opening the database rewrites. */
  readonly unpushed: number;
}

export function ownMark(db: Database, { clientId, lastPushedChange }: ReplicaInfo): OwnMark {
  const own = factsOf(db).nativeMark?.find(([client]) => client === clientId);
  const changes = hasTable(db, CDC_TABLE)
    ? db.get(
        `SELECT coalesce(max(change_id), 0) AS last, count(*) FILTER (WHERE change_id > ? AND table_name <> 'fs_config') AS unpushed FROM ${CDC_TABLE}`,
        BigInt(lastPushedChange),
      )
    : undefined;
  return {
    pullGeneration: own === undefined ? 0 : Number(own[1]),
    lastChange: Number(changes?.["last"] ?? 0),
    lastPushed: lastPushedChange,
    unpushed: Number(changes?.["unpushed"] ?? 0),
  };
}

/**
 * The remote keeps for each client what it pushed last. If it knows more of us than we do, another replica has our client id: the files
 * were copied (a cache, an artifact). Its next push would be answered "ok" and not arrive (tursodatabase/turso#8129).
 * @throws SyncError `replica-copied`
 */
export function refuseCopied(config: SyncConfig, { clientId }: ReplicaInfo, own: OwnMark, remote: RemoteFacts): void {
  const row = remote.nativeMark?.find(([client]) => client === clientId);
  if (row === undefined) return;
  const [generation, change] = [Number(row[1]), Number(row[2])];
  const isAhead = generation > own.pullGeneration || (generation === own.pullGeneration && change > own.lastPushed);
  if (!isAhead) return;
  throw new SyncError(
    "replica-copied",
    `The remote has a push of the client ${clientId} that ${config.databasePath} knows nothing of (pull ${generation}, change ${change}): a copy of this replica has pushed, or a push of this one was cut short.`,
    { details: { clientId, remote: { generation, change }, local: { generation: own.pullGeneration, change: own.lastPushed } } },
  );
}

/**
 * The native engine pushes rows as they are: two jobs that each make a file give both the same number, and one of them is lost. So
 * where others have pushed since the last pull, nothing of ours may go over it.
 * @throws SyncError `conflict`
 */
export function refuseOverOthers(
  config: SyncConfig,
  { clientId }: ReplicaInfo,
  own: OwnMark,
  local: RemoteFacts,
  remote: RemoteFacts,
): void {
  if (own.unpushed === 0) return;
  const others = (facts: RemoteFacts) =>
    JSON.stringify((facts.nativeMark ?? []).filter(([client]: NativeMarkRow) => client !== clientId));
  if (others(local) === others(remote) && local.sequence === remote.sequence) return;
  throw new SyncError(
    "conflict",
    `Others have pushed since ${config.databasePath} was pulled, and ${own.unpushed} changes in it were not pushed: the native sync does not merge them, but lets the last one win row by row.`,
    {
      hint: "Nothing was sent or changed. Copy the file away, `init` anew and write them again; or use engine `http`, which merges.",
    },
  );
}
