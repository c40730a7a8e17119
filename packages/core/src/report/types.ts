import type { ErrorCode, ExitCode } from "../errors.ts";

/** The commands whose result is a run report. */
export type SyncCommand = "pull" | "push" | "sync" | "run" | "status" | "stats" | "diff" | "verify" | "checkpoint" | "rescue";

export type PullOutcome = "pulled" | "unchanged" | "new" | "skipped" | "failed";
export type PushOutcome = "pushed" | "pushed-unverified" | "unknown" | "unchanged" | "skipped" | "failed";

/** How many objects of a kind a changeset touches. */
export interface ChangeCounts {
  readonly files: { readonly added: number; readonly changed: number; readonly removed: number; readonly renamed: number };
  readonly keys: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly toolCalls: { readonly added: number };
  /** Rows of tables that are no part of AgentFS. */
  readonly rows: { readonly added: number; readonly changed: number; readonly removed: number };
  /** Tables, indexes and views. */
  readonly schema: { readonly added: number };
}

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

export type FileKind = "file" | "directory" | "symlink" | "other";

export interface FileState {
  readonly sizeBytes: number;
  /** File type and permissions in octal, e.g. `100644`. */
  readonly mode: string;
}

/** `before` is null for what was added, `after` for what was removed. A changed file with several paths is listed by one of them. */
export interface FileDiff {
  readonly did: "added" | "changed" | "removed" | "renamed";
  readonly path: string;
  /** The path that it was renamed from. */
  readonly from: string | null;
  readonly kind: FileKind;
  readonly before: FileState | null;
  readonly after: FileState | null;
  /** A unified diff; null unless all that is there is text of at most 64 KiB, and it differs. */
  readonly text: string | null;
}

/** A key with its values, as the database holds them: JSON. */
export interface KeyDiff {
  readonly did: "added" | "changed" | "removed";
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A tool call with its status before and after. */
export interface ToolCallDiff {
  readonly did: "added" | "changed" | "removed";
  readonly id: number;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * A row of any other table. `key` is the value of its key, several as a JSON array, or the whole row where there is none.
 * `before` and `after` are the row as a JSON object that loses nothing: a REAL has a point, integers beyond 2^53 are
 * `{"integer":"…"}`, BLOBs `{"blob":"base64"}`.
 */
export interface RowDiff {
  readonly did: "added" | "changed" | "removed";
  readonly table: string;
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A table, index or view that was added. */
export interface SchemaDiff {
  readonly did: "added";
  readonly type: "table" | "index" | "view";
  readonly name: string;
  readonly sql: string;
}

/** What a push would carry now, one thing at a time. */
export interface DiffReport {
  readonly workingCopy: Exclude<StatusReport["workingCopy"], "unreadable">;
  readonly files: readonly FileDiff[];
  readonly keys: readonly KeyDiff[];
  readonly toolCalls: readonly ToolCallDiff[];
  readonly rows: readonly RowDiff[];
  readonly schema: readonly SchemaDiff[];
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
  readonly agents: readonly AgentReport[];
}
