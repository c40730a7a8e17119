import { SyncError } from "../errors.ts";
import type { Database } from "../replica/sqlite.ts";
import { isAgentFs } from "./schema.ts";
import { isWord, tokensOf } from "./sql-tokens.ts";

/** A table, index, view or trigger that is no part of AgentFS. */
export interface SchemaObject {
  readonly type: string;
  readonly name: string;
  /** The table that it is about. */
  readonly table: string;
  readonly sql: string;
}

interface Rule {
  /** Completes "The job added the table x, which …". */
  readonly has: string;
  readonly hint: string;
  breaks(object: SchemaObject, db: Database): boolean;
}

/**
 * What makes AgentFS 0.6.4 clients or SQLite fail to open the database, or a Turso server refuse it. In an order in which the first that
 * applies is what the user wrote: a virtual table has tables WITHOUT ROWID of its own.
 */
const RULES: readonly Rule[] = [
  {
    has: "is a virtual table (such as FTS5)",
    hint: "Search tables can be built anew from the rows: make them in a database of their own, then drop them here.",
    breaks: ({ type, name }, db) => type === "table" && tableList(db, name)?.["type"] === "virtual",
  },
  {
    has: "is a trigger",
    hint: "Drop it before the push, and let the program that writes do what it did.",
    breaks: ({ type }) => type === "trigger",
  },
  {
    has: "has a generated column",
    hint: "Make it a plain column that the program fills, or compute it in a view.",
    breaks: ({ type, name }, db) =>
      type === "table" && db.get("SELECT 1 FROM pragma_table_xinfo(?, 'ours') WHERE hidden IN (2, 3)", name) !== undefined,
  },
  {
    has: "is WITHOUT ROWID",
    hint: "Create it without that; its primary key works the same.",
    breaks: ({ type, name }, db) => type === "table" && tableList(db, name)?.["wr"] === 1n,
  },
  {
    has: "has a CHECK constraint",
    hint: "Create it without the constraint, and check values in the program that writes them.",
    breaks: ({ type, sql }) => type === "table" && tokensOf(sql).some((token) => isWord(token, "check")),
  },
  {
    has: "has a constraint with ON CONFLICT",
    hint: "Create it without that; statements can say it themselves (INSERT OR REPLACE, ON CONFLICT DO UPDATE).",
    breaks: ({ type, sql }) =>
      type === "table" && tokensOf(sql).some((token, at, all) => isWord(token, "on") && isWord(all[at + 1], "conflict")),
  },
  {
    // The server keeps and looks for names in small letters, also beyond A to Z, the only ones that are alike to SQLite: a column is not
    // found then, and a table makes the whole file look damaged.
    has: "has a capital letter beyond A to Z in a name",
    hint: "Name it in small letters.",
    breaks: ({ sql }) => tokensOf(sql).some(({ kind, text }) => (kind === "word" || kind === "name") && hasOtherCapital(text)),
  },
  {
    has: "makes columns of a table of AgentFS unique",
    hint: "Create it without UNIQUE: what other jobs write there must not be refused.",
    breaks: ({ type, table, sql }) => type === "index" && isAgentFs(table) && isWord(tokensOf(sql)[1], "unique"),
  },
];

/** @throws SyncError `unsupported-schema` for the first of what the job added (in `ours`) that no client could open */
export function checkAdditions(db: Database, added: readonly SchemaObject[]): void {
  for (const rule of RULES) {
    const found = added.find((object) => rule.breaks(object, db));
    if (found === undefined) continue;
    const what = found.type === "trigger" ? `${found.type} ${JSON.stringify(found.name)} on ${found.table}` : quoted(found);
    throw new SyncError(
      "unsupported-schema",
      `The job added the ${what}, which ${rule.has}: AgentFS 0.6.4 clients could not open the result.`,
      {
        hint: rule.hint,
      },
    );
  }
}

const hasOtherCapital = (name: string) => name.toLowerCase() !== name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

export const quoted = ({ type, name }: Pick<SchemaObject, "type" | "name">) => `${type} ${JSON.stringify(name)}`;

function tableList(db: Database, name: string) {
  return db.get("SELECT type, wr FROM pragma_table_list WHERE schema = 'ours' AND name = ? COLLATE NOCASE", name);
}
