import { columnsOf, type Database, hasTable, quoteName, type SqlRow } from "../replica/sqlite.ts";
import { KEYED_TABLES, type KeyedTable, type RowChange, type ToolCallChange } from "./changeset.ts";
import { commonColumns, differs, readRows } from "./read-rows.ts";

/** Keys, configuration and overlay rows that differ between the origin (`main`) and the snapshot (`ours`). */
export function* diffRows(db: Database): Generator<RowChange> {
  for (const table of Object.keys(KEYED_TABLES) as KeyedTable[]) {
    const { key } = KEYED_TABLES[table];
    for (const { before, after } of diffByKey(db, table, key)) {
      yield { table, key: (after ?? before)?.[key] ?? null, before, after };
    }
  }
}

export function* diffToolCalls(db: Database): Generator<ToolCallChange> {
  for (const { before, after } of diffByKey(db, "tool_calls", "id")) {
    yield { id: (after ?? before)?.["id"] as bigint, before, after };
  }
}

interface Sides {
  readonly before: SqlRow | null;
  readonly after: SqlRow | null;
}

function* diffByKey(db: Database, table: string, key: string): Generator<Sides> {
  const [isOurs, isOrigin] = [hasTable(db, table, "ours"), hasTable(db, table, "main")];
  const name = quoteName(table);
  const columns = isOurs && isOrigin ? commonColumns(db, table, "ours", "main") : columnsOf(db, table, isOurs ? "ours" : "main");
  const read = (schema: string, other: string, otherIsThere: boolean) => {
    const join = otherIsThere
      ? `LEFT JOIN ${other}.${name} AS o ON o.${key} IS n.${key} WHERE o.${key} IS NULL OR ${differs(columns, "n", "o")}`
      : "";
    return readRows(db, schema, table, columns, `SELECT {columns} FROM {from} ${join} ORDER BY n.${key}`);
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
