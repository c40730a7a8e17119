import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SqlValue } from "../remote/value.ts";

/** What is asked of a statement. Rows are objects or lists, as it was prepared. */
export interface Prepared {
  all(...args: readonly SqlValue[]): unknown[];
  get(...args: readonly SqlValue[]): unknown;
  iterate(...args: readonly SqlValue[]): unknown;
  run(...args: readonly SqlValue[]): { readonly changes: number | bigint };
}

type Values = readonly SqlValue[];

let cutsText: boolean | null = null;

/** Node.js 22.16, and later ones up to 22.22 and 24.14 at least, give of a TEXT only what comes before its first NUL. */
function nodeCutsText(db: DatabaseSync): boolean {
  cutsText ??= db.prepare("SELECT 'a' || char(0) AS text").get()?.["text"] === "a";
  return cutsText;
}

/** A statement with integers as bigint, and rows as lists or objects. `isCut`: Node.js cuts TEXT, whose bytes are then asked for as well. */
export function prepare(db: DatabaseSync, sql: string, givesLists: boolean, isCut = nodeCutsText(db)): Prepared {
  const statement = db.prepare(sql);
  const names = isCut && IS_QUERY.test(sql) ? statement.columns().map(({ name }) => name) : [];
  const isWrapped = names.length > 0 && names.length <= MOST_COLUMNS;
  const prepared = isWrapped ? db.prepare(withBytes(sql, names.length)) : statement;
  prepared.setReadBigInts(true);
  prepared.setReturnArrays(isWrapped || givesLists);
  return isWrapped ? new WholeText(prepared, names, givesLists) : prepared;
}

const IS_QUERY = /^\s*(SELECT|WITH)\b/i;

/** SQLite has room for twice as many in a result. */
const MOST_COLUMNS = 1000;

/** The columns, and after them the bytes of each that is a TEXT with NUL in it; not in UTF-16, where a NUL takes two. */
function withBytes(sql: string, count: number): string {
  const columns = Array.from({ length: count }, (_, index) => `c${index}`);
  const bytes = columns.map(
    (c) => `CASE WHEN typeof(${c}) = 'text' AND instr(${c}, char(0)) AND octet_length(char(0)) = 1 THEN CAST(${c} AS BLOB) END`,
  );
  return `WITH "what is asked for" (${columns.join(", ")}) AS (${sql}\n) SELECT ${[...columns, ...bytes].join(", ")} FROM "what is asked for"`;
}

class WholeText implements Prepared {
  readonly #statement: StatementSync;
  readonly #names: readonly string[];
  readonly #givesLists: boolean;

  constructor(statement: StatementSync, names: readonly string[], givesLists: boolean) {
    this.#statement = statement;
    this.#names = names;
    this.#givesLists = givesLists;
  }

  all(...args: Values) {
    return this.#statement.all(...args).map((values) => this.#row(values));
  }

  get(...args: Values) {
    const values = this.#statement.get(...args);
    return values && this.#row(values);
  }

  *iterate(...args: Values) {
    for (const values of this.#statement.iterate(...args) as Iterable<unknown>) yield this.#row(values);
  }

  run(...args: Values) {
    return this.#statement.run(...args);
  }

  #row(given: unknown) {
    const values = given as Values;
    const whole = this.#names.map((_, at) => {
      const bytes = values[this.#names.length + at];
      return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : (values[at] ?? null);
    });
    return this.#givesLists ? whole : Object.fromEntries(this.#names.map((name, at) => [name, whole[at]]));
  }
}
