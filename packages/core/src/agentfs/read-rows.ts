import { SyncError } from "../errors.ts";
import type { SqlValue } from "../remote/value.ts";
import { columnsOf, type Database, quoteName, type SqlRow } from "../replica/sqlite.ts";

const RAW = "raw ";

/**
 * Rows as they can be sent: TEXT is compared with its bytes, since SQLite stores any bytes as TEXT but SQL over HTTP carries UTF-8.
 * `sql` selects from `table AS n`; `{columns}` in it stands for the columns.
 * @throws SyncError `unsupported-value`
 */
export function* readRows(
  db: Database,
  schema: string,
  table: string,
  columns: readonly string[],
  sql: string,
  ...args: readonly SqlValue[]
): Generator<SqlRow> {
  const list = columns.flatMap((column) => {
    const name = `n.${quoteName(column)}`;
    return [
      `${name} AS ${quoteName(column)}`,
      `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) END AS ${quoteName(RAW + column)}`,
    ];
  });
  const from = `${schema}.${quoteName(table)} AS n`;
  for (const row of db.iterate(sql.replace("{columns}", list.join(", ")).replace("{from}", from), ...args)) {
    yield Object.fromEntries(columns.map((column) => [column, exact(table, column, row[column], row[RAW + column])]));
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
  return terms.length === 0 ? "0" : `(${terms.join(" OR ")})`;
}
