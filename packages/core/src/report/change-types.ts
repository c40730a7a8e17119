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
  /** A unified diff; null unless all that is there is text of at most 64 KiB, and it differs, but not all over. */
  readonly text: string | null;
}

/** A key with its values, as the database holds them: JSON. */
export interface KeyDiff {
  readonly did: "added" | "changed" | "removed";
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A tool call with its status before and after, and how it went; those fields are missing in reports of older versions. */
export interface ToolCallDiff {
  readonly did: "added" | "changed" | "removed";
  readonly id: number;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
  /** ISO 8601 */
  readonly startedAt?: string | null;
  readonly durationMs?: number | null;
  readonly error?: string | null;
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

/** What is changed, one thing at a time. */
export interface ChangesReport {
  readonly files: readonly FileDiff[];
  readonly keys: readonly KeyDiff[];
  readonly toolCalls: readonly ToolCallDiff[];
  readonly rows: readonly RowDiff[];
  readonly schema: readonly SchemaDiff[];
}
