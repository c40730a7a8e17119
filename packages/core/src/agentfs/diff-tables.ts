import { SyncError } from "../errors.ts";
import { columnsOf, type Database, quoteName, type SqlRow } from "../replica/sqlite.ts";
import type { TableChange } from "./changeset.ts";
import { differs, readRows } from "./read-rows.ts";
import type { RowsToCompare } from "./rows-to-compare.ts";
import { rowidName, tableFacts } from "./table-facts.ts";
import { valuesText } from "./typed-json.ts";

type Rows = TableChange["rows"];

/**
 * Rows of tables that are no part of AgentFS that differ between the origin (`main`) and the snapshot (`ours`). Only what differs is
 * held in memory.
 * @throws SyncError `unsupported-value`, `unsupported-schema`
 */
export function* diffTables(db: Database, tables: readonly string[], toCompare: RowsToCompare): Generator<TableChange> {
  for (const table of tables) {
    const facts = tableFacts(db, table, "ours");
    if (facts === null) continue;
    const { key, columns } = facts;
    const rows = key.length > 0 ? diffKeyed(db, table, key, columns, toCompare) : diffWhole(db, table, columns, toCompare);
    if (rows.length === 0) continue;
    refuseTrigger(db, table);
    yield { table, key, rows };
  }
}

/** What a trigger did here is among the changes; where they are pushed it would do it once more. */
function refuseTrigger(db: Database, table: string): void {
  const sql = "SELECT name FROM ours.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE";
  const name = db.get(sql, table)?.["name"];
  if (name === undefined) return;
  throw new SyncError(
    "unsupported-schema",
    `The job changed rows of the table ${JSON.stringify(table)}, which has the trigger ${JSON.stringify(name)}: it would fire again on the remote.`,
    { hint: "Have the trigger dropped on the remote; no AgentFS 0.6.4 client opens a database that has one." },
  );
}

function diffKeyed(
  db: Database,
  table: string,
  key: readonly string[],
  columns: readonly string[],
  toCompare: RowsToCompare,
): Rows {
  const name = quoteName(table);
  // The first comparison is what the key's index answers; a key that changed its case or storage class is another one.
  const isKey = key.map((column) => `o.${quoteName(column)} IS n.${quoteName(column)}`).join(" AND ");
  const read = (schema: string, other: string) => {
    const same = `SELECT 1 FROM ${other}.${name} AS o WHERE ${isKey} AND NOT ${differs(columns, "n", "o")}`;
    return readChanged(db, table, columns, schema, other, same, toCompare);
  };
  const before = new Map<string, SqlRow>();
  for (const row of read("main", "ours")) before.set(keyText(table, key, row), row);
  const rows: Rows[number][] = [];
  for (const after of read("ours", "main")) {
    const text = keyText(table, key, after);
    rows.push({ before: before.get(text) ?? null, after });
    before.delete(text);
  }
  return [...rows, ...removed(before.values())];
}

/** SQLite takes NULL in a key that is not INTEGER, and that any number of times: such rows cannot be told apart. */
function keyText(table: string, key: readonly string[], row: SqlRow): string {
  const without = key.find((column) => row[column] === null);
  if (without === undefined) return valuesText(row, key);
  throw new SyncError(
    "unsupported-value",
    `A row of ${table} that was added, changed or removed has NULL as its ${without}, a column of the primary key.`,
    { hint: "Give the row a value there, then run the command again." },
  );
}

/** Rows are told apart only by all of their values. What stands where it stood is no change; the rest is counted. */
function diffWhole(db: Database, table: string, columns: readonly string[], toCompare: RowsToCompare): Rows {
  const [name, rowid] = [quoteName(table), rowidName(table, columns)];
  const read = (schema: string, other: string) => {
    const same = `SELECT 1 FROM ${other}.${name} AS o WHERE o.${rowid} = n.${rowid} AND NOT ${differs(columns, "n", "o")}`;
    return readChanged(db, table, columns, schema, other, same, toCompare);
  };
  const before = new Map<string, SqlRow[]>();
  for (const row of read("main", "ours")) {
    const text = valuesText(row, columns);
    const same = before.get(text);
    if (same === undefined) before.set(text, [row]);
    else same.push(row);
  }
  const added: Rows[number][] = [];
  for (const row of read("ours", "main")) {
    if (before.get(valuesText(row, columns))?.pop() === undefined) added.push({ before: null, after: row });
  }
  return [...removed([...before.values()].flat()), ...added];
}

function* readChanged(
  db: Database,
  table: string,
  columns: readonly string[],
  schema: string,
  other: string,
  same: string,
  toCompare: RowsToCompare,
): Generator<SqlRow> {
  if (columnsOf(db, table, schema).length === 0) return;
  const isOther =
    columnsOf(db, table, other).length > 0 ? `WHERE ${toCompare.have(table, "n", columns)} AND NOT EXISTS (${same})` : "";
  yield* readRows(db, schema, table, columns, `SELECT {columns} FROM {from} ${isOther}`);
}

const removed = (rows: Iterable<SqlRow>): Rows => [...rows].map((before) => ({ before, after: null }));
