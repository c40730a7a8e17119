import type { ConflictPolicy } from "../../config/types.ts";
import { sameValue } from "../../remote/value.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { Conflict } from "../../report/types.ts";
import type { TableChange } from "../changeset.ts";
import { valuesText } from "../typed-json.ts";
import type { UserTables } from "../user-tables.ts";
import type { TableKeys } from "./table-keys.ts";
import type { TableWrites } from "./types.ts";

type Write = TableWrites["rows"][number];
type Did = Conflict["ours"];

/** What becomes of one row that the job changed, in the remote's numbers. */
export interface RowMerge {
  /** As the origin had it. */
  readonly origin: SqlRow | null;
  readonly ours: SqlRow | null;
  readonly theirs: SqlRow | null;
  /** Null: nothing of ours is written. */
  readonly write: Write | null;
  readonly clash: Clash | null;
}

/** Both sides changed one row; `wins` says whose stays, whatever the policy, or is null where the policy decides. */
export interface Clash {
  readonly ours: Did;
  readonly theirs: Did;
  readonly wins: "ours" | "theirs" | "keep-both" | null;
}

/** Rows that are told apart by a key: R1, R3 and R4 of docs/merge.md. */
export function mergeKeyed(change: TableChange, keys: TableKeys, theirs: UserTables, policy: ConflictPolicy): RowMerge[] {
  const columns = theirs.facts(change.table)?.columns ?? [];
  return change.rows.map(({ before, after }) => {
    const origin = before && keys.old(change.table, before);
    const ours = after && keys.now(change.table, after);
    const row = ours ?? origin;
    const spelled = row === null ? [] : Object.keys(row);
    // Columns that only the remote has keep what they hold there.
    const isOurs = new Set(spelled.map((column) => column.toLowerCase()));
    const all = [...spelled, ...columns.filter((column) => !isOurs.has(column.toLowerCase()))];
    const there = row === null || columns.length === 0 ? null : theirs.byKey(change.table, all, change.key, row);
    return { origin, ours, theirs: there, ...decide(origin, ours, there, policy) };
  });
}

type Decision = Pick<RowMerge, "write" | "clash">;

function decide(origin: SqlRow | null, ours: SqlRow | null, theirs: SqlRow | null, policy: ConflictPolicy): Decision {
  const write = { before: theirs, after: ours && { ...theirs, ...ours } };
  if (isSame(theirs, ours)) return { write: null, clash: null };
  if (isSame(theirs, origin)) return { write, clash: null };
  const clash: Clash = {
    ours: did(origin, ours),
    theirs: did(origin, theirs),
    wins: ours === null ? "theirs" : theirs === null ? "ours" : null,
  };
  return { write: (clash.wins ?? policy) === "ours" ? write : null, clash };
}

export function did(before: SqlRow | null, after: SqlRow | null): Did {
  if (after === null) return "removed";
  return before === null ? "created" : "changed";
}

/** In the columns of `b`: those that only the remote has are no difference. */
function isSame(a: SqlRow | null, b: SqlRow | null): boolean {
  if (a === null || b === null) return a === b;
  return Object.keys(b).every((column) => sameValue(a[column], b[column]));
}

/**
 * Rows that are told apart only as a whole, counted: what is added is added, what is removed is removed as often as it is there (R5).
 * `sameRows`: a copy of this folder has pushed; what the remote has more than the origin may be what is to be added.
 */
export function mergeWhole(
  change: TableChange,
  keys: TableKeys,
  { origin, theirs }: { readonly origin: UserTables; readonly theirs: UserTables },
  sameRows: boolean,
): RowMerge[] {
  const gone = change.rows.flatMap(({ before }) => (before === null ? [] : [keys.old(change.table, before)]));
  const made = change.rows.flatMap(({ after }) => (after === null ? [] : [keys.now(change.table, after)]));
  const left = countsOf(theirs.rowids(change.table, gone));
  const taken = sameRows ? countsOf(theirs.rowids(change.table, made)) : new Map<string, number>();
  if (sameRows)
    for (const [text, rows] of origin.rowids(change.table, made)) taken.set(text, (taken.get(text) ?? 0) - rows.length);
  return [
    ...gone.filter((row) => oneLess(left, row)).map((row) => rowMerge(row, null)),
    ...made.filter((row) => !oneLess(taken, row)).map((row) => rowMerge(null, row)),
  ];
}

const rowMerge = (before: SqlRow | null, after: SqlRow | null): RowMerge => ({
  origin: before,
  ours: after,
  theirs: before,
  write: { before, after },
  clash: null,
});

const countsOf = (rowids: ReadonlyMap<string, readonly bigint[]>) =>
  new Map([...rowids].map(([text, rows]) => [text, rows.length]));

function oneLess(counts: Map<string, number>, row: SqlRow): boolean {
  const text = valuesText(row, Object.keys(row));
  const count = counts.get(text) ?? 0;
  counts.set(text, count - 1);
  return count > 0;
}
