import type { SqlValue } from "../remote/value.ts";
import { quoteName, type SqlRow } from "../replica/sqlite.ts";

/** A condition in SQL with its arguments. */
export interface Condition {
  readonly sql: string;
  readonly args: readonly SqlValue[];
}

/** True for rows that have exactly these values in these columns: value and storage class, TEXT by its bytes, whatever the collation. */
export function rowIs(row: SqlRow, columns: readonly string[], key: readonly string[] = []): Condition {
  const terms = [
    // What an index on the key can answer; on its own it would take `a` for `A`, or 1 for 1.0.
    ...key.filter((column) => row[column] !== null).map((column): Condition => keyIs(column, row[column] ?? null)),
    ...columns.map((column) => valueIs(quoteName(column), row[column] ?? null)),
  ];
  return {
    sql: joined(
      terms.map((term) => term.sql),
      "AND",
    ),
    args: terms.flatMap((term) => term.args),
  };
}

const keyIs = (column: string, value: SqlValue): Condition => ({ sql: `${quoteName(column)} = ?`, args: [value] });

function valueIs(name: string, value: SqlValue): Condition {
  if (value === null) return { sql: `${name} IS NULL`, args: [] };
  if (typeof value === "string")
    return { sql: `typeof(${name}) = 'text' AND CAST(${name} AS BLOB) = ?`, args: [Buffer.from(value)] };
  const type = typeof value === "bigint" ? "integer" : typeof value === "number" ? "real" : "blob";
  return { sql: `typeof(${name}) = '${type}' AND ${name} = ?`, args: [value] };
}

/** All of these, or one of them: many in halves, since SQLite takes no expression that is a thousand deep. */
export function joined(terms: readonly string[], by: "AND" | "OR"): string {
  if (terms.length <= MOST_IN_A_ROW) return terms.join(` ${by} `);
  const middle = terms.length >> 1;
  return `(${joined(terms.slice(0, middle), by)}) ${by} (${joined(terms.slice(middle), by)})`;
}

const MOST_IN_A_ROW = 32;
