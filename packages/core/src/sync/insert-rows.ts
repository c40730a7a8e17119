import type { Statement } from "../remote/pipeline.ts";
import type { SqlValue } from "../remote/value.ts";
import { quoteName, type SqlRow } from "../replica/sqlite.ts";

const ROWS_A_STATEMENT = 64;
const SET_ROWS_A_STATEMENT = 10_000;
const SET_CHARACTERS_A_STATEMENT = 2 ** 21;
const LONGEST_SET_TEXT = 4096;

/** SQL that stands for a value in a statement, if the value itself need not travel with it. */
export type ValueSource = (value: SqlValue) => Statement | null;

const NONE: ValueSource = () => null;

/**
 * Inserts with every value in its storage class; with `conflictKey` an existing row takes the new values. Many rows whose values JSON
 * carries exactly travel as sets, the others as arguments.
 */
export function* insertRows(
  table: string,
  rows: Iterable<SqlRow>,
  conflictKey: string | null,
  valueSource: ValueSource = NONE,
): Generator<Statement> {
  for (const { rows: group, texts } of groupsOf(rows)) {
    if (group.length > ROWS_A_STATEMENT) yield setStatement(table, Object.keys(group[0] ?? {}), texts, conflictKey);
    else yield valuesStatement(table, group, conflictKey, valueSource);
  }
}

/** Removes rows by their key, in sets where JSON carries it exactly. */
export function* removeByKey(table: string, key: string, values: readonly SqlValue[]): Generator<Statement> {
  const plain = values.filter(isPlain);
  for (let at = 0; at < plain.length; at += SET_ROWS_A_STATEMENT) {
    const list = jsonList(plain.slice(at, at + SET_ROWS_A_STATEMENT));
    yield { sql: `DELETE FROM ${table} WHERE ${key} IN (SELECT j.value->>0 FROM json_each(?) AS j)`, args: [list] };
  }
  for (const value of values) if (!isPlain(value)) yield { sql: `DELETE FROM ${table} WHERE ${key} IS ?`, args: [value] };
}

/** Rows of one shape. `texts`: each as JSON, if that carries all of them exactly. */
interface Group {
  readonly rows: SqlRow[];
  readonly texts: string[];
  characters: number;
}

/**
 * Rows of one shape each: plain ones in large groups where there are many, the rest as they come. The order within a table does not
 * matter: what goes has gone before, and no two rows that come have one key.
 */
function* groupsOf(rows: Iterable<SqlRow>): Generator<Group> {
  const open = new Map<string, Group>();
  for (const row of rows) {
    const values = Object.values(row);
    const isSet = values.every(isPlain);
    const shape = `${isSet} ${Object.keys(row).join()}`;
    const group = open.get(shape) ?? { rows: [], texts: [], characters: 0 };
    open.set(shape, group);
    group.rows.push(row);
    if (isSet) {
      const text = jsonRow(values);
      group.texts.push(text);
      group.characters += text.length;
    }
    const isFull = isSet
      ? group.rows.length === SET_ROWS_A_STATEMENT || group.characters > SET_CHARACTERS_A_STATEMENT
      : group.rows.length === ROWS_A_STATEMENT;
    if (!isFull) continue;
    yield group;
    open.delete(shape);
  }
  yield* open.values();
}

function valuesStatement(
  table: string,
  rows: readonly SqlRow[],
  conflictKey: string | null,
  valueSource: ValueSource,
): Statement {
  const columns = Object.keys(rows[0] ?? {});
  const args: SqlValue[] = [];
  const places = rows.map((row) => {
    const values = columns.map((column) => {
      const value = row[column] ?? null;
      const source = valueSource(value);
      args.push(...(source === null ? [value] : (source.args ?? [])));
      return source === null ? "?" : `(${source.sql})`;
    });
    return `(${values.join(", ")})`;
  });
  return { sql: `${insertInto(table, columns)} VALUES ${places.join(", ")}${upsert(columns, conflictKey)}`, args };
}

function setStatement(table: string, columns: readonly string[], rows: readonly string[], conflictKey: string | null): Statement {
  const values = columns.map((_, index) => `j.value->>${index}`);
  // WHERE keeps ON CONFLICT from being read as a join's condition.
  const select = `SELECT ${values.join(", ")} FROM json_each(?) AS j WHERE 1`;
  return { sql: `${insertInto(table, columns)} ${select}${upsert(columns, conflictKey)}`, args: [`[${rows.join(",")}]`] };
}

const insertInto = (table: string, columns: readonly string[]) => `INSERT INTO ${table} (${columns.map(quoteName).join(", ")})`;

function upsert(columns: readonly string[], conflictKey: string | null): string {
  const sets = columns.map((column) => `${quoteName(column)} = excluded.${quoteName(column)}`);
  return conflictKey === null ? "" : ` ON CONFLICT (${conflictKey}) DO UPDATE SET ${sets.join(", ")}`;
}

/** Whether JSON, as SQLite reads it, carries a value exactly; REAL may lose digits, and NUL or half a surrogate pair ends a TEXT. */
function isPlain(value: SqlValue): boolean {
  if (typeof value === "string") return value.length <= LONGEST_SET_TEXT && !value.includes("\0") && value.isWellFormed();
  return value === null || typeof value === "bigint";
}

/** Each value in an array of its own, for `j.value->>0`: tursodb 0.6.0 gives the `value` of a TEXT with its JSON escapes still in it. */
export function jsonList(values: readonly SqlValue[]): string {
  return `[${values.map((value) => jsonRow([value])).join(",")}]`;
}

/** Integers as digits, exactly: `JSON.stringify` knows no bigint. */
export function jsonRow(values: readonly SqlValue[]): string {
  return `[${values.map((value) => (typeof value === "bigint" ? value.toString() : JSON.stringify(value))).join(",")}]`;
}
