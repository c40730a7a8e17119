import type { Changeset } from "../agentfs/changeset.ts";
import { isEmptyChangeset } from "../agentfs/changeset.ts";
import { diff } from "../agentfs/diff.ts";
import { SyncError } from "../errors.ts";
import { isRegularFile } from "../replica/files.ts";
import { listOrigins, type Origin, readOrigin, saveOrigin } from "../replica/origin.ts";
import { readSignature, type Signature, sameSignature } from "../replica/signature.ts";
import { type Snapshot, takeSnapshot } from "../replica/snapshot.ts";
import { Database, hasTable } from "../replica/sqlite.ts";
import type { AgentContext } from "./context.ts";
import { progress } from "./progress.ts";

/** What the working copy is, against the origin that it names. */
export type WorkingCopy =
  | { readonly kind: "absent" }
  /** It holds what its origin holds. `image`: one that has its very rows, under the same numbers; null: none is known. */
  | { readonly kind: "clean"; readonly origin: Origin; readonly signature: Signature; readonly image: string | null }
  | { readonly kind: "changed"; readonly origin: Origin; readonly snapshot: Snapshot; readonly changeset: Changeset }
  /** Brought by the user, or made by another program: it names no origin. */
  | { readonly kind: "foreign"; readonly snapshot: Snapshot };

/**
 * Looks at the working copy without opening, locking or writing it.
 * @param keepsSignature whether what is learnt may be written down, so that the next look costs nothing
 * @throws SyncError `origin-mismatch`, `working-copy-torn`, `not-a-database`, and what `diff` throws
 */
export async function inspect(context: AgentContext, keepsSignature = true): Promise<WorkingCopy> {
  const { paths, deadline } = context;
  const signature = (await isRegularFile(paths.workingCopy)) ? await readSignature(paths.workingCopy) : null;
  if (signature === null) return { kind: "absent" };
  const origins = await listOrigins(paths);
  const untouched = origins.find((origin) => origin.signature !== null && sameSignature(origin.signature, signature));
  if (untouched !== undefined) {
    return { kind: "clean", origin: untouched, signature, image: untouched.hasSameRows ? untouched.path : null };
  }
  progress(context, "comparing");
  const snapshot = await takeSnapshot(paths, deadline, origins[0]?.path);
  if (snapshot === null) return { kind: "absent" };
  if (snapshot.originId === null) return { kind: "foreign", snapshot };
  const origin = await readOrigin(paths, snapshot.originId);
  if (origin === null) {
    if (context.config.adopt) return { kind: "foreign", snapshot };
    throw new SyncError(
      "origin-mismatch",
      `${paths.workingCopy} does not fit ${paths.sync}: what it was pulled as (${snapshot.originId}) is not there.`,
    );
  }
  checkNotBehind(paths.workingCopy, origin, snapshot);
  const changeset = diff(origin.path, snapshot.path);
  if (!isEmptyChangeset(changeset)) return { kind: "changed", origin, snapshot, changeset };
  // The snapshot's signature, not a newer one: what was written since must be found next time.
  const known = { ...origin, signature: snapshot.signature, hasSameRows: false };
  const saved = keepsSignature ? await saveOrigin(paths, known) : known;
  return { kind: "clean", origin: saved, signature: snapshot.signature, image: snapshot.path };
}

/** An older copy of the file, put back, would look as if all that was made since had been deleted. */
function checkNotBehind(path: string, origin: Origin, snapshot: Snapshot): void {
  using db = Database.openImmutable(origin.path);
  db.attachImmutable(snapshot.path, "ours");
  if (!hasTable(db, "sqlite_sequence", "main")) return;
  const ours = hasTable(db, "sqlite_sequence", "ours") ? "ours.sqlite_sequence" : "(SELECT NULL AS name, NULL AS seq)";
  const behind = db.get(
    `SELECT o.name FROM main.sqlite_sequence AS o LEFT JOIN ${ours} AS n ON n.name = o.name COLLATE NOCASE
     WHERE o.seq > 0 AND coalesce(n.seq, 0) < o.seq AND o.name NOT LIKE 'agentfs_sync_%'
       AND EXISTS (SELECT 1 FROM ours.sqlite_schema AS s WHERE s.name = o.name COLLATE NOCASE)`,
  );
  if (behind !== undefined) {
    throw new SyncError(
      "origin-mismatch",
      `${path} is older than what it last agreed on with the remote: an earlier copy was put back (table ${behind["name"]}).`,
    );
  }
}
