import type { Plan, TableWrites } from "../agentfs/merge/types.ts";
import { type Condition, rowIs } from "../agentfs/row-match.ts";
import { createdName } from "../agentfs/sql-tokens.ts";
import { quoteName, type SqlRow } from "../replica/sqlite.ts";
import type { Guard } from "./guards.ts";
import { isLargeValue, sizeOf } from "./stage/size.ts";

/** Conditions in one statement: each adds to the depth of its expression. */
const CONDITIONS_A_GUARD = 16;

/** That the schema lacks what the plan adds, and that rows of tables that are no part of AgentFS are as the plan replaces them. */
export function tableGuards({ schema, tables }: Plan): Guard[] {
  const names = schema.map((sql) => createdName(sql).text.toLowerCase());
  const absent = names.map((name) => ({
    name: `no ${name} yet`,
    sql: "NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE lower(name) = ?)",
    args: [name],
  }));
  return [...absent, ...tables.filter(({ table }) => !names.includes(table.toLowerCase())).flatMap(rowGuards)];
}

/** That new keys are free needs no guard: they are inserted, not written over, and SQL refuses a key that is there. */
function rowGuards({ table, definition, key, rows }: TableWrites): Guard[] {
  const name = quoteName(table);
  const replaced = rows.flatMap(({ before }) => (before === null ? [] : [before]));
  const conditions = replaced.map((row) => isThere(name, row, key));
  const isDefined = {
    name: `definition of ${table}`,
    sql: "EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = ? AND sql = ?)",
    args: [table.toLowerCase(), definition],
  };
  return [isDefined, ...guards(`rows of ${table}`, conditions)];
}

/** A large value is not sent back only to be compared: its size has to do. */
function isThere(name: string, row: SqlRow, key: readonly string[]): Condition {
  const sizes = Object.entries(row).flatMap(([column, value]) =>
    isLargeValue(value) && !key.includes(column) ? [{ column, value }] : [],
  );
  const compared = Object.keys(row).filter((column) => !sizes.some((large) => large.column === column));
  const exact = rowIs(row, compared, key);
  const sized = sizes.map(({ column, value }): Condition => {
    const type = typeof value === "string" ? "text" : "blob";
    const quoted = quoteName(column);
    return { sql: `typeof(${quoted}) = '${type}' AND octet_length(${quoted}) = ?`, args: [BigInt(sizeOf(value))] };
  });
  const all = [...(compared.length === 0 ? [] : [exact]), ...sized];
  const sql = `EXISTS (SELECT 1 FROM ${name} WHERE ${all.map((one) => one.sql).join(" AND ")})`;
  return { sql, args: all.flatMap(({ args }) => args) };
}

function guards(name: string, conditions: readonly Condition[]): Guard[] {
  const groups = Array.from({ length: Math.ceil(conditions.length / CONDITIONS_A_GUARD) }, (_, at) =>
    conditions.slice(at * CONDITIONS_A_GUARD, (at + 1) * CONDITIONS_A_GUARD),
  );
  return groups.map((group) => ({
    name,
    sql: group.map(({ sql }) => sql).join(" AND "),
    args: group.flatMap(({ args }) => args),
  }));
}
