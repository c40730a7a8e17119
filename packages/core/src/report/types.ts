import type { ErrorCode, ExitCode } from "../errors.ts";
import type { ChangeCounts, ChangesReport, FileKind } from "./change-types.ts";
import type { LogEntry, ProvenanceReport, RevertReport } from "./history-types.ts";

export type * from "./change-types.ts";
export type * from "./history-types.ts";

/** The commands whose result is a run report. */
export type SyncCommand =
  | "pull"
  | "push"
  | "sync"
  | "run"
  | "status"
  | "stats"
  | "diff"
  | "verify"
  | "checkpoint"
  | "rescue"
  | "revert"
  | "log";

export type PullOutcome = "pulled" | "unchanged" | "new" | "skipped" | "failed";
export type PushOutcome = "pushed" | "pushed-unverified" | "unknown" | "unchanged" | "skipped" | "failed";

export interface PullReport {
  readonly outcome: PullOutcome;
  /** The server's opaque revision that the base now holds; null when nothing was received. */
  readonly revision: string | null;
  readonly bytesReceived: number;
  /** The pull went on from a base that the CI's cache had kept. */
  readonly fromCache?: true;
}

export interface PushReport extends ChangeCounts {
  readonly outcome: PushOutcome;
  readonly pushId: string | null;
  /** The position of this push in the remote's history, from 1; null unless committed. */
  readonly sequence: number | null;
  readonly bytesSent: number;
}

/** What one side has of a thing that both changed. */
export interface ConflictSide {
  readonly kind: FileKind | "value";
  readonly sizeBytes: number;
  /**
   * The content of a file, the target of a link, the value of a key, or a row as `RowDiff` has it; null unless it is text of at most
   * 64 KiB.
   */
  readonly text: string | null;
}

/** Null for a side that has nothing there, and for a `base` where both sides made the thing. */
export interface ConflictContents {
  readonly base: ConflictSide | null;
  readonly ours: ConflictSide | null;
  readonly theirs: ConflictSide | null;
}

/** One thing that both sides changed. `path` is a file's path, a key, or `table:primary key`. */
export interface Conflict {
  readonly kind: "file" | "key" | "row" | "tool-call" | "schema";
  readonly path: string;
  readonly ours: "created" | "changed" | "removed" | "moved";
  readonly theirs: "created" | "changed" | "removed" | "moved";
  readonly resolution: "keep-both" | "ours" | "theirs" | "fail";
  /** Where each side's version is after the push: a path or key; null if it was removed or is not kept. */
  readonly oursAt: string | null;
  readonly theirsAt: string | null;
  /** Only where the report says what was changed, and if the conflict is about more than a place. */
  readonly contents?: ConflictContents;
}

export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

export interface AgentReport {
  readonly agent: string;
  readonly ok: boolean;
  readonly pull: PullReport | null;
  readonly push: PushReport | null;
  readonly conflicts: readonly Conflict[];
  /** Where the changes are that could not be pushed: a folder that `rescue list` shows, or the file of `rescue push`; null when there are none. */
  readonly rescue: string | null;
  readonly error: ErrorReport | null;
  /** There if the native engine did it, which says neither what it carried nor how much: counts and bytes are 0 then. */
  readonly engine?: "agentfs";
  /** `status` only. */
  readonly status?: StatusReport;
  /** `stats` only. */
  readonly stats?: StatsReport;
  /** `checkpoint` only. */
  readonly checkpoint?: Checkpointed;
  /** `diff` only. */
  readonly diff?: DiffReport;
  /** What the push changed, one thing at a time; only where it was asked for. Of `revert --dry-run`: what it would change. */
  readonly changes?: ChangesReport;
  /** `revert` only. */
  readonly revert?: RevertReport;
  /** `log` only, the newest first. */
  readonly log?: readonly LogEntry[];
  /** `verify` only; those of the rule `left-behind` are remarks and no failure. */
  readonly findings?: readonly Finding[];
  /** `rescue list` and `rescue export`: what is kept, or what was written into the file. */
  readonly bundles?: readonly RescueEntry[];
}

/** Changes that could not be pushed or were set aside, and are kept. */
export interface RescueEntry {
  readonly pushId: string;
  /** `unsettled`: it was sent, and no answer came; the next push or sync finds out what became of it. */
  readonly reason: "failed-push" | "set-aside" | "unsettled";
  /** ISO 8601 */
  readonly createdAt: string;
  readonly runId: string | null;
  /** Null if what is kept cannot be read; `problem` says why. */
  readonly counts: ChangeCounts | null;
  readonly problem: string | null;
  readonly sizeBytes: number;
  /** The folder that holds it, or the file that it was exported to. */
  readonly path: string;
}

/** What a push would carry now, one thing at a time. */
export interface DiffReport extends ChangesReport {
  readonly workingCopy: Exclude<StatusReport["workingCopy"], "unreadable">;
}

/** One place where a database breaks a rule of a consistent AgentFS. `path` is a file's path, a key, or `tool call 7`. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly what: string;
}

/** What `status` knows without asking the remote. */
export interface StatusReport {
  readonly workingCopy: "absent" | "clean" | "changed" | "without-origin" | "unreadable";
  readonly remoteUrl: string;
  /** Revision and sequence of the base on disk; null before the first pull. */
  readonly revision: string | null;
  readonly sequence: number | null;
  readonly pulledAt: string | null;
  /** What a push would carry now; null unless `workingCopy` is clean or changed. */
  readonly changes: ChangeCounts | null;
  /** Push ids whose outcome is not settled yet or that wait to be rescued. */
  readonly pending: readonly string[];
}

/** Sums over the receipts of an agent's remote, whoever pushed; the counts are kept for its newest 1000 pushes. */
export interface TotalSynced extends ChangeCounts {
  readonly pushes: number;
  /** Of how many of these pushes the counts are known. */
  readonly countedPushes: number;
}

/** What `stats` knows. Times are ISO 8601. */
export interface StatsReport {
  readonly remoteUrl: string;
  readonly lastPullAt: string | null;
  /** When the newest push was committed that this machine knows of: its own, or one that it has pulled. */
  readonly lastPushAt: string | null;
  /** The later of the two. */
  readonly lastSyncAt: string | null;
  /** What a push would carry now; null without a readable working copy that was pulled. */
  readonly pendingChanges: ChangeCounts | null;
  /** Engine `agentfs`: rows that were changed and not pushed. Engine `http`: null. */
  readonly pendingOperations: number | null;
  /** What is on the remote; null if it was not asked, and for engine `agentfs`, which leaves no receipts. */
  readonly totalSynced: TotalSynced | null;
  readonly revision: string | null;
  readonly sizes: Sizes;
}

export interface Sizes {
  /** The working copy's database file; 0: there is none. */
  readonly databaseBytes: number;
  readonly walBytes: number;
  /** What is kept beside it to sync by: the base, origins, what waits to be pushed; or the native engine's files. */
  readonly syncBytes: number;
}

export interface Checkpointed {
  /** Size of the WAL before and after; what was in it is in the database file now. */
  readonly walBytesBefore: number;
  readonly walBytesAfter: number;
}

/** The one object that every command returns, prints with `--json`, and renders. */
export interface RunReport {
  readonly version: 1;
  readonly command: SyncCommand;
  readonly ok: boolean;
  readonly exitCode: ExitCode;
  readonly runId: string;
  readonly durationMs: number;
  /** ISO 8601; with `--report-file`. */
  readonly startedAt?: string;
  /** Where the run came from; with `--report-file`. */
  readonly provenance?: ProvenanceReport;
  readonly agents: readonly AgentReport[];
}
