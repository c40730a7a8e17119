import type { SqlValue } from "../remote/value.ts";
import { type Database, hasTable } from "../replica/sqlite.ts";

/** What tells one state of a remote from another, besides its pages. */
export interface RemoteFacts {
  /** Made when our tables were; null if no agentfs-sync has pushed there yet. */
  readonly uuid: string | null;
  readonly agent: string | null;
  readonly format: string | null;
  /** Number of commits by agentfs-sync. */
  readonly sequence: bigint;
  /** High-water marks: no id of that kind above it was ever given out by us. */
  readonly marks: Marks;
  /** Push id and digest of the newest commit. */
  readonly receipt: Receipt | null;
  /** The rows of `turso_sync_last_change_id`, which every effective push of a native client changes; null without that table. */
  readonly nativeMark: readonly NativeMarkRow[] | null;
}

export interface Receipt {
  readonly pushId: string;
  readonly digest: string;
}

export interface Marks {
  readonly inode: bigint;
  readonly entry: bigint;
  readonly toolCall: bigint;
}

/** `client_id`, `pull_gen`, `change_id` */
export type NativeMarkRow = readonly [clientId: string, pullGeneration: string, changeId: string];

/** The queries whose rows `readFacts` takes, by the table that each needs. */
export const FACT_QUERIES = {
  meta: { table: "agentfs_sync_meta", sql: "SELECT key, value FROM agentfs_sync_meta" },
  newest: {
    table: "agentfs_sync_log",
    sql: "SELECT push_id, digest FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence DESC LIMIT 1",
  },
  native: {
    table: "turso_sync_last_change_id",
    sql: "SELECT client_id, pull_gen, change_id FROM turso_sync_last_change_id ORDER BY client_id",
  },
} as const;

type Rows = readonly (readonly SqlValue[])[];

/** Builds the facts from the rows of the queries above; null where the table does not exist. */
export function readFacts(rows: {
  readonly meta: Rows | null;
  readonly newest: Rows | null;
  readonly native: Rows | null;
}): RemoteFacts {
  const meta = new Map((rows.meta ?? []).map(([key, value]) => [String(key), String(value)]));
  const whole = (key: string): bigint => BigInt(meta.get(key) ?? "0");
  const newest = rows.newest?.[0];
  return {
    uuid: meta.get("uuid") ?? null,
    agent: meta.get("agent") ?? null,
    format: meta.get("format") ?? null,
    sequence: whole("sequence"),
    marks: { inode: whole("mark.inode"), entry: whole("mark.entry"), toolCall: whole("mark.tool_call") },
    receipt: newest === undefined ? null : { pushId: String(newest[0]), digest: String(newest[1]) },
    nativeMark:
      rows.native?.map(([client, pull, change]): NativeMarkRow => [String(client), String(pull), String(change)]) ?? null,
  };
}

/** The facts that a pulled file holds. */
export function factsOf(db: Database): RemoteFacts {
  const rows = (query: { readonly table: string; readonly sql: string }): Rows | null =>
    hasTable(db, query.table) ? db.all(query.sql).map((row) => Object.values(row)) : null;
  return readFacts({ meta: rows(FACT_QUERIES.meta), newest: rows(FACT_QUERIES.newest), native: rows(FACT_QUERIES.native) });
}

/** Whether a pulled file holds the commit of that push id. */
export function hasReceipt(db: Database, pushId: string): boolean {
  return pushIdState(db, pushId) === "applied";
}

export type PushIdState = "applied" | "revoked";

/** What a pulled file knows of a push id; null if nobody has used it up by then. */
export function pushIdState(db: Database, pushId: string): PushIdState | null {
  if (!hasTable(db, "agentfs_sync_log")) return null;
  const row = db.get("SELECT state FROM agentfs_sync_log WHERE push_id = ?", pushId);
  return row === undefined ? null : row["state"] === "applied" ? "applied" : "revoked";
}

/** Whether two readings are of one and the same state, as far as facts can tell. */
export function sameFacts(a: RemoteFacts, b: RemoteFacts): boolean {
  const key = (facts: RemoteFacts) => JSON.stringify(facts, (_, value) => (typeof value === "bigint" ? value.toString() : value));
  return key(a) === key(b);
}
