import { SyncError } from "../errors.ts";
import { columnsOf, type Database, quoteName } from "../replica/sqlite.ts";
import { isWord, type Token, tokensOf } from "./sql-tokens.ts";

/** What a table's definition says about how its rows are told apart and refer to others. */
export interface TableFacts {
  readonly columns: readonly string[];
  /** The columns of the primary key in their order; none: rows are told apart only as a whole. */
  readonly key: readonly string[];
  /** The one key column, if it is an INTEGER PRIMARY KEY: its numbers mean nothing, and may be given anew. */
  readonly integerKey: string | null;
  readonly foreignKeys: readonly ForeignKey[];
  readonly uniques: readonly Unique[];
}

/** A column that refers to one column of another table; null: to its primary key. */
export interface ForeignKey {
  readonly column: string;
  readonly table: string;
  readonly to: string | null;
}

/** Rows for which `where` holds have different values in `terms`, unless one of them is NULL; both are SQL. */
export interface Unique {
  readonly terms: readonly string[];
  readonly where: string | null;
}

/** Null if there is no such table. */
export function tableFacts(db: Database, table: string, schema = "main"): TableFacts | null {
  const columns = columnsOf(db, table, schema);
  if (columns.length === 0) return null;
  const keyRows = db.all("SELECT name, type FROM pragma_table_info(?, ?) WHERE pk > 0 ORDER BY pk", table, schema);
  const [first, ...more] = keyRows;
  // `INTEGER PRIMARY KEY DESC` is no number of a row: it has an index of its own, and takes any value.
  const hasIndex = db.get(`SELECT 1 FROM pragma_index_list(?, ?) WHERE origin = 'pk'`, table, schema) !== undefined;
  const isInteger = first !== undefined && more.length === 0 && !hasIndex && String(first["type"]).toUpperCase() === "INTEGER";
  return {
    columns,
    key: keyRows.map((row) => String(row["name"])),
    integerKey: isInteger ? String(first["name"]) : null,
    foreignKeys: foreignKeys(db, table, schema),
    uniques: uniques(db, table, schema),
  };
}

function foreignKeys(db: Database, table: string, schema: string): ForeignKey[] {
  const rows = db.all(`SELECT id, "from", "table", "to" FROM pragma_foreign_key_list(?, ?)`, table, schema);
  return [...Map.groupBy(rows, (row) => row["id"]).values()].flatMap(([row, ...more]) =>
    row === undefined || more.length > 0
      ? []
      : [{ column: String(row["from"]), table: String(row["table"]), to: row["to"] === null ? null : String(row["to"]) }],
  );
}

function uniques(db: Database, table: string, schema: string): Unique[] {
  const indexes = db.all(`SELECT name FROM pragma_index_list(?, ?) WHERE "unique" = 1 ORDER BY seq DESC`, table, schema);
  return indexes.map(({ name }) => {
    const sql = db.get(`SELECT sql FROM ${schema}.sqlite_schema WHERE type = 'index' AND name = ?`, name ?? null)?.["sql"];
    if (typeof sql === "string") return uniqueOf(sql);
    const parts = db.all("SELECT name, coll FROM pragma_index_xinfo(?, ?) WHERE key = 1 ORDER BY seqno", name ?? null, schema);
    const terms = parts.map((part) => `${quoteName(String(part["name"]))} COLLATE ${quoteName(String(part["coll"]))}`);
    return { terms, where: null };
  });
}

/** Of a `CREATE UNIQUE INDEX`: its terms, expressions included, and its condition. */
export function uniqueOf(sql: string): Unique {
  const tokens = tokensOf(sql);
  const on = tokens.findIndex((token) => isWord(token, "on"));
  const open = tokens.findIndex((token, index) => index > on && token.text === "(" && token.kind === "sign");
  const terms: string[] = [];
  let depth = 0;
  let first = open + 1;
  let at = open;
  for (; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind !== "sign") continue;
    if (text === "(") depth++;
    if (text === ")") depth--;
    if (depth === 0 || (depth === 1 && text === ",")) {
      terms.push(textOf(sql, tokens.slice(first, at)));
      first = at + 1;
    }
    if (depth === 0) break;
  }
  const where = tokens[at + 1];
  return { terms, where: isWord(where, "where") ? sql.slice(where?.end) : null };
}

function textOf(sql: string, tokens: readonly Token[]): string {
  const last = tokens.at(-1);
  const kept = isWord(last, "asc") || isWord(last, "desc") ? tokens.slice(0, -1) : tokens;
  return sql.slice(kept[0]?.start, kept.at(-1)?.end);
}

/** Undefined if columns bear all of its names. */
export function freeRowidName(columns: readonly string[]): string | undefined {
  const taken = new Set(columns.map((column) => column.toLowerCase()));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name));
}

/** What the number of a row is called: a column may bear the usual name. @throws SyncError `unsupported-schema` */
export function rowidName(table: string, columns: readonly string[]): string {
  const free = freeRowidName(columns);
  if (free !== undefined) return free;
  throw new SyncError(
    "unsupported-schema",
    `The table ${JSON.stringify(table)} has columns named rowid, _rowid_ and oid, so that its rows have no number.`,
    { hint: "Rename one of these columns, then run the command again." },
  );
}
