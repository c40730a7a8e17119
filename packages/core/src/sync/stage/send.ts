import { batch, type Row, type Statement } from "../../remote/pipeline.ts";
import { retrying } from "../../remote/retry.ts";
import type { AgentContext } from "../context.ts";
import { transaction } from "../transaction.ts";

/** What became of a transaction: done, with the rows of its last statement; or nothing of it, with the statement at which it failed. */
export type Sent =
  | { readonly done: true; readonly rows: readonly Row[] }
  /** `failedAt` is -1 if it could not be begun. */
  | { readonly done: false; readonly failedAt: number; readonly message: string };

/** As a commit does, of the time that is left. */
const LONGEST_SHARE = 0.5;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1000;

/**
 * Sends statements as one transaction that may be done twice with the same result, and therefore again if its answer is lost. BEGIN
 * is refused while another client's transaction is open on the server's one connection: that is waited for.
 * @throws RequestFailed as `post` does, SyncError `remote-error`, `remote-protocol`
 */
export async function sendTransaction(context: AgentContext, statements: readonly Statement[]): Promise<Sent> {
  const { deadline, remote } = context;
  const leastMs = deadline.leftMs * (1 - LONGEST_SHARE);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const sent = await retrying(remote, "always", () => sendOnce(context, statements));
    if (sent.done || sent.failedAt >= 0 || deadline.leftMs - pauseMs < leastMs) return sent;
    await deadline.sleep(pauseMs, `the wait for ${remote.url}`);
  }
}

async function sendOnce({ remote }: AgentContext, statements: readonly Statement[]): Promise<Sent> {
  const all = [{ sql: "BEGIN IMMEDIATE" }, ...statements, { sql: "COMMIT" }];
  const results = await batch(remote, transaction(all));
  const last = results[statements.length];
  if (results[all.length - 1]?.ok === true) return { done: true, rows: last?.ok === true ? last.rows : [] };
  const at = all.findIndex((_, index) => results[index]?.ok !== true);
  const failure = results[at];
  return { done: false, failedAt: at - 1, message: failure?.ok === false ? failure.message : "it was not run" };
}
