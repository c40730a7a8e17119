import type { IdMap } from "../replica/id-map.ts";
import type { SentPlan } from "../replica/pending.ts";

/** What could not be pushed, or was set aside, with all that is needed to push it: from a folder of `pending/`, or out of a file. */
export interface Bundle {
  readonly agent: string;
  readonly pushId: string;
  readonly originId: string;
  readonly reason: BundleReason;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly runId: string | null;
  /** Where the origin came from; null if it holds nothing of any remote. */
  readonly remoteUrl: string | null;
  readonly remoteUuid: string | null;
  /** Push id of the newest commit that the origin is on top of. */
  readonly receipt: string | null;
  readonly copyPushed: boolean;
  readonly originPath: string;
  readonly snapshotPath: string;
  /** The origin's numbers in terms of the remote's. */
  readonly map: IdMap;
  /** What was sent of it and never settled. */
  readonly sent: SentPlan | null;
  /** Of a bundle with the reason `undo`: its origin is the remote after that push, its snapshot before it, as far as the push touched it. */
  readonly undoes?: Undoes;
}

/** A push that a bundle takes back. */
export interface Undoes {
  readonly pushId: string;
  readonly sequence: number;
  /** Tables, indexes and views that it added: a push adds such things and takes none away, so they stay. */
  readonly schema: readonly string[];
}

export const RESCUE_REASONS = ["failed-push", "set-aside", "unsettled"] as const;
export type RescueReason = (typeof RESCUE_REASONS)[number];
export const BUNDLE_REASONS = [...RESCUE_REASONS, "undo"] as const;
export type BundleReason = (typeof BUNDLE_REASONS)[number];
