import type { Plan, TableWrites } from "../agentfs/merge/types.ts";
import { rowIs } from "../agentfs/row-match.ts";
import { createdName } from "../agentfs/sql-tokens.ts";
import { rowJson } from "../agentfs/typed-json.ts";
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
  const count = (row: SqlRow, columns: readonly string[]) => {
    const is = rowIs(row, columns, key);
    return Number(db.get(`SELECT count(*) AS n FROM ${quoteName(table)} WHERE ${is.sql}`, ...is.args)?.["n"]);
  };
  const made = rows.flatMap(({ after }) => (after === null ? [] : [after]));
  const alike = [...Map.groupBy(made, rowJson).values()];
  if (!alike.every((same) => same.every((row, at) => at > 0 || count(row, Object.keys(row)) >= same.length))) return false;
  if (key.length === 0) return true;
  const kept = new Set(made.map((row) => rowJson(keyOf(row, key))));
  const gone = rows
    .flatMap(({ before }) => (before === null ? [] : [before]))
    .filter((row) => !kept.has(rowJson(keyOf(row, key))));
  return gone.every((row) => count(row, key) === 0);
}

const keyOf = (row: SqlRow, key: readonly string[]): SqlRow =>
  Object.fromEntries(key.map((column) => [column, row[column] ?? null]));
