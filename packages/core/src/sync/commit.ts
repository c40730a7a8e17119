import type { RemoteFacts } from "../agentfs/facts.ts";
import type { Plan } from "../agentfs/merge/types.ts";
import { OVERLAY_TABLES } from "../agentfs/schema.ts";
import type { Remote } from "../remote/http.ts";
import { batch, type Statement, type Step } from "../remote/pipeline.ts";
import { guardStatement, guardsOf } from "./guards.ts";

/** What a receipt says besides what was changed. */
export interface ReceiptInfo {
  readonly pushId: string;
  readonly digest: string;
  readonly runId: string;
  /** JSON */
  readonly counts: string;
  /** JSON */
  readonly provenance: string;
}

export type CommitResult =
  | { readonly committed: true; readonly sequence: bigint }
  /** Nothing of it happened. `failed` names the guard or quotes the statement, `message` is the server's. */
  | { readonly committed: false; readonly begun: boolean; readonly failed: string; readonly message: string };

/**
 * One guarded transaction: all of the plan with its receipt, or nothing. An error thrown here may stand for a commit whose answer was
 * lost, unless it is a RequestFailed that reached nobody.
 */
export async function commit(
  remote: Remote,
  plan: Plan,
  changes: readonly Statement[],
  facts: RemoteFacts,
  receipt: ReceiptInfo,
): Promise<CommitResult> {
  const sequence = facts.sequence + 1n;
  const guards = guardsOf(plan, facts);
  // Before the guards, which look into them.
  const tables = overlayTables(plan);
  const statements: readonly Statement[] = [
    { sql: "BEGIN IMMEDIATE" },
    ...tables,
    ...guards.map(guardStatement),
    ...changes,
    receiptStatement(receipt, sequence),
    metaStatement(plan, sequence),
    { sql: "COMMIT" },
  ];
  const results = await batch(remote, transaction(statements));
  if (results[statements.length - 1]?.ok === true) return { committed: true, sequence };
  const at = statements.findIndex((_, index) => results[index]?.ok !== true);
  const failure = results[at];
  const guard = guards[at - 1 - tables.length];
  return {
    committed: false,
    begun: results[0]?.ok === true,
    failed: guard === undefined ? (statements[at]?.sql.slice(0, 80) ?? "nothing") : `the guard "${guard.name}"`,
    message: failure?.ok === false ? failure.message : "it was not run",
  };
}

/**
 * Each step runs only if the one before it was done; what is begun and not committed is rolled back. The connection may be shared with
 * other clients: without our BEGIN there is nothing of ours to roll back.
 */
export function transaction(statements: readonly Statement[]): Step[] {
  const steps = statements.map(
    (statement, index): Step => (index === 0 ? statement : { ...statement, condition: { type: "ok", step: index - 1 } }),
  );
  const isOpen = {
    type: "and",
    conds: [
      { type: "ok", step: 0 },
      { type: "not", cond: { type: "is_autocommit" } },
    ],
  } as const;
  return [...steps, { sql: "ROLLBACK", condition: isOpen }];
}

/** Tables that only some databases have, made where rows of them come. */
function overlayTables(plan: Plan): Statement[] {
  const used = new Set<string>(plan.rows.map((write) => write.table));
  return Object.entries(OVERLAY_TABLES).flatMap(([table, sql]) => (used.has(table) ? [{ sql }] : []));
}

function receiptStatement({ pushId, digest, runId, counts, provenance }: ReceiptInfo, sequence: bigint): Statement {
  return {
    sql: `INSERT INTO agentfs_sync_log (push_id, state, sequence, digest, run_id, committed_at, counts, provenance)
      VALUES (?, 'applied', ?, ?, ?, unixepoch(), ?, ?)`,
    args: [pushId, sequence, digest, runId, counts, provenance],
  };
}

function metaStatement({ marks }: Plan, sequence: bigint): Statement {
  const rows = [
    ["sequence", sequence],
    ["mark.inode", marks.inode],
    ["mark.entry", marks.entry],
    ["mark.tool_call", marks.toolCall],
  ] as const;
  return {
    sql: "INSERT INTO agentfs_sync_meta (key, value) VALUES (?, ?), (?, ?), (?, ?), (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    args: rows.flatMap(([key, value]) => [key, String(value)]),
  };
}
