import type { SqlValue } from "../remote/value.ts";
import { type Database, quoteName, type SqlRow } from "../replica/sqlite.ts";
import type { TableChange } from "./changeset.ts";
import { rowIs } from "./row-match.ts";
import { createdName } from "./sql-tokens.ts";
import { rowidName, type TableFacts, tableFacts, uniqueOf } from "./table-facts.ts";
import { valuesText } from "./typed-json.ts";

type Rows = TableChange["rows"];

/** What one side of a merge has in tables that are no part of AgentFS. Rows are given in the columns asked for, in their spelling. */
export interface UserTables {
  facts(table: string): TableFacts | null;
  /** The table, index or view of that name; all three share their names. */
  object(name: string): { readonly type: string; readonly sql: string } | null;
  /** The row that has exactly the values of `row` in the columns of the key. */
  byKey(table: string, columns: readonly string[], key: readonly string[], row: SqlRow): SqlRow | null;
  /** The numbers of all rows that are exactly like one of these, by `valuesText` of their columns. */
  rowids(table: string, rows: readonly SqlRow[]): ReadonlyMap<string, readonly bigint[]>;
  /** The highest number that is in use as a key or was once given out. */
  highest(table: string, key: string): bigint;
  /**
   * For each of these rows, the rows here that have one of its unique values; null if it has one in common with a row before it.
   * `indexes` are unique ones to be made besides those that are here, as SQL.
   */
  colliding(table: string, rows: readonly SqlRow[], indexes: readonly string[]): readonly (readonly SqlRow[] | null)[];
  /** Whether a unique index can be made once these rows are changed. */
  canBeUnique(table: string, key: readonly string[], changes: Rows, index: string): boolean;
}

export class FileUserTables implements UserTables {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  facts(table: string): TableFacts | null {
    return tableFacts(this.#db, table);
  }

  object(name: string): { readonly type: string; readonly sql: string } | null {
    const row = this.#db.get("SELECT type, sql FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE", name);
    return row === undefined ? null : { type: String(row["type"]), sql: String(row["sql"]) };
  }

  byKey(table: string, columns: readonly string[], key: readonly string[], row: SqlRow): SqlRow | null {
    const is = rowIs(row, key, key);
    return this.#db.get(`SELECT ${listOf(columns)} FROM main.${quoteName(table)} WHERE ${is.sql}`, ...is.args) ?? null;
  }

  rowids(table: string, rows: readonly SqlRow[]): ReadonlyMap<string, readonly bigint[]> {
    const columns = Object.keys(rows[0] ?? {});
    const facts = this.facts(table);
    if (facts === null || columns.length === 0) return new Map();
    const found = new Map(rows.map((row) => [valuesText(row, columns), [] as bigint[]]));
    // Few are looked for by SQLite, which is faster; for many, reading the table once is.
    const terms = rows.length <= MOST_TERMS ? rows.map((row) => rowIs(row, columns)) : [];
    const where = terms.length === 0 ? "" : `WHERE ${terms.map(({ sql }) => `(${sql})`).join(" OR ")}`;
    const [rowid, name] = [rowidName(table, facts.columns), quoteName(table)];
    const sql = `SELECT ${rowid} AS "row number", ${listOf(columns)} FROM main.${name} ${where}`;
    for (const row of this.#db.iterate(sql, ...terms.flatMap(({ args }) => args)))
      found.get(valuesText(row, columns))?.push(row["row number"] as bigint);
    return found;
  }

  highest(table: string, key: string): bigint {
    const used = this.#db.get(`SELECT max(${quoteName(key)}) AS n FROM main.${quoteName(table)}`)?.["n"];
    const hasSequence = this.#db.get("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'") !== undefined;
    const given = hasSequence
      ? this.#db.get("SELECT max(seq) AS n FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE", table)?.["n"]
      : null;
    return [used, given].reduce((highest: bigint, n) => (typeof n === "bigint" && n > highest ? n : highest), 0n);
  }

  colliding(table: string, rows: readonly SqlRow[], indexes: readonly string[]): readonly (readonly SqlRow[] | null)[] {
    const facts = this.facts(table);
    const uniques = [...(facts?.uniques ?? []), ...indexes.map(uniqueOf)];
    if (facts === null || uniques.length === 0) return rows.map(() => []);
    const twin = this.#makeTwin(table, indexes);
    const rowid = rowidName(table, facts.columns);
    return rows.map((row) => {
      if (!this.#insert(table, row)) return null;
      const ours = `(SELECT {} FROM ${twin} WHERE ${rowid} = last_insert_rowid())`;
      return uniques.flatMap(({ terms, where }) => {
        const same = terms.map((term) => `(${term}\n) = ${ours.replace("{}", () => `(${term}\n)`)}`);
        const held = where === null ? [] : [`(${where}\n)`, ours.replace("{}", () => `(${where}\n)`)];
        return this.#db.all(
          `SELECT ${listOf(Object.keys(row))} FROM main.${quoteName(table)} WHERE ${[...same, ...held].join(" AND ")}`,
        );
      });
    });
  }

  canBeUnique(table: string, key: readonly string[], changes: Rows, index: string): boolean {
    const facts = this.facts(table);
    if (facts === null) return true;
    const twin = this.#makeTwin(table, []);
    const list = facts.columns.map(quoteName).join(", ");
    this.#db.exec(`INSERT INTO ${twin} (${list}) SELECT ${list} FROM main.${quoteName(table)}`);
    const rowid = rowidName(table, facts.columns);
    for (const { before } of changes) {
      if (before === null) continue;
      const is = rowIs(before, key.length > 0 ? key : Object.keys(before), key);
      this.#db.run(`DELETE FROM ${twin} WHERE ${rowid} IN (SELECT ${rowid} FROM ${twin} WHERE ${is.sql} LIMIT 1)`, ...is.args);
    }
    for (const { after } of changes) if (after !== null) this.#insert(table, after);
    return isPossible(() => void this.#db.run(inTemp(index)));
  }

  /** An empty table like this one in the connection's temporary space, where rows are tried out. */
  #makeTwin(table: string, indexes: readonly string[]): string {
    const object = this.object(table);
    const twin = `temp.${quoteName(table)}`;
    this.#db.exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
    this.#db.exec(`DROP TABLE IF EXISTS ${twin}`);
    const sql = object?.sql ?? "";
    // One statement each, whatever a hostile schema has behind it: `exec` would run that too.
    this.#db.run(`CREATE TABLE ${twin}${sql.slice(createdName(sql).end)}`);
    const here = this.#db.all(
      "SELECT sql FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL",
      table,
    );
    for (const index of [...here.map((row) => String(row["sql"])), ...indexes]) this.#db.run(inTemp(index));
    return twin;
  }

  #insert(table: string, row: SqlRow): boolean {
    const columns = Object.keys(row);
    const sql = `INSERT INTO temp.${quoteName(table)} (${columns.map(quoteName).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
    return isPossible(() => this.#db.run(sql, ...columns.map((column): SqlValue => row[column] ?? null)));
  }
}

const listOf = (columns: readonly string[]) => columns.map((column) => `${quoteName(column)} AS ${quoteName(column)}`).join(", ");

/** A CREATE INDEX, for the table of that name in the temporary space. */
function inTemp(index: string): string {
  const { start } = createdName(index);
  return `${index.slice(0, start)}temp.${index.slice(start)}`;
}

const MOST_TERMS = 16;
const CONSTRAINT = 19;

function isPossible(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (((error as { readonly errcode?: number }).errcode ?? 0) % 256 !== CONSTRAINT) throw error;
    return false;
  }
}
