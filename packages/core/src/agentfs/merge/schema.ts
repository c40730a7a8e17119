import { SyncError } from "../../errors.ts";
import type { RowChange, SchemaChange, TableChange } from "../changeset.ts";
import { sameSchemaSql } from "../schema.ts";
import type { Side } from "../side.ts";
import { tokensOf } from "../sql-tokens.ts";
import type { TableFacts } from "../table-facts.ts";
import type { UserTables } from "../user-tables.ts";

/**
 * What the job added to the schema and the remote has not, in an order in which it can be made; what both added alike is there.
 * @throws SyncError `schema-conflict` where the remote has another object of that name, or lacks what an index is about
 */
export function mergeSchema(added: readonly SchemaChange[], theirs: UserTables): readonly SchemaChange[] {
  const missing = added.filter((change) => {
    const there = theirs.object(change.name);
    if (there === null) return true;
    if (there.type === change.type && sameSchemaSql(there.sql, change.sql)) return false;
    throw conflict(
      `The job added the ${change.type} ${JSON.stringify(change.name)}, but the remote has another ${there.type} of that name: ${there.sql}`,
      `Give one of the two another name, or define both alike; the job's is: ${change.sql}`,
    );
  });
  const made = new Set(missing.filter(({ type }) => type === "table").map(({ name }) => name.toLowerCase()));
  for (const { type, name, sql } of missing) {
    const table = type === "index" ? indexedTable(sql) : null;
    if (table === null || made.has(table.toLowerCase()) || theirs.facts(table) !== null) continue;
    throw conflict(
      `The job added the index ${JSON.stringify(name)} on the table ${JSON.stringify(table)}, which another job has removed from the remote.`,
      "Drop the index, or make the table anew under another name.",
    );
  }
  return missing;
}

/**
 * Chunks of one size cannot be read as those of another: a working copy brings its own only to a remote that has none yet (K5).
 * @throws SyncError `schema-conflict`
 */
export function checkChunkSize(rows: readonly RowChange[], theirs: Side): void {
  const ours = rows.find(({ table, key }) => table === "fs_config" && key === "chunk_size");
  if (ours === undefined) return;
  const [here, there] = [ours.after?.["value"], theirs.row("fs_config", "chunk_size")?.["value"]];
  if (here === there) return;
  throw conflict(
    `The chunk size is ${here ?? "not set"} here and ${there ?? "not set"} on the remote.`,
    "A database keeps the chunk size that it was made with: start from a pulled working copy, and copy the files into it.",
  );
}

/** The table that a `CREATE INDEX` names. */
export function indexedTable(sql: string): string | null {
  const tokens = tokensOf(sql);
  const on = tokens.findIndex(({ kind, text }) => kind === "word" && text.toLowerCase() === "on");
  return tokens[on + 1]?.text ?? null;
}

/**
 * That rows of ours fit the remote's table; `after` what its columns are called there.
 * @throws SyncError `schema-conflict`
 */
export function checkFits({ table, key }: TableChange, columns: readonly string[], theirs: TableFacts | null): void {
  const name = JSON.stringify(table);
  if (theirs === null) {
    throw conflict(
      `The job changed rows of the table ${name}, which another job has removed from the remote.`,
      "Copy the rows into a table of another name; then remove this one, or have it made again on the remote.",
    );
  }
  const there = new Set(theirs.columns.map((column) => column.toLowerCase()));
  const missing = columns.filter((column) => !there.has(column.toLowerCase()));
  const isOtherKey = theirs.key.join("\n").toLowerCase() !== key.join("\n").toLowerCase();
  if (missing.length === 0 && !isOtherKey) return;
  const what = isOtherKey ? "with another primary key" : `without the column ${missing.join(", ")}`;
  throw conflict(
    `The job changed rows of the table ${name}, which the remote now has ${what}.`,
    "Keep a copy of the rows, pull (with `--on-unpushed set-aside`), and make the change again in the table as it is now.",
  );
}

function conflict(message: string, hint: string): SyncError {
  return new SyncError("schema-conflict", message, { hint });
}
