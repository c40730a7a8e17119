import type { IdMap } from "../../replica/id-map.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { Conflict } from "../../report/types.ts";
import type { Entry, KeyedTable } from "../changeset.ts";
import type { Marks } from "../facts.ts";

/** A row to be replaced or removed, as the remote must still have it, and what it becomes. */
export interface Replacement {
  readonly before: SqlRow;
  readonly after: SqlRow;
}

/** Content to be written: the chunk rows of one of the snapshot's files under the remote's number. */
export interface ContentWrite {
  readonly localIno: bigint;
  readonly ino: bigint;
  /** Old chunk rows have to go first: the inode's row as the remote must still have it. Null for a new object. */
  readonly replaces: SqlRow | null;
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
  readonly rows: readonly RowWrite[];
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

/** With a conflict the plan leaves that object as it is on the remote; it must not be committed then. */
export interface MergeResult {
  readonly plan: Plan;
  readonly conflicts: readonly Conflict[];
}

export function isEmptyPlan({ inodes, contents, targets, entries, rows, toolCalls }: Plan): boolean {
  const lists = [inodes.insert, inodes.update, inodes.remove, contents, targets, entries.insert, entries.remove, rows];
  return [...lists, toolCalls.insert, toolCalls.update, toolCalls.remove].every((list) => list.length === 0);
}
