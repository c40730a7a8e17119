import { FACT_QUERIES, type RemoteFacts, readFacts } from "../agentfs/facts.ts";
import { SyncError } from "../errors.ts";
import type { Remote } from "./http.ts";
import { execute, type Row, type StatementResult } from "./pipeline.ts";

/** What SQL says of the remote, asked beside the pages: a page stream alone proves nothing. */
export interface Probe {
  readonly facts: RemoteFacts;
  /** No table, no index, nothing: only then a remote is new. */
  readonly isEmpty: boolean;
  /** Whether the commit that the caller's base ends with is there. */
  readonly knowsReceipt: boolean;
}

/**
 * One request. (`SELECT count(*)` on an empty file fails on tursodb 0.6.0 with a short read; a plain SELECT of names does not.)
 * @throws RequestFailed as `post` does, SyncError `remote-error`, `remote-protocol`
 */
export async function probe(remote: Remote, receipt: string | null): Promise<Probe> {
  const [names, meta, newest, native, known] = await execute(remote, [
    { sql: "SELECT name FROM sqlite_schema" },
    FACT_QUERIES.meta,
    FACT_QUERIES.newest,
    FACT_QUERIES.native,
    { sql: "SELECT 1 FROM agentfs_sync_log WHERE push_id = ? AND state = 'applied'", args: [receipt ?? ""] },
  ]);
  const present = new Set(rows(remote, names).map(([name]) => String(name)));
  const rowsOf = (table: string, result: StatementResult | undefined) => (present.has(table) ? rows(remote, result) : null);
  return {
    facts: readFacts({
      meta: rowsOf(FACT_QUERIES.meta.table, meta),
      newest: rowsOf(FACT_QUERIES.newest.table, newest),
      native: rowsOf(FACT_QUERIES.native.table, native),
    }),
    isEmpty: present.size === 0,
    knowsReceipt: receipt !== null && (rowsOf(FACT_QUERIES.newest.table, known) ?? []).length > 0,
  };
}

function rows(remote: Remote, result: StatementResult | undefined): readonly Row[] {
  if (result?.ok === true) return result.rows;
  throw new SyncError("remote-error", `${remote.url} could not answer a query: ${result?.message ?? "no result"}.`);
}
