import { remoteSql } from "../../parts/remote-sql.ts";

/** A push that the remote knows, as its receipt has it. */
export interface Receipt {
  readonly pushId: string;
  readonly sequence: number;
  /** Paths, `key:name` and `tool:name`; null if there are more than it names. */
  readonly touched: ReadonlySet<string> | null;
  /** The place of the push that this one takes back. */
  readonly reverts: number | null;
}

interface Counts {
  readonly touched?: { readonly names: readonly string[]; readonly more: number };
}

interface Provenance {
  readonly reverts?: { readonly sequence: number };
}

/** In the order of the history. */
export async function readReceipts(url: string): Promise<readonly Receipt[]> {
  const [tables] = await remoteSql(url, [{ sql: "SELECT name FROM sqlite_schema WHERE name = 'agentfs_sync_log'" }]);
  if (tables?.length !== 1) return [];
  const [rows = []] = await remoteSql(url, [
    { sql: "SELECT push_id, sequence, counts, provenance FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence" },
  ]);
  return rows.map(([pushId, sequence, counts, provenance]): Receipt => {
    const { touched } = JSON.parse(String(counts ?? "{}")) as Counts;
    const { reverts } = JSON.parse(String(provenance ?? "{}")) as Provenance;
    const isWhole = touched !== undefined && touched.more === 0;
    return {
      pushId: String(pushId),
      sequence: Number(sequence),
      touched: isWhole ? new Set(touched.names) : null,
      reverts: reverts?.sequence ?? null,
    };
  });
}
