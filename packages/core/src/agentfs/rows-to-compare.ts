import { type ChangedRows, foldName } from "../replica/btree/compare-trees.ts";
import type { Database } from "../replica/sqlite.ts";
import { jsonNumbers } from "./json-numbers.ts";
import { freeRowidName } from "./table-facts.ts";

/** Keeps a comparison of two images, or of an image and what is equal to one, to the rows that may differ. */
export class RowsToCompare {
  readonly #db: Database;
  readonly #changed: ChangedRows | null;
  readonly #made = new Map<string, string>();

  /** @param changed null: any row may */
  constructor(db: Database, changed: ChangedRows | null) {
    this.#db = db;
    this.#changed = changed;
  }

  /** A condition on a row of the table, which has these columns and is called `row` there: true of all that may differ. */
  have(table: string, row: string, columns: readonly string[]): string {
    const [rows, number] = [this.#changed?.get(foldName(table)), freeRowidName(columns)];
    return rows === undefined || number === undefined ? "TRUE" : `${row}.${number} IN temp.${this.#tableOf(table, rows)}`;
  }

  #tableOf(table: string, rows: ReadonlySet<bigint>): string {
    const made = this.#made.get(table);
    if (made !== undefined) return made;
    const name = `changed_${this.#made.size}`;
    this.#made.set(table, name);
    this.#db.exec(`CREATE TEMP TABLE ${name} (id INTEGER PRIMARY KEY)`);
    this.#db.run(`INSERT INTO temp.${name} SELECT value FROM json_each(?)`, jsonNumbers(rows));
    return name;
  }
}
