import type { ConflictPolicy } from "../../config/types.ts";
import type { IdMap } from "../../replica/id-map.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { Conflict } from "../../report/types.ts";
import type { ChunkChanges, Entry, KeyedTable } from "../changeset.ts";
import type { Marks } from "../facts.ts";

/** A row to be replaced or removed, as the remote must still have it, and what it becomes. */
export interface Replacement {
  readonly before: SqlRow;
  readonly after: SqlRow;
}

/** Content to be written under the remote's number. */
export interface ContentWrite {
  readonly ino: bigint;
  /** The chunk rows of one of the snapshot's files, or a small file that the merge makes, to be cut as the remote cuts files. */
  readonly source: { readonly localIno: bigint } | { readonly bytes: Uint8Array; readonly chunkSizeBytes: number };
  /** Old chunk rows have to go first: the inode's row as the remote must still have it. Null for a new object. */
  readonly replaces: SqlRow | null;
  /** The remote has the origin's content under this number: the chunks that differ from it are enough. Else all of it goes first. */
  readonly isDelta: boolean;
  /** Which chunks those are; where it is not said, both have to be compared. */
  readonly chunks?: ChunkChanges;
}

export interface TargetWrite {
  readonly ino: bigint;
  readonly target: string;
}

export interface RowWrite {
  readonly table: KeyedTable;
  readonly before: SqlRow | null;
  readonly after: SqlRow | null;
}

/** Rows of a table that is no part of AgentFS; without a key, it is the number of the row, which new rows do not have yet. */
export interface TableWrites {
  readonly table: string;
  /** As the remote has it, and must still have it: a column that was added meanwhile would be emptied. Null: the plan makes it. */
  readonly definition: string | null;
  readonly key: readonly string[];
  readonly rows: readonly { readonly before: SqlRow | null; readonly after: SqlRow | null }[];
}

/** Ranges of numbers that one push alone may use, both ends included, with the content that is staged under some of them. */
export interface Reservation {
  readonly ranges: { readonly [K in keyof Marks]: { readonly first: bigint; readonly last: bigint } };
  /** By the working copy's number: where the whole content of a file is staged. A new object takes that number as its own. */
  readonly stagedIno: ReadonlyMap<bigint, bigint>;
}

export interface MergeOptions {
  /** The working copy's numbers in terms of the remote's, as of the origin. */
  readonly map: IdMap;
  /** The remote's high-water marks. */
  readonly marks: Marks;
  /** A copy of the same folder has pushed already: calls equal to ones that are there are the same calls. */
  readonly sameCalls: boolean;
  readonly policy: ConflictPolicy;
  /** Of this push, for the names of what is kept beside the other side's: `a.conflict-<suffix>.txt`. */
  readonly suffix: string;
  /** Origin and snapshot hold only what was touched: an object that only theirs has may be one that nobody has touched. */
  readonly isPart?: boolean;
  readonly reserved: Reservation | null;
}

/** The changeset rebased onto what the remote holds: every number in it is the remote's and final. */
export interface Plan {
  readonly inodes: {
    readonly insert: readonly SqlRow[];
    readonly update: readonly Replacement[];
    readonly remove: readonly SqlRow[];
  };
  readonly contents: readonly ContentWrite[];
  readonly targets: readonly TargetWrite[];
  /** A moved entry is removed and inserted under its id. `remove` is as the remote must still have it. */
  readonly entries: { readonly insert: readonly Entry[]; readonly remove: readonly Entry[] };
  /** Entries that lead from the root to what the plan touches: they have to be as they are. */
  readonly unchanged: readonly Entry[];
  readonly rows: readonly RowWrite[];
  readonly tables: readonly TableWrites[];
  /** Tables, indexes and views that only the job's side has, as SQL. */
  readonly schema: readonly string[];
  readonly toolCalls: {
    readonly insert: readonly SqlRow[];
    readonly update: readonly Replacement[];
    readonly remove: readonly SqlRow[];
  };
  /** The lowest number of each kind that the plan gives out; nobody may have one as high. Null: it gives out none. */
  readonly lowest: { readonly [K in keyof Marks]: bigint | null };
  /** High-water marks after the commit. */
  readonly marks: Marks;
  /** From the snapshot's numbers to the remote's after the commit. */
  readonly map: IdMap;
}

/** What one side has of a thing that both changed: an inode by its own number, or a row. */
export type Held = { readonly ino: bigint } | { readonly row: SqlRow };

/** What the sides of a conflict have, null for nothing. */
export interface Contested {
  readonly base: Held | null;
  readonly ours: Held | null;
  readonly theirs: Held | null;
}

/** Each conflict is resolved in the plan as the policy says; with `fail` a plan that has one must not be committed. */
export interface MergeResult {
  readonly plan: Plan;
  readonly conflicts: readonly Conflict[];
  /** For each of the conflicts; null where it is about a place alone. */
  readonly contested: readonly (Contested | null)[];
}

export function isEmptyPlan({ inodes, contents, targets, entries, rows, tables, schema, toolCalls }: Plan): boolean {
  const lists = [
    inodes.insert,
    inodes.update,
    inodes.remove,
    contents,
    targets,
    entries.insert,
    entries.remove,
    rows,
    tables,
    schema,
  ];
  return [...lists, toolCalls.insert, toolCalls.update, toolCalls.remove].every((list) => list.length === 0);
}
