import { createHash, type Hash } from "node:crypto";
import { KEYED_TABLES, type KeyedTable } from "../agentfs/changeset.ts";
import { changedChunks, removedChunks } from "../agentfs/content.ts";
import { entryRow } from "../agentfs/diff-entries.ts";
import { jsonNumbers } from "../agentfs/json-numbers.ts";
import type { ContentWrite, Plan } from "../agentfs/merge/types.ts";
import { DEFAULT_CHUNK_SIZE_BYTES } from "../agentfs/schema.ts";
import type { Statement } from "../remote/pipeline.ts";
import type { SqlValue } from "../remote/value.ts";
import { type Database, quoteName, type SqlRow } from "../replica/sqlite.ts";
import { emptyDirectories, guardStatement } from "./guards.ts";
import { tableStatements } from "./table-steps.ts";

const ROWS_A_STATEMENT = 64;

/**
 * The plan as SQL, in an order in which no two rows ever claim one UNIQUE value: what goes, then what comes. `source` has the origin
 * as `main` and the snapshot as `ours`; content is read from there.
 */
export function changeStatements(plan: Plan, source: Database): Statement[] {
  const { inodes, entries, toolCalls } = plan;
  const gone = inodes.remove.map((row) => row["ino"] as bigint);
  return [
    ...removeByKey(
      "fs_dentry",
      "id",
      entries.remove.map((entry) => entry.id),
    ),
    ...emptyDirectories(plan).map(guardStatement),
    ...["fs_data", "fs_symlink", "fs_inode"].flatMap((table) => removeByKey(table, "ino", gone)),
    ...removeByKey(
      "tool_calls",
      "id",
      toolCalls.remove.map((row) => row["id"] as bigint),
    ),
    ...insertRows("fs_inode", inodes.insert, null),
    ...insertRows(
      "fs_inode",
      inodes.update.map(({ after }) => after),
      "ino",
    ),
    ...insertRows("fs_dentry", entries.insert.map(entryRow), null),
    ...insertRows(
      "fs_symlink",
      plan.targets.map(({ ino, target }) => ({ ino, target })),
      "ino",
    ),
    ...plan.contents.flatMap((write) => contentStatements(write, source)),
    ...(Object.keys(KEYED_TABLES) as KeyedTable[]).flatMap((table) => keyedStatements(plan, table)),
    ...insertRows("tool_calls", toolCalls.insert, null),
    ...insertRows(
      "tool_calls",
      toolCalls.update.map(({ after }) => after),
      "id",
    ),
    ...tableStatements(plan),
  ];
}

/** SHA-256 over the statements: two plans with one digest do the same. */
export function digestOf(statements: readonly Statement[]): string {
  const hash = createHash("sha256");
  for (const { sql, args = [] } of statements) {
    hash.update(`${sql.length}:${sql}:${args.length};`);
    for (const value of args) hashValue(hash, value);
  }
  return hash.digest("hex");
}

function hashValue(hash: Hash, value: SqlValue): void {
  if (value instanceof Uint8Array) hash.update(`b${value.length}:`).update(value);
  else hash.update(`${value === null ? "n" : typeof value}:${String(value).length}:${String(value)};`);
}

function removeByKey(table: string, key: string, keys: readonly bigint[]): Statement[] {
  if (keys.length === 0) return [];
  return [{ sql: `DELETE FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`, args: [jsonNumbers(keys)] }];
}

function contentStatements({ ino, source: from, replaces, isDelta }: ContentWrite, source: Database): Statement[] {
  const gone = replaces !== null && !isDelta ? [{ sql: "DELETE FROM fs_data WHERE ino = ?", args: [ino] }] : [];
  if ("bytes" in from) return [...gone, ...insertRows("fs_data", chunksOf(from.bytes, ino), null)];
  return [
    ...(isDelta ? removeChunks(source, from.localIno, ino) : gone),
    ...insertRows("fs_data", chunkRows(source, from.localIno, ino, !isDelta), "ino, chunk_index"),
  ];
}

function removeChunks(source: Database, localIno: bigint, ino: bigint): Statement[] {
  const indexes = removedChunks(source, localIno);
  if (indexes.length === 0) return [];
  return [
    {
      sql: "DELETE FROM fs_data WHERE ino = ? AND chunk_index IN (SELECT value FROM json_each(?))",
      args: [ino, jsonNumbers(indexes)],
    },
  ];
}

function* chunkRows(source: Database, localIno: bigint, ino: bigint, isNew: boolean): Generator<SqlRow> {
  for (const { index, data } of changedChunks(source, localIno, isNew)) yield { ino, chunk_index: index, data };
}

function* chunksOf(bytes: Uint8Array, ino: bigint): Generator<SqlRow> {
  for (let at = 0, index = 0n; at < bytes.length; at += DEFAULT_CHUNK_SIZE_BYTES, index++)
    yield { ino, chunk_index: index, data: bytes.subarray(at, at + DEFAULT_CHUNK_SIZE_BYTES) };
}

function keyedStatements(plan: Plan, table: KeyedTable): Statement[] {
  const { key } = KEYED_TABLES[table];
  const writes = plan.rows.filter((write) => write.table === table);
  const removed = writes.flatMap(({ before, after }) => (after === null && before !== null ? [before[key] ?? null] : []));
  const written = writes.flatMap(({ after }) => (after === null ? [] : [after]));
  return [
    ...removed.map((value) => ({ sql: `DELETE FROM ${table} WHERE ${key} IS ?`, args: [value] })),
    ...insertRows(table, written, key),
  ];
}

/** Multi-row inserts with arguments, which keep every storage class; with `conflictKey` an existing row takes the new values. */
function* insertRows(table: string, rows: Iterable<SqlRow>, conflictKey: string | null): Generator<Statement> {
  let group: SqlRow[] = [];
  for (const row of rows) {
    const isOtherShape = group[0] !== undefined && Object.keys(group[0]).join() !== Object.keys(row).join();
    if (group.length === ROWS_A_STATEMENT || isOtherShape) {
      yield insertStatement(table, group, conflictKey);
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield insertStatement(table, group, conflictKey);
}

function insertStatement(table: string, rows: readonly SqlRow[], conflictKey: string | null): Statement {
  const columns = Object.keys(rows[0] ?? {});
  const places = `(${columns.map(() => "?").join(", ")})`;
  const sets = columns.map((column) => `${quoteName(column)} = excluded.${quoteName(column)}`);
  const upsert = conflictKey === null ? "" : ` ON CONFLICT (${conflictKey}) DO UPDATE SET ${sets.join(", ")}`;
  const sql = `INSERT INTO ${table} (${columns.map(quoteName).join(", ")}) VALUES ${rows.map(() => places).join(", ")}${upsert}`;
  return { sql, args: rows.flatMap((row) => columns.map((column) => row[column] ?? null)) };
}
