import type { Engine } from "../config/types.ts";
import type {
  ChangeCounts,
  Checkpointed,
  Conflict,
  DiffReport,
  ErrorReport,
  Finding,
  Sizes,
  TotalSynced,
} from "../report/types.ts";

/**
 * `pulled`: the working copy holds something new. `unchanged`: there was nothing. `new`: the remote is empty, a new agent starts here.
 * `skipped`: nothing was asked for.
 */
export interface Pulled {
  readonly outcome: "pulled" | "unchanged" | "new" | "skipped";
  /** The server's opaque name of the state that was pulled; null if nothing was. */
  readonly revision: string | null;
  /** Engine `agentfs` does not count it: null. */
  readonly bytesReceived: number | null;
}

export interface PullResult extends Pulled, Timed {}

/** How long an operation took. */
export interface Timed {
  readonly durationMs: number;
}

/**
 * `pushed`: all of it is on the remote, and was read back. `pushed-unverified`: it is committed, but could not be read back.
 * `unchanged`: there was nothing to push. `skipped`: read-only.
 */
export interface Pushed {
  readonly outcome: "pushed" | "pushed-unverified" | "unchanged" | "skipped";
  /** What was pushed; null for engine `agentfs`, which does not say. */
  readonly changes: ChangeCounts | null;
  /** What both sides changed, as it was resolved. */
  readonly conflicts: readonly Conflict[];
  readonly pushId: string | null;
  /** The position of this push in the remote's history, from 1; null if there was none, and for engine `agentfs`. */
  readonly sequence: number | null;
  readonly bytesSent: number | null;
}

export interface PushResult extends Pushed, Timed {}

/**
 * The working copy could not take what was pulled, because a program has it open: `agentfs-sdk` in this process counts, also after its
 * `close()`. Nothing is lost or wrong: it stays as it is, and what is in it was pushed. The next pull takes it over.
 */
export interface PullHeldBack {
  readonly outcome: "held-back";
  readonly why: ErrorReport;
  readonly bytesReceived: number | null;
}

/** A push, then a pull: the push merges, and the working copy then takes the result. */
export interface Synced {
  readonly push: Pushed;
  readonly pull: Pulled | PullHeldBack;
}

export interface SyncResult extends Synced, Timed {}

export interface CheckpointResult extends Checkpointed, Timed {}

/** What a push would carry now, one thing at a time. */
export interface DiffResult extends DiffReport, Timed {}

export interface Verified {
  /** False: at least one finding breaks a rule; those of the rule `left-behind` are remarks. */
  readonly consistent: boolean;
  readonly findings: readonly Finding[];
}

export interface VerifyResult extends Verified, Timed {}

export interface SyncStats {
  readonly engine: Engine;
  readonly agent: string;
  /** Without credentials. */
  readonly remoteUrl: string | null;
  readonly lastPullAt: Date | null;
  /** When the newest push was committed that this machine knows of: its own, or one that it has pulled. Engine `agentfs`: its own. */
  readonly lastPushAt: Date | null;
  /** The later of the two. */
  readonly lastSyncAt: Date | null;
  /** What a push would carry now; null without a readable working copy that was pulled. Engine `agentfs`: null, see `pendingOperations`. */
  readonly pendingChanges: ChangeCounts | null;
  /** Engine `agentfs`: rows that were changed and not pushed. Engine `http`: null. */
  readonly pendingOperations: number | null;
  /** What is on the remote; null if it was not asked, and for engine `agentfs`, which leaves no receipts. */
  readonly totalSynced: TotalSynced | null;
  readonly revision: string | null;
  /** What this manager has sent and received over the wire since it was made, in bytes. Engine `agentfs`: null, it does not say. */
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly sizes: Sizes;
}
