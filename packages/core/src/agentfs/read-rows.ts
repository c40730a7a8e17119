import { SyncError } from "../errors.ts";
import type { SqlValue } from "../remote/value.ts";
import { columnsOf, type Database, quoteName, type SqlRow } from "../replica/sqlite.ts";
import { joined } from "./row-match.ts";

/** A query for rows as they can be sent. */
export interface RowQuery {
  readonly table: string;
  readonly columns: readonly string[];
  readonly sql: string;
}

/** `sql` selects from `table AS n`; `{columns}` in it stands for the columns. Each comes with its bytes, if it is TEXT. */
export function rowQuery(schema: string, table: string, columns: readonly string[], sql: string): RowQuery {
  const list = columns.map((column) => {
    const name = `n.${quoteName(column)}`;
    return `${name}, CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) END`;
  });
  const from = `${schema}.${quoteName(table)} AS n`;
  return { table, columns, sql: sql.replace("{columns}", list.join(", ")).replace("{from}", from) };
}

/** The rows of a query that is asked once. @throws SyncError `unsupported-value` */
export function readRows(
  db: Database,
  schema: string,
  table: string,
  columns: readonly string[],
  sql: string,
  ...args: readonly SqlValue[]
): Generator<SqlRow> {
  return rowsOf(db, rowQuery(schema, table, columns, sql), ...args);
}

/**
 * The rows of a query, TEXT compared with its bytes, since SQLite stores any bytes as TEXT but SQL over HTTP carries UTF-8.
 * @throws SyncError `unsupported-value`
 */
export function* rowsOf(db: Database, { table, columns, sql }: RowQuery, ...args: readonly SqlValue[]): Generator<SqlRow> {
  // With all columns as its own, one named `__proto__` too, before they get their values.
  const empty = Object.fromEntries(columns.map((column): [string, SqlValue] => [column, null]));
  for (const values of db.iterateValues(sql, ...args)) {
    const row = { ...empty };
    columns.forEach((column, at) => {
      row[column] = exact(table, column, values[2 * at], values[2 * at + 1]);
    });
    yield row;
  }
}

function exact(table: string, column: string, value: SqlValue | undefined, raw: SqlValue | undefined): SqlValue {
  if (value === undefined) throw new SyncError("internal", `The column ${table}.${column} was not read.`);
  if (raw instanceof Uint8Array && !Buffer.from(String(value)).equals(raw)) {
    throw new SyncError(
      "unsupported-value",
      `A TEXT value in ${table}.${column} is not valid UTF-8 (it begins with ${hex(raw)}).`,
    );
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new SyncError("unsupported-value", `A value in ${table}.${column} is ${value}, which cannot be carried.`);
  }
  return value;
}

const hex = (raw: Uint8Array) => Buffer.from(raw.subarray(0, 16)).toString("hex");

/** The columns that both databases have, in the order of `schema`'s. */
export function commonColumns(db: Database, table: string, schema: string, other: string): string[] {
  const there = new Set(columnsOf(db, table, other));
  return columnsOf(db, table, schema).filter((column) => there.has(column));
}

/** `a.x IS NOT b.x OR …` over columns: true if the rows differ in one of them, in value, letter or storage class. */
export function differs(columns: readonly string[], a: string, b: string): string {
  const terms = columns.map((column) => {
    const [left, right] = [`${a}.${quoteName(column)}`, `${b}.${quoteName(column)}`];
    return `${left} IS NOT ${right} COLLATE BINARY OR typeof(${left}) <> typeof(${right})`;
  });
  return terms.length === 0 ? "0" : `(${joined(terms, "OR")})`;
}
