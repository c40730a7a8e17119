import { sameValue } from "../../remote/value.ts";
import type { RowKey } from "../../replica/id-map.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import { KEYED_TABLES, type RowChange } from "../changeset.ts";
import { conflictName } from "./conflict-name.ts";
import { NOWHERE } from "./numbers.ts";
import type { Did, MergeState } from "./state.ts";
import { did } from "./table-rows.ts";

/** Written by every program of its own accord; two that wrote at different times did not disagree. */
const TIMES = new Set(["created_at", "updated_at"]);

/** Keys and configuration: what both sides set alike is one; what both set otherwise is a conflict, by policy. */
export function mergeRows(state: MergeState): void {
  for (const { table, key, after } of state.changeset.rows) if (after !== null) state.rowNames.add(nameIn(table, key));
  for (const change of state.changeset.rows) mergeRow(state, change);
}

const nameIn = (table: string, key: unknown) => `${table} ${key}`;

function mergeRow(state: MergeState, change: RowChange): void {
  const { table } = change;
  const before = change.before && inTheirTerms(state, change, change.before, (ino) => state.numbers.oldInode(ino));
  const after = change.after && inTheirTerms(state, change, change.after, (ino) => state.numbers.newInode(ino));
  const theirs = state.theirs.row(table, (after ?? before)?.[KEYED_TABLES[table].key] ?? null);
  if (after === null) state.rowKeys.get(table)?.delete(change.key as RowKey);
  // Of a file that was not pushed.
  if (table === "fs_origin" && after?.["delta_ino"] === NOWHERE) return;
  // Set to what it was: the times alone are no change.
  if (sameValues(theirs, after) || (before !== null && sameValues(before, after))) return;
  if (sameValues(theirs, before) || isOfOneMachine(change)) {
    if (theirs !== null || after !== null) state.rows.push({ table, before: theirs, after });
  } else conflict(state, change, before, after, theirs);
}

function conflict(
  state: MergeState,
  change: RowChange,
  before: SqlRow | null,
  after: SqlRow | null,
  theirs: SqlRow | null,
): void {
  const { table, key } = change;
  const { key: column, kind } = KEYED_TABLES[table];
  const named = (name: unknown) => (table === "kv_store" ? String(name) : `${table}:${name}`);
  const path = named(key);
  const theirsDid: Did = theirs === null ? "removed" : before === null ? "created" : "changed";
  const contested = { base: before && { row: before }, ours: after && { row: after }, theirs: theirs && { row: theirs } };
  const found = { kind, path, ours: did(change.before, change.after), theirs: theirsDid, contested };
  const there = named(theirs?.[column] ?? null);
  if (after === null) state.conflict({ ...found, resolution: "theirs", theirsAt: () => there });
  else if (theirs === null || state.options.policy === "ours") {
    state.rows.push({ table, before: theirs, after });
    state.conflict({ ...found, resolution: "ours", oursAt: () => named(after[column]) });
  } else if (state.options.policy === "theirs") state.conflict({ ...found, resolution: "theirs", theirsAt: () => there });
  else {
    const isTaken = (name: string) => state.theirs.row(table, name) !== null || state.rowNames.has(nameIn(table, name));
    const name = conflictName(String(after[column]), state.options.suffix, false, isTaken);
    state.rowNames.add(nameIn(table, name));
    state.rows.push({ table, before: null, after: { ...after, [column]: name } });
    keysOf(state, table).set(key as RowKey, name);
    state.conflict({ ...found, resolution: "keep-both", oursAt: () => named(name), theirsAt: () => there });
  }
}

function keysOf({ rowKeys }: MergeState, table: string): Map<RowKey, RowKey> {
  const known = rowKeys.get(table) ?? new Map<RowKey, RowKey>();
  rowKeys.set(table, known);
  return known;
}

/** `fs_origin` names one of our inodes by its number; a key may stand under another name since an earlier push. */
function inTheirTerms({ rowKeys }: MergeState, { table, key }: RowChange, row: SqlRow, inode: (local: bigint) => bigint): SqlRow {
  if (table === "fs_origin") return { ...row, delta_ino: inode(row["delta_ino"] as bigint) };
  const other = rowKeys.get(table)?.get(key as RowKey);
  return other === undefined ? row : { ...row, [KEYED_TABLES[table].key]: other };
}

function isOfOneMachine({ table, key }: RowChange): boolean {
  return table === "fs_origin" || (table === "fs_overlay_config" && key === "base_path");
}

function sameValues(a: SqlRow | null, b: SqlRow | null): boolean {
  if (a === null || b === null) return a === b;
  return Object.keys(b).every((column) => TIMES.has(column) || !(column in a) || sameValue(a[column], b[column]));
}
