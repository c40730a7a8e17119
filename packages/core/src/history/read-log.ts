import * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import { isoTime } from "../iso-time.ts";
import type { Remote } from "../remote/http.ts";
import { execute, type Row } from "../remote/pipeline.ts";
import { retrying } from "../remote/retry.ts";
import type { LogEntry } from "../report/types.ts";

/** One push by its place, or the newest ones. */
export type LogQuery = { readonly sequence: number } | { readonly limit: number };

/** A push as its receipt has it. */
export type Receipt = Omit<LogEntry, "match" | "revertedBy" | "undo">;

/** Ours are of 5 KB; one that somebody has written by hand must not be all that is received. */
const LONGEST = 65_536;
const bounded = (column: string) => `CASE WHEN length(CAST(${column} AS BLOB)) <= ${LONGEST} THEN ${column} END`;

const SELECT = `SELECT sequence, push_id, ${bounded("run_id")}, committed_at, ${bounded("counts")}, ${bounded("provenance")}
  FROM agentfs_sync_log WHERE state = 'applied'`;

/**
 * The receipts of a remote, the newest first; none if no agentfs-sync has pushed there. One request.
 * @throws SyncError `remote-error`, and as `post` does
 */
export async function readLog(remote: Remote, query: LogQuery): Promise<readonly Receipt[]> {
  const statement =
    "sequence" in query
      ? { sql: `${SELECT} AND sequence = ?`, args: [BigInt(query.sequence)] }
      : { sql: `${SELECT} ORDER BY sequence DESC LIMIT ?`, args: [BigInt(query.limit)] };
  const [result] = await retrying(remote, "always", () => execute(remote, [statement]));
  if (result?.ok === true) return result.rows.map(receiptOf);
  if (result?.message.includes("no such table") === true) return [];
  throw new SyncError("remote-error", `${remote.url} could not say what was pushed: ${result?.message ?? "no result"}.`);
}

const count = z.int().check(z.nonnegative());
const changed = z.object({ added: count, changed: count, removed: count });
const countsSchema = z.object({
  files: z.extend(changed, { renamed: count }),
  keys: changed,
  toolCalls: z.object({ added: count }),
  rows: changed,
  schema: z.object({ added: count }),
});
const touchedSchema = z.object({ touched: z.object({ names: z.array(z.string()), more: count }) });
const text = z.nullable(z.string());
const provenanceSchema = z.object({ ci: text, repository: text, commit: text, runUrl: text, trust: z._default(text, null) });
const revertsSchema = z.object({ reverts: z.object({ pushId: z.string(), sequence: count }) });

/** Whoever can write to the database can write into a receipt: what is not as we write it counts as not known. */
function receiptOf([sequence, pushId, runId, committedAt, counts, provenance]: Row): Receipt {
  const touched = parsed(touchedSchema, counts)?.touched ?? null;
  return {
    sequence: Number(sequence),
    pushId: String(pushId),
    runId: typeof runId === "string" ? runId : null,
    committedAt: isoTime(committedAt),
    counts: parsed(countsSchema, counts),
    touched: touched?.names ?? null,
    more: touched?.more ?? 0,
    provenance: parsed(provenanceSchema, provenance),
    reverts: parsed(revertsSchema, provenance)?.reverts.sequence ?? null,
  };
}

function parsed<T extends z.ZodMiniType>(schema: T, value: unknown): z.infer<T> | null {
  if (typeof value !== "string") return null;
  try {
    return schema.parse(JSON.parse(value));
  } catch {
    return null;
  }
}
