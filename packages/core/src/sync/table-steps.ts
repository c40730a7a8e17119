import { jsonNumbers } from "../agentfs/json-numbers.ts";
import type { Plan, TableWrites } from "../agentfs/merge/types.ts";
import { rowIs } from "../agentfs/row-match.ts";
import type { Statement } from "../remote/pipeline.ts";
import { quoteName } from "../replica/sqlite.ts";
import { insertRows, type ValueSource } from "./insert-rows.ts";

/**
 * The tables that the job added, then rows of tables that are no part of AgentFS: all that go, those that change among them, before any
 * that come. So no two rows ever claim one unique value, also where rows have exchanged theirs; and a unique index comes last, since it
 * may hold only of the rows as they are then.
 */
export function* tableStatements({ schema, tables }: Plan, valueSource?: ValueSource): Generator<Statement> {
  for (const sql of schema.filter(isTable)) yield { sql };
  for (const writes of tables) {
    yield* removals(writes);
    const made = writes.rows.flatMap(({ after }) => (after === null ? [] : [after]));
    yield* insertRows(quoteName(writes.table), made, null, valueSource);
  }
  for (const sql of schema) if (!isTable(sql)) yield { sql };
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
