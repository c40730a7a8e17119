import type { SyncConfig } from "../../config/sync-config.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Progress } from "../../sync/context.ts";

/** What the child process is to do; one task a process. */
export interface Task {
  readonly operation: TaskName;
  readonly config: SyncConfig;
  readonly options: TaskOptions;
}

export type TaskName = "pull" | "push" | "sync" | "checkpoint" | "stats" | "diff" | "verify" | "native-check";

export interface TaskOptions {
  /** `stats`: ask the remote for its receipts. `verify`: look at the remote instead of the working copy. */
  readonly asksRemote?: boolean;
  /** Our process has the database open: it may be read, but not written. */
  readonly isOpenHere?: boolean;
}

/** From us to the child. */
export type ToChild = { readonly type: "task"; readonly task: Task } | { readonly type: "abort" };

/** Bytes that went over the wire. */
export interface Traffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** What it came from, and what that came from. */
  readonly causes: readonly PlainCause[];
}

export interface PlainCause {
  readonly name: string;
  readonly message: string;
  /** Node's, or ours. */
  readonly code: string | null;
}

/** From the child to us; the last one is `done` or `failed`. */
export type FromChild =
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "line"; readonly line: string; readonly isNotable: boolean }
  | { readonly type: "done"; readonly value: unknown; readonly traffic: Traffic }
  | { readonly type: "failed"; readonly error: PlainError; readonly traffic: Traffic };
