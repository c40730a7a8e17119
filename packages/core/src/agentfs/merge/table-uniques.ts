import type { ConflictPolicy } from "../../config/types.ts";
import { SyncError } from "../../errors.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { SchemaChange, TableChange } from "../changeset.ts";
import { rowJson, valuesText } from "../typed-json.ts";
import type { UserTables } from "../user-tables.ts";
import { indexedTable } from "./schema.ts";
import { did, type RowMerge } from "./table-rows.ts";

/**
 * Rows of ours with a value that is to be unique and that a row of the remote has, one that stays: a conflict, so that the commit is
 * never refused for it. `keep-both` and `theirs` leave ours out; with `ours` the remote's row goes. What is left out may keep another
 * row of the remote's in its place, so it is looked at until nothing collides any more.
 * @throws SyncError `schema-conflict` if a unique index that the job added cannot be made
 */
export function mergeUniques(
  { table, key }: TableChange,
  rows: readonly RowMerge[],
  added: readonly SchemaChange[],
  theirs: UserTables,
  policy: ConflictPolicy,
): readonly RowMerge[] {
  const indexes = added.filter(({ type, sql }) => type === "index" && indexedTable(sql)?.toLowerCase() === table.toLowerCase());
  const unique = indexes.map(({ sql }) => sql).filter((sql) => /^create\s+unique/i.test(sql));
  if (theirs.facts(table) === null) return rows;
  let merged = rows;
  for (let before = -1; before !== decided(merged); ) {
    before = decided(merged);
    merged = leaveOut(table, key, merged, unique, theirs, policy);
  }
  return merged;
}

/** Grows with each row that is left out, and with each that goes for one of ours. */
const decided = (rows: readonly RowMerge[]) =>
  rows.length + rows.filter(({ clash }) => clash !== null).length + rows.filter(({ write }) => write === null).length;

function leaveOut(
  table: string,
  key: readonly string[],
  rows: readonly RowMerge[],
  indexes: readonly string[],
  theirs: UserTables,
  policy: ConflictPolicy,
): readonly RowMerge[] {
  const written = rows.flatMap(({ write }) => (write?.after == null ? [] : [write.after]));
  if (written.length === 0) return rows;
  const found = new Map(theirs.colliding(table, written, indexes).map((rivals, index) => [written[index], rivals]));
  const nameOf = (row: SqlRow) => valuesText(row, key.length > 0 ? key : Object.keys(row));
  const going = new Set(rows.flatMap(({ write }) => (write?.before == null ? [] : [nameOf(write.before)])));
  const removals = new Map<string, RowMerge>();
  const left = rows.map((row): RowMerge => {
    const after = row.write?.after;
    if (after == null) return row;
    const rivals = found.get(after);
    const staying = rivals?.filter((rival) => !going.has(nameOf(rival)));
    if (staying?.length === 0) return row;
    // A row of ours that cannot stand beside another of ours, since the remote has a new unique index: no policy chooses among them.
    const wins = staying === undefined ? "keep-both" : null;
    const clash = { ours: did(row.origin, row.ours), theirs: "changed", wins } as const;
    if (policy !== "ours" || staying === undefined) return { ...row, theirs: staying?.[0] ?? row.theirs, write: null, clash };
    for (const rival of staying) {
      const write = { before: rival, after: null };
      removals.set(nameOf(rival), { origin: null, ours: null, theirs: rival, write, clash: null });
    }
    return { ...row, theirs: staying[0] ?? null, clash };
  });
  return [...left, ...removals.values()];
}

/** Whether the unique indexes that the job added can be made over what the remote will hold. @throws SyncError `schema-conflict` */
export function checkNewIndexes(
  added: readonly SchemaChange[],
  changes: ReadonlyMap<string, { readonly key: readonly string[]; readonly rows: readonly RowMerge[] }>,
  theirs: UserTables,
): void {
  for (const { type, name, sql } of added) {
    const table = type === "index" && /^create\s+unique/i.test(sql) ? indexedTable(sql) : null;
    if (table === null || theirs.facts(table) === null) continue;
    const change = changes.get(table.toLowerCase());
    const writes = (change?.rows ?? []).flatMap(({ write }) => (write === null ? [] : [write]));
    const key = change?.key ?? theirs.facts(table)?.key ?? [];
    if (theirs.canBeUnique(table, key, writes, sql)) continue;
    throw new SyncError(
      "schema-conflict",
      `The job added the unique index ${JSON.stringify(name)}, but rows of ${JSON.stringify(table)} that the remote has are not unique in it.`,
      { hint: "Drop the index, pull, bring the rows apart, then make it again." },
    );
  }
}

/** A row for people and for `path` of a conflict: its key, or all of it. */
export function rowName(table: string, key: readonly string[], row: SqlRow): string {
  const [only, ...more] = key;
  if (only === undefined) return `${table}:${rowJson(row)}`;
  const value = row[only];
  if (more.length === 0 && (typeof value === "bigint" || typeof value === "string")) return `${table}:${value}`;
  return `${table}:${valuesText(row, key)}`;
}
