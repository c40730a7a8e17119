import type { Plan, TableWrites } from "../agentfs/merge/types.ts";
import { rowIs } from "../agentfs/row-match.ts";
import { createdName } from "../agentfs/sql-tokens.ts";
import { valuesText } from "../agentfs/typed-json.ts";
import { FileUserTables } from "../agentfs/user-tables.ts";
import { type Database, quoteName, type SqlRow } from "../replica/sqlite.ts";

/** What of the schema and of the tables that are no part of AgentFS is not there as it was sent, or null. */
export function missingInTables(db: Database, { schema, tables }: Plan): string | null {
  const unmade = schema.map((sql) => createdName(sql).text).find((name) => !isMade(db, name));
  if (unmade !== undefined) return `the definition of ${unmade}`;
  const table = tables.find((writes) => !isAsSent(db, writes));
  return table === undefined ? null : `a row of ${table.table}`;
}

const isMade = (db: Database, name: string) =>
  db.get("SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE", name) !== undefined;

function isAsSent(db: Database, { table, key, rows }: TableWrites): boolean {
  const made = rows.flatMap(({ after }) => (after === null ? [] : [after]));
  const gone = rows.flatMap(({ before }) => (before === null ? [] : [before]));
  const isThere = (row: SqlRow, columns: readonly string[]) => {
    const is = rowIs(row, columns, key);
    return db.get(`SELECT 1 FROM ${quoteName(table)} WHERE ${is.sql}`, ...is.args) !== undefined;
  };
  const isKeyed = made.every((row) => key.every((column) => column in row));
  // A number that is free again goes to the next new row: only its values tell whether the old one is gone.
  if (!isKeyed) return holdsAll(db, table, made);
  const kept = new Set(made.map((row) => valuesText(row, key)));
  return (
    made.every((row) => isThere(row, Object.keys(row))) &&
    gone.every((row) => kept.has(valuesText(row, key)) || !isThere(row, Object.keys(row)))
  );
}

/** Rows without a key have to be there as often as they were sent. */
function holdsAll(db: Database, table: string, rows: readonly SqlRow[]): boolean {
  const there = new FileUserTables(db).rowids(table, rows);
  const sent = Map.groupBy(rows, (row) => valuesText(row, Object.keys(row)));
  return [...sent].every(([text, alike]) => (there.get(text)?.length ?? 0) >= alike.length);
}
