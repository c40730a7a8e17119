import { carries, digestWith } from "../agentfs/fingerprint.ts";
import { SYNC_TABLES } from "../agentfs/schema.ts";
import { SyncError } from "../errors.ts";
import type { Remote } from "../remote/http.ts";
import { execute } from "../remote/pipeline.ts";
import { retrying } from "../remote/retry.ts";
import type { IdMap } from "../replica/id-map.ts";
import { nextPushIdAfter } from "../replica/origin.ts";
import type { SentPlan } from "../replica/pending.ts";

/** Where a changeset stands on the remote: there already, or to be pushed under the first push id that nobody has used. */
export type Trail =
  /** `sequence` is null if all of it was found there at an earlier push; `map` is known if it was sent from this folder. */
  | { readonly kind: "there"; readonly ids: readonly string[]; readonly sequence: bigint | null; readonly map: IdMap | null }
  | { readonly kind: "open"; readonly pushId: string; readonly copyPushed: boolean };

/**
 * Follows the push ids that all copies of one origin go through, by reads alone.
 * @throws SyncError `remote-error`, and as `post` does
 */
export async function followTrail(remote: Remote, pushId: string, fingerprint: string, sent: SentPlan | null): Promise<Trail> {
  const ids = [pushId];
  let copyPushed = false;
  for (let id = pushId; ; ids.push(id)) {
    const row = await readRow(remote, id);
    if (row === null) return { kind: "open", pushId: id, copyPushed };
    const { sequence, digest } = row;
    if (id === pushId && sent !== null && sequence !== null && digest === sent.digest) {
      return { kind: "there", ids, sequence, map: sent.map };
    }
    if (carries(digest, fingerprint)) return { kind: "there", ids, sequence, map: null };
    copyPushed ||= sequence !== null;
    id = nextPushIdAfter(id);
  }
}

const LOOK = "SELECT state, sequence, digest FROM agentfs_sync_log WHERE push_id = ?";

/** What the remote knows of a push id; `sequence` is null for one that was revoked. @throws SyncError `remote-error`, and as `post` does */
export async function readRow(
  remote: Remote,
  pushId: string,
): Promise<{ readonly sequence: bigint | null; readonly digest: string | null } | null> {
  const [result] = await retrying(remote, "always", () => execute(remote, [{ sql: LOOK, args: [pushId] }]));
  if (result?.ok !== true) {
    const message = result?.message ?? "no result";
    if (message.includes("no such table")) return null;
    throw new SyncError("remote-error", `${remote.url} could not say what became of the push ${pushId}: ${message}.`);
  }
  const [row] = result.rows;
  if (row === undefined) return null;
  const [state, sequence, digest] = row;
  return {
    sequence: state === "applied" && typeof sequence === "bigint" ? sequence : null,
    digest: typeof digest === "string" ? digest : null,
  };
}

const NOTHING_LEFT = `INSERT INTO agentfs_sync_log (push_id, state, digest) SELECT ?, 'revoked', ?
  WHERE NOT EXISTS (SELECT 1 FROM agentfs_sync_log WHERE push_id = ?)`;

/**
 * Remembers on the remote that all of a changeset was found there, so that later changes of the same things are not taken for the other
 * side of a conflict when it is pushed again. The push id is used up by it. @throws SyncError `remote-error`, and as `post` does
 */
export async function rememberAsThere(remote: Remote, pushId: string, fingerprint: string): Promise<void> {
  const statements = [
    { sql: SYNC_TABLES["agentfs_sync_log"] ?? "" },
    { sql: NOTHING_LEFT, args: [pushId, digestWith("", fingerprint), pushId] },
  ];
  const results = await retrying(remote, "always", () => execute(remote, statements));
  const failed = results.find((result) => !result.ok);
  if (failed !== undefined && !failed.ok) {
    throw new SyncError("remote-error", `${remote.url} could not keep what became of the push ${pushId}: ${failed.message}.`);
  }
}
