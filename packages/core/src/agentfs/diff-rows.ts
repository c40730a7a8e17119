import { SyncError } from "../errors.ts";
import type { SqlValue } from "../remote/value.ts";
import { columnsOf, type Database, hasTable, quoteName, type SqlRow } from "../replica/sqlite.ts";
import { KEYED_TABLES, type KeyedTable, type RowChange, type ToolCallChange } from "./changeset.ts";
import { commonColumns, differs, readRows } from "./read-rows.ts";
import type { RowsToCompare } from "./rows-to-compare.ts";

/**
 * Keys, configuration and overlay rows that differ between the origin (`main`) and the snapshot (`ours`).
 * @throws SyncError `unsupported-value`
 */
export function* diffRows(db: Database, toCompare: RowsToCompare): Generator<RowChange> {
  for (const table of Object.keys(KEYED_TABLES) as KeyedTable[]) {
    const { key } = KEYED_TABLES[table];
    for (const { before, after } of diffByKey(db, table, key, toCompare)) {
      const value = (after ?? before)?.[key] ?? null;
      if (typeof value !== "string" && typeof value !== "bigint") throw noKey(table, key, value);
      yield { table, key: value, before, after };
    }
  }
}

/** SQLite takes NULL for a TEXT key, and that any number of times: such rows cannot be told apart. */
function noKey(table: string, column: string, value: SqlValue): SyncError {
  const what = value === null ? "NULL" : value instanceof Uint8Array ? "a BLOB" : "a REAL";
  return new SyncError("unsupported-value", `A row of ${table} that was added, changed or removed has ${what} as its ${column}.`);
}

export function* diffToolCalls(db: Database, toCompare: RowsToCompare): Generator<ToolCallChange> {
  for (const { before, after } of diffByKey(db, "tool_calls", "id", toCompare)) {
    yield { id: (after ?? before)?.["id"] as bigint, before, after };
  }
}

interface Sides {
  readonly before: SqlRow | null;
  readonly after: SqlRow | null;
}

function* diffByKey(db: Database, table: string, key: string, toCompare: RowsToCompare): Generator<Sides> {
  const [isOurs, isOrigin] = [hasTable(db, table, "ours"), hasTable(db, table, "main")];
  const name = quoteName(table);
  const columns = isOurs && isOrigin ? commonColumns(db, table, "ours", "main") : columnsOf(db, table, isOurs ? "ours" : "main");
  const read = (schema: string, other: string, otherIsThere: boolean) => {
    const same = `SELECT 1 FROM ${other}.${name} AS o WHERE o.${key} IS n.${key} AND NOT ${differs(columns, "n", "o")}`;
    const isOther = otherIsThere ? `WHERE ${toCompare.have(table, "n", columns)} AND NOT EXISTS (${same})` : "";
    return readRows(db, schema, table, columns, `SELECT {columns} FROM {from} ${isOther} ORDER BY n.${key}`);
  };
  const before = new Map<unknown, SqlRow>();
  if (isOrigin) for (const row of read("main", "ours", isOurs)) before.set(row[key], row);
  if (isOurs) {
    for (const after of read("ours", "main", isOrigin)) {
      yield { before: before.get(after[key]) ?? null, after };
      before.delete(after[key]);
    }
  }
  for (const row of before.values()) yield { before: row, after: null };
}
