import type { ChangeCounts } from "./change-types.ts";

/** A push that was, or would be, taken back. */
export interface RevertReport {
  readonly pushId: string;
  /** Its place in the remote's history. */
  readonly sequence: number;
  /** `planned`: by `--dry-run`, which changes nothing. `nothing-left`: later pushes have changed all of it again. */
  readonly state: "reverted" | "already-reverted" | "nothing-left" | "planned" | "failed";
  /** The place of the push that took it back. */
  readonly by: number | null;
}

/** One push in the history of a remote. What an older version did not write down, or what is too long ago, is null. */
export interface LogEntry {
  readonly sequence: number;
  readonly pushId: string;
  readonly runId: string | null;
  /** ISO 8601, by the server's clock. */
  readonly committedAt: string | null;
  readonly counts: ChangeCounts | null;
  /** Files by path, keys as `key:name`, rows as `row:table`, tool calls as `tool:name`. */
  readonly touched: readonly string[] | null;
  /** How many more things the push touched than `touched` names. */
  readonly more: number;
  /** Whether `--path` matches for certain, or may match one of those that are not named; null without `--path`. */
  readonly match: "certain" | "possible" | null;
  readonly provenance: ProvenanceReport | null;
  /** The place of the push that this one took back. */
  readonly reverts: number | null;
  /** The place of the push by which this one is taken back now; null: it is in force. */
  readonly revertedBy: number | null;
  /** Where the bundle is, on this machine, by which `revert` takes it back; null: it is not here. */
  readonly undo: string | null;
}

/** Where a push came from. */
export interface ProvenanceReport {
  readonly ci: string | null;
  readonly repository: string | null;
  readonly commit: string | null;
  readonly runUrl: string | null;
  readonly trust: string | null;
}
