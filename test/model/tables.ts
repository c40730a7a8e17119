/** The tables of a user that random programs write to: a number as key, a text as key, no key. */
export interface Table {
  readonly name: string;
  readonly key: string | null;
  /** SQLite gives the key, and gives a deleted row's again. */
  readonly hasNumberKey: boolean;
  /** A column that names a row of the same table. */
  readonly reference: string | null;
  readonly sql: string;
}

export const TABLES: readonly Table[] = [
  {
    name: "notes",
    key: "id",
    hasNumberKey: true,
    reference: "ref",
    sql: "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, ref INTEGER REFERENCES notes(id))",
  },
  {
    name: "labels",
    key: "name",
    hasNumberKey: false,
    reference: null,
    sql: "CREATE TABLE labels (name TEXT PRIMARY KEY, value TEXT)",
  },
  { name: "lines", key: null, hasNumberKey: false, reference: null, sql: "CREATE TABLE lines (text TEXT)" },
];
