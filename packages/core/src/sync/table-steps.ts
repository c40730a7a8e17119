import { jsonNumbers } from "../agentfs/json-numbers.ts";
import type { Plan, TableWrites } from "../agentfs/merge/types.ts";
import { rowIs } from "../agentfs/row-match.ts";
import type { Statement } from "../remote/pipeline.ts";
import { quoteName, type SqlRow } from "../replica/sqlite.ts";

const MOST_ARGUMENTS = 2000;

/**
 * The tables that the job added, then rows of tables that are no part of AgentFS: all that go, those that change among them, before any
 * that come. So no two rows ever claim one unique value, also where rows have exchanged theirs; and a unique index comes last, since it
 * may hold only of the rows as they are then.
 */
export function tableStatements({ schema, tables }: Plan): Statement[] {
  const [made, others] = [schema.filter(isTable), schema.filter((sql) => !isTable(sql))];
  const rows = tables.flatMap((writes) => [...removals(writes), ...inserts(writes)]);
  return [...made.map((sql) => ({ sql })), ...rows, ...others.map((sql) => ({ sql }))];
}

const isTable = (sql: string) => /^create\s+table/i.test(sql);

/** By their keys: the guards have seen the other columns. */
function removals({ table, key, rows }: TableWrites): Statement[] {
  const name = quoteName(table);
  const gone = rows.flatMap(({ before }) => (before === null ? [] : [before]));
  const [only = "", ...more] = key;
  const numbers = gone.map((row) => row[only]).filter((value) => typeof value === "bigint");
  if (gone.length > 0 && more.length === 0 && numbers.length === gone.length) {
    const column = quoteName(only);
    const sql = `DELETE FROM ${name} WHERE ${column} IN (SELECT value FROM json_each(?)) AND typeof(${column}) = 'integer'`;
    return [{ sql, args: [jsonNumbers(numbers)] }];
  }
  return gone.map((row): Statement => {
    const is = rowIs(row, key, key);
    return { sql: `DELETE FROM ${name} WHERE ${is.sql}`, args: is.args };
  });
}

/** Multi-row inserts with arguments, which keep every storage class. */
function inserts({ table, rows }: TableWrites): Statement[] {
  const made = rows.flatMap(({ after }) => (after === null ? [] : [after]));
  const byShape = Map.groupBy(made, (row) => JSON.stringify(Object.keys(row)));
  return [...byShape.values()].flatMap((alike) => {
    const columns = Object.keys(alike[0] ?? {});
    const most = Math.max(1, Math.min(64, Math.floor(MOST_ARGUMENTS / columns.length)));
    const groups = Array.from({ length: Math.ceil(alike.length / most) }, (_, at) => alike.slice(at * most, (at + 1) * most));
    return groups.map((group) => insertStatement(table, columns, group));
  });
}

function insertStatement(table: string, columns: readonly string[], rows: readonly SqlRow[]): Statement {
  const places = `(${columns.map(() => "?").join(", ")})`;
  return {
    sql: `INSERT INTO ${quoteName(table)} (${columns.map(quoteName).join(", ")}) VALUES ${rows.map(() => places).join(", ")}`,
    args: rows.flatMap((row) => columns.map((column) => row[column] ?? null)),
  };
}
