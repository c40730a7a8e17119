import { type ChangedRows, foldName } from "../replica/btree/compare-trees.ts";
import type { Database } from "../replica/sqlite.ts";
import { jsonNumbers } from "./json-numbers.ts";

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

  /** A condition on a row's number in the table, true of all rows that may differ. */
  have(table: string, rowid: string): string {
    const rows = this.#changed?.get(foldName(table));
    return rows === undefined ? "TRUE" : `${rowid} IN temp.${this.#tableOf(table, rows)}`;
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
