import type { RemoteFacts } from "../agentfs/facts.ts";
import type { Plan } from "../agentfs/merge/types.ts";
import { OVERLAY_TABLES } from "../agentfs/schema.ts";
import type { Remote } from "../remote/http.ts";
import { batch, type Statement } from "../remote/pipeline.ts";
import { guardStatement, guardsOf } from "./guards.ts";
import type { Stage } from "./stage/stage.ts";
import { endOfStage } from "./stage/take.ts";
import { transaction } from "./transaction.ts";

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
  | {
      readonly committed: false;
      readonly begun: boolean;
      readonly failed: string;
      readonly message: string;
      /** The name of the guard that did not hold, if it was one. */
      readonly guard: string | null;
    };

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
  stage: Stage | null,
): Promise<CommitResult> {
  const sequence = facts.sequence + 1n;
  const guards = guardsOf(plan, facts, stage);
  // Before the guards, which look into them.
  const tables = overlayTables(plan);
  const statements: readonly Statement[] = [
    { sql: "BEGIN IMMEDIATE" },
    ...tables,
    ...guards.map(guardStatement),
    ...changes,
    receiptStatement(receipt, sequence),
    ...forgetOld(sequence),
    metaStatement(plan, sequence, stage),
    ...(stage === null ? [] : endOfStage(stage)),
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
    guard: guard?.name ?? null,
    message: failure?.ok === false ? failure.message : "it was not run",
  };
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

const RECEIPTS_IN_FULL = 1000n;

/** The push id stays for ever; what is told of a push stays for the newest ones, so that a database does not grow by its history. */
function forgetOld(sequence: bigint): readonly Statement[] {
  if (sequence <= RECEIPTS_IN_FULL) return [];
  const sql =
    "UPDATE agentfs_sync_log SET run_id = NULL, committed_at = NULL, counts = NULL, provenance = NULL WHERE sequence = ?";
  return [{ sql, args: [sequence - RECEIPTS_IN_FULL] }];
}

/** A reservation has raised the marks already, and others may have raised them further. */
function metaStatement({ marks }: Plan, sequence: bigint, stage: Stage | null): Statement {
  const raised = [
    ["mark.inode", marks.inode],
    ["mark.entry", marks.entry],
    ["mark.tool_call", marks.toolCall],
  ] as const;
  const rows = [["sequence", sequence] as const, ...(stage === null ? raised : [])];
  const places = rows.map(() => "(?, ?)").join(", ");
  return {
    sql: `INSERT INTO agentfs_sync_meta (key, value) VALUES ${places} ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    args: rows.flatMap(([key, value]) => [key, String(value)]),
  };
}
