import { SyncError } from "../errors.ts";
import type { Remote } from "../remote/http.ts";
import { execute, type Statement } from "../remote/pipeline.ts";
import { retrying } from "../remote/retry.ts";

/** What became of a push id: `absent` if it has no row (it may still commit, unless it was never sent). */
export type Settled =
  | { readonly state: "applied"; readonly sequence: bigint; readonly digest: string }
  | { readonly state: "revoked" | "absent" };

const LOOK = "SELECT state, sequence, digest FROM agentfs_sync_log WHERE push_id = ?";
const REVOKE = `INSERT INTO agentfs_sync_log (push_id, state) SELECT ?, 'revoked'
  WHERE NOT EXISTS (SELECT 1 FROM agentfs_sync_log WHERE push_id = ?)`;

/** Only looks. @throws RequestFailed as `post` does, SyncError `remote-error` */
export async function look(remote: Remote, pushId: string): Promise<Settled> {
  return read(remote, pushId, []);
}

/**
 * Finds out what became of a push id, for good: one without a row is revoked, so that a request of it that is still on its way can
 * never commit. A remote without our table is not the one that it was sent to, whose UUID the commit asks for: nothing is made there,
 * since one table of ours alone would make an empty remote look like a database of somebody else. @throws RequestFailed as `post` does, SyncError `remote-error`
 */
export async function settle(remote: Remote, pushId: string): Promise<Settled> {
  return read(remote, pushId, [{ sql: REVOKE, args: [pushId, pushId] }]);
}

async function read(remote: Remote, pushId: string, before: readonly Statement[]): Promise<Settled> {
  const results = await retrying(remote, "always", () => execute(remote, [...before, { sql: LOOK, args: [pushId] }]));
  const last = results.at(-1);
  if (last?.ok !== true) {
    const message = last?.message ?? "no result";
    if (message.includes("no such table")) return { state: before.length === 0 ? "absent" : "revoked" };
    throw new SyncError("remote-error", `${remote.url} could not say what became of the push ${pushId}: ${message}.`);
  }
  const [state, sequence, digest] = last.rows[0] ?? [];
  if (state === "applied" && typeof sequence === "bigint") return { state, sequence, digest: String(digest) };
  if (state === "revoked" || before.length === 0) return { state: state === "revoked" ? "revoked" : "absent" };
  const why = results.find((result) => !result.ok)?.message ?? "no row";
  throw new SyncError("remote-error", `${remote.url} could not revoke the push ${pushId}: ${why}.`);
}
