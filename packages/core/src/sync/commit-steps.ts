import { KEYED_TABLES, type KeyedTable } from "../agentfs/changeset.ts";
import { entryRow } from "../agentfs/diff-entries.ts";
import { jsonNumbers } from "../agentfs/json-numbers.ts";
import type { ContentWrite, Plan } from "../agentfs/merge/types.ts";
import type { Statement } from "../remote/pipeline.ts";
import type { Database, SqlRow } from "../replica/sqlite.ts";
import { contentRows, removedIndexes } from "./content-rows.ts";
import { emptyDirectories, guardStatement } from "./guards.ts";
import { insertRows, removeByKey, type ValueSource } from "./insert-rows.ts";
import { tableStatements } from "./table-steps.ts";

/**
 * The plan as SQL, content included, in an order in which no two rows ever claim one UNIQUE value. `source` has the origin as `main`
 * and the snapshot as `ours`; content is read from there.
 */
export function changeStatements(plan: Plan, source: Database): Statement[] {
  return [...rowStatements(plan), ...contentStatements(plan.contents, source)];
}

const madeOf = new WeakMap<Plan, readonly Statement[]>();

/** All of the plan but content: what goes, then what comes. Made once of a plan: the digest, the undo bundle and the commit go through it. */
export function rowStatements(plan: Plan): readonly Statement[] {
  const made = madeOf.get(plan) ?? [...rowStatementsWith(plan)];
  madeOf.set(plan, made);
  return made;
}

/** The same, with some values from elsewhere. */
export function* rowStatementsWith(plan: Plan, valueSource?: ValueSource): Generator<Statement> {
  const { inodes, entries, toolCalls } = plan;
  const gone = inodes.remove.map((row) => row["ino"] ?? null);
  const removed = entries.remove.map((entry) => entry.id);
  yield* removeByKey("fs_dentry", "id", removed);
  yield* emptyDirectories(plan).map(guardStatement);
  for (const table of ["fs_data", "fs_symlink", "fs_inode"]) yield* removeByKey(table, "ino", gone);
  const goneCalls = toolCalls.remove.map((row) => row["id"] ?? null);
  yield* removeByKey("tool_calls", "id", goneCalls);
  yield* insertRows("fs_inode", inodes.insert, null);
  yield* insertRows("fs_inode", after(inodes.update), "ino");
  yield* insertRows("fs_dentry", entries.insert.map(entryRow), null);
  const targets = plan.targets.map(({ ino, target }) => ({ ino, target }));
  yield* insertRows("fs_symlink", targets, "ino", valueSource);
  for (const table of Object.keys(KEYED_TABLES) as KeyedTable[]) yield* keyedStatements(plan, table, valueSource);
  yield* insertRows("tool_calls", toolCalls.insert, null, valueSource);
  yield* insertRows("tool_calls", after(toolCalls.update), "id", valueSource);
  yield* tableStatements(plan, valueSource);
}

const after = (replacements: readonly { readonly after: SqlRow }[]) => replacements.map((replacement) => replacement.after);

/** Content that travels within the commit: what goes, then all that comes, of many small files in few statements. */
function contentStatements(writes: readonly ContentWrite[], source: Database): Statement[] {
  const replaced = writes.flatMap(({ ino, replaces, isDelta }) => (replaces !== null && !isDelta ? [ino] : []));
  return [
    ...removeByKey("fs_data", "ino", replaced),
    ...writes.flatMap((write) => removeChunks(write, source)),
    ...insertRows("fs_data", chunkRows(writes, source), "ino, chunk_index"),
  ];
}

/** Chunks that a file lost. */
export function removeChunks(write: ContentWrite, source: Database): Statement[] {
  const indexes = removedIndexes(write, source);
  if (indexes.length === 0) return [];
  const sql = "DELETE FROM fs_data WHERE ino = ? AND chunk_index IN (SELECT value FROM json_each(?))";
  return [{ sql, args: [write.ino, jsonNumbers(indexes)] }];
}

function* chunkRows(writes: readonly ContentWrite[], source: Database): Generator<SqlRow> {
  for (const write of writes)
    for (const { index, data } of contentRows(write, source)) yield { ino: write.ino, chunk_index: index, data };
}

function* keyedStatements(plan: Plan, table: KeyedTable, valueSource?: ValueSource): Generator<Statement> {
  const { key } = KEYED_TABLES[table];
  const writes = plan.rows.filter((write) => write.table === table);
  const removed = writes.flatMap(({ before, after }) => (after === null && before !== null ? [before[key] ?? null] : []));
  const written = writes.flatMap(({ after }) => (after === null ? [] : [after]));
  yield* removeByKey(table, key, removed);
  yield* insertRows(table, written, key, valueSource);
}
