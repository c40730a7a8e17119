import type { SqlValue } from "../remote/value.ts";
import type { SqlRow } from "../replica/sqlite.ts";

/** The bytes of a regular file, as its chunk rows hold them. */
export interface Content {
  /** SHA-256 over the chunk rows in order. */
  readonly hash: string;
  readonly chunkCount: number;
  /** Sum of the chunks' bytes; less than the file's size if it is sparse. */
  readonly storedBytes: number;
}

/** The chunks of a file that are not what they were, by their indexes, in order. */
export interface ChunkChanges {
  readonly written: readonly bigint[];
  readonly removed: readonly bigint[];
}

/** One state of an object: its inode row and what belongs to it. */
export interface ObjectState {
  readonly row: SqlRow;
  /** Regular files only. */
  readonly content: Content | null;
  /** Symbolic links only. */
  readonly target: string | null;
}

/**
 * A file, directory or link that the job made, changed or removed; numbers are the working copy's. `before` is null for a new
 * object, `after` for a removed one. Entries are not part of it: a rename changes an entry alone.
 */
export interface ObjectChange {
  readonly ino: bigint;
  /** One of its paths in the working copy (in the origin, if it was removed). */
  readonly path: string;
  readonly before: ObjectState | null;
  readonly after: ObjectState | null;
  /** Bytes of the chunks that are new or differ. */
  readonly newBytes: number;
}

export interface Entry {
  readonly id: bigint;
  readonly name: string;
  readonly parentIno: bigint;
  readonly ino: bigint;
}

/** A directory entry that was added, moved (renamed, or made to name another object) or removed. */
export interface EntryChange {
  /** In the working copy (in the origin, if it was removed). */
  readonly path: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
}

/** A row of a table whose rows are told apart by a key. */
export interface RowChange {
  readonly table: KeyedTable;
  readonly key: SqlValue;
  readonly before: SqlRow | null;
  readonly after: SqlRow | null;
}

/** Rows of a table that is no part of AgentFS. `key`: the columns of its primary key; none: rows are told apart only as a whole. */
export interface TableChange {
  readonly table: string;
  readonly key: readonly string[];
  readonly rows: readonly { readonly before: SqlRow | null; readonly after: SqlRow | null }[];
}

/** A table, index or view that the job added. */
export interface SchemaChange {
  readonly type: "table" | "index" | "view";
  readonly name: string;
  readonly sql: string;
}

export interface ToolCallChange {
  readonly id: bigint;
  readonly before: SqlRow | null;
  readonly after: SqlRow | null;
}

/** Tables with one key column each; `kind` is what the report calls their rows. */
export const KEYED_TABLES = {
  kv_store: { key: "key", kind: "key" },
  fs_config: { key: "key", kind: "row" },
  fs_whiteout: { key: "path", kind: "row" },
  fs_overlay_config: { key: "key", kind: "row" },
  fs_origin: { key: "delta_ino", kind: "row" },
} as const satisfies Record<string, { readonly key: string; readonly kind: "key" | "row" }>;

export type KeyedTable = keyof typeof KEYED_TABLES;

/** What the job changed since the origin, in the working copy's numbers. */
export interface Changeset {
  readonly objects: readonly ObjectChange[];
  /** Of files that were there and still are, by their number; one that is not named has to be compared. */
  readonly chunks: ReadonlyMap<bigint, ChunkChanges>;
  readonly entries: readonly EntryChange[];
  readonly rows: readonly RowChange[];
  readonly toolCalls: readonly ToolCallChange[];
  readonly tables: readonly TableChange[];
  readonly schema: readonly SchemaChange[];
  /** The origin's entry ids of each of its objects that a change names: how the object is known again on the other side. */
  readonly knownBy: ReadonlyMap<bigint, readonly bigint[]>;
  /** The origin's tool calls, changed or not: none of them is one that the job added. */
  readonly originCallIds: readonly bigint[];
  /** Regular files in the origin, the measure for the mass-change guard. */
  readonly originFileCount: number;
  /** Bytes of content and values that are new. */
  readonly sizeBytes: number;
}

export function isEmptyChangeset(changeset: Changeset): boolean {
  const { objects, entries, rows, toolCalls, tables, schema } = changeset;
  return [objects, entries, rows, toolCalls, tables, schema].every((list) => list.length === 0);
}
