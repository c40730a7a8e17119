import type { ConflictPolicy } from "../../config/types.ts";
import type { IdMap } from "../../replica/id-map.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { Conflict } from "../../report/types.ts";
import type { Changeset, TableChange } from "../changeset.ts";
import { rowidName } from "../table-facts.ts";
import { rowJson, valuesText } from "../typed-json.ts";
import type { UserTables } from "../user-tables.ts";
import { checkFits, mergeSchema } from "./schema.ts";
import { ownNumbers, TableKeys } from "./table-keys.ts";
import { mergeKeyed, mergeWhole, type RowMerge } from "./table-rows.ts";
import { checkNewIndexes, mergeUniques, rowName } from "./table-uniques.ts";
import type { Contested, TableWrites } from "./types.ts";

export interface TablesInput {
  readonly changeset: Pick<Changeset, "tables" | "schema">;
  readonly origin: UserTables;
  readonly ours: UserTables;
  readonly theirs: UserTables;
  /** The working copy's numbers in terms of the remote's as of the origin, and those of inodes, entries and calls after the merge. */
  readonly before: IdMap;
  readonly after: Pick<IdMap, "inode" | "entry" | "toolCall">;
  readonly policy: ConflictPolicy;
  /** A copy of the same folder has pushed already: new rows like ones that are there are the same. */
  readonly sameRows: boolean;
}

/** What conflicts left out of a table, as JSON: to be a file in the agent's root directory. */
export interface ConflictFile {
  readonly table: string;
  readonly bytes: Uint8Array;
}

interface TableConflict extends Omit<Conflict, "contents"> {
  readonly table: string;
  readonly contested: Contested;
}

export interface TablesResult {
  readonly tables: readonly TableWrites[];
  /** SQL of what only the job's side has. */
  readonly schema: readonly string[];
  readonly rowKeys: IdMap["rows"];
  /** `oursAt` is null where the table's conflict file holds it. */
  readonly conflicts: readonly TableConflict[];
  readonly conflictFiles: readonly ConflictFile[];
}

/**
 * Rows of tables that are no part of AgentFS, and the schema: R1 to R5 and S1 to S3 of docs/merge.md.
 * @throws SyncError `schema-conflict`, under every policy
 */
export function mergeTables(input: TablesInput): TablesResult {
  const { changeset, origin, ours, theirs, policy } = input;
  const added = mergeSchema(changeset.schema, theirs);
  const made = new Set(added.map(({ name }) => name.toLowerCase()));
  for (const change of changeset.tables) {
    const columns = ours.facts(change.table)?.columns ?? [];
    if (!made.has(change.table.toLowerCase())) checkFits(change, columns, theirs.facts(change.table));
  }
  const keys = new TableKeys(changeset.tables, input.before, ownNumbers(input.after), {
    origin,
    ours,
    theirs,
    sameRows: input.sameRows,
  });
  const merged = changeset.tables.map((change) => {
    const rows =
      change.key.length > 0
        ? mergeKeyed(change, keys, theirs, policy)
        : mergeWhole(change, keys, { origin, theirs }, input.sameRows);
    return { change, rows: mergeUniques(change, rows, added, theirs, policy) };
  });
  const byTable = new Map(merged.map(({ change, rows }) => [change.table.toLowerCase(), { key: change.key, rows }]));
  checkNewIndexes(added, byTable, theirs);
  const conflicts = merged.map(({ change, rows }) => conflictsOf(change, rows, policy));
  return {
    tables: merged.flatMap(({ change: { table, key }, rows }) => {
      const writes = rows.flatMap(({ write }) => (write === null ? [] : [write]));
      const definition = theirs.object(table)?.sql ?? null;
      return writes.length === 0
        ? []
        : [{ table, definition, ...(key.length > 0 ? { key, rows: writes } : numbered(table, writes, theirs)) }];
    }),
    schema: added.map(({ sql }) => sql),
    rowKeys: keys.map,
    conflicts: conflicts.flatMap((found) => found.conflicts),
    conflictFiles: conflicts.flatMap(({ file }) => (file === null ? [] : [file])),
  };
}

/** Rows that go from a table without a key are named by the numbers that they have there. */
function numbered(table: string, writes: TableWrites["rows"], theirs: UserTables): Pick<TableWrites, "key" | "rows"> {
  const gone = writes.flatMap(({ before }) => (before === null ? [] : [before]));
  const found = new Map([...theirs.rowids(table, gone)].map(([text, numbers]) => [text, [...numbers]]));
  const rowid = rowidName(table, theirs.facts(table)?.columns ?? []);
  const rows = writes.map(({ before, after }) => {
    const number = before === null ? undefined : found.get(valuesText(before, Object.keys(before)))?.shift();
    return { before: before && { [rowid]: number ?? null, ...before }, after };
  });
  return { key: [rowid], rows };
}

function conflictsOf({ table, key }: TableChange, rows: readonly RowMerge[], policy: ConflictPolicy) {
  const kept: string[] = [];
  const conflicts = rows.flatMap(({ origin, ours, theirs, clash }): TableConflict[] => {
    if (clash === null) return [];
    const path = rowName(table, key, (ours ?? origin ?? theirs) as SqlRow);
    const resolution = policy === "fail" ? policy : (clash.wins ?? policy);
    const isKept = resolution === "keep-both";
    if (isKept) kept.push(rowOf(table, key, { origin, ours, theirs }));
    const held = (row: SqlRow | null) => row && { row };
    return [
      {
        table,
        contested: { base: held(origin), ours: held(ours), theirs: held(theirs) },
        kind: "row",
        path,
        ours: clash.ours,
        theirs: clash.theirs,
        resolution,
        oursAt: resolution === "ours" ? path : null,
        theirsAt: isKept || resolution === "theirs" ? theirs && rowName(table, key, theirs) : null,
      },
    ];
  });
  const file = kept.length === 0 ? null : { table, bytes: Buffer.from(`[\n${kept.join(",\n")}\n]\n`) };
  return { conflicts, file };
}

/** One line of a conflict file. */
function rowOf(
  table: string,
  key: readonly string[],
  { origin, ours, theirs }: Pick<RowMerge, "origin" | "ours" | "theirs">,
): string {
  const row = ours ?? origin ?? {};
  const keyRow = Object.fromEntries(key.map((column) => [column, row[column] ?? null]));
  return `{"table":${JSON.stringify(table)},"key":${rowJson(keyRow)},"origin":${rowJson(origin)},"ours":${rowJson(ours)},"theirs":${rowJson(theirs)}}`;
}
