import { KEYED_TABLES, type KeyedTable } from "../agentfs/changeset.ts";
import { entryRow } from "../agentfs/diff-entries.ts";
import type { RemoteFacts } from "../agentfs/facts.ts";
import type { Plan } from "../agentfs/merge/types.ts";
import { isDirectory } from "../agentfs/schema.ts";
import type { Statement } from "../remote/pipeline.ts";
import type { SqlValue } from "../remote/value.ts";
import { quoteName, type SqlRow } from "../replica/sqlite.ts";
import { jsonList, jsonRow } from "./insert-rows.ts";
import { stageGuards } from "./stage/guards.ts";
import { isLargeValue, sizeOf } from "./stage/size.ts";
import type { Stage } from "./stage/stage.ts";
import { tableGuards } from "./table-guards.ts";

/** A condition that must hold inside the commit; `name` says in an error which one did not. */
export interface Guard {
  readonly name: string;
  readonly sql: string;
  readonly args: readonly SqlValue[];
}

/** A statement that fails unless the guard holds: it puts NULL into a NOT NULL column. */
export function guardStatement({ name, sql, args }: Guard): Statement {
  return {
    sql: `INSERT INTO agentfs_sync_meta (key, value) SELECT ?, NULL WHERE NOT (${sql})`,
    args: [`guard: ${name}`, ...args],
  };
}

/** What any write to an object changes at least one of; an access time is no write. */
const INODE_COLUMNS = ["mode", "nlink", "size", "mtime", "mtime_nsec", "ctime", "ctime_nsec"];

/** That the remote is what the plan was made for, down to the rows that it replaces; `stage` is what was staged for it. */
export function guardsOf(plan: Plan, facts: RemoteFacts, stage: Stage | null = null): Guard[] {
  const { inodes, entries, toolCalls } = plan;
  const updated = new Set(inodes.update.map(({ after }) => after["ino"]));
  const rewritten = plan.contents.flatMap(({ ino, replaces }) => (replaces === null || updated.has(ino) ? [] : [replaces]));
  const replaced = [...inodes.update.map(({ before }) => before), ...inodes.remove, ...rewritten];
  const created = new Set(inodes.insert.map((row) => row["ino"]));
  const parents = [...new Set(entries.insert.map((entry) => entry.parentIno))].filter((ino) => !created.has(ino));
  const named = [...new Set(entries.insert.map((entry) => entry.ino))].filter((ino) => !created.has(ino));
  return [
    metaIs("uuid", facts.uuid ?? "0"),
    metaIs("sequence", String(facts.sequence)),
    ...newestReceipt(facts),
    // Whoever has reserved numbers need not mind that others have raised the marks meanwhile, past them.
    ...(stage === null ? marksAre(facts) : []),
    ...nativeMark(facts),
    ...(stage === null ? numbersAreFree(plan) : stageGuards(stage)),
    ...rowsAre("fs_inode", "ino", INODE_COLUMNS, replaced),
    ...rowsAre(
      "fs_inode",
      "ino",
      [],
      [...parents, ...named].map((ino) => ({ ino })),
    ),
    ...rowsAre("fs_dentry", "id", ENTRY_COLUMNS, entries.remove.map(entryRow)),
    ...rowsAre("fs_dentry", "id", ENTRY_COLUMNS, plan.unchanged.map(entryRow), "entries that lead there"),
    ...rowsAre(
      "tool_calls",
      "id",
      ["status", "completed_at"],
      [...toolCalls.update.map(({ before }) => before), ...toolCalls.remove],
    ),
    ...(Object.keys(KEYED_TABLES) as KeyedTable[]).flatMap((table) => keyedRowsAre(plan, table)),
    ...tableGuards(plan),
  ];
}

/** To be asked after the entries are gone: that the directories which the plan removes are empty. */
export function emptyDirectories(plan: Plan): Guard[] {
  const directories = plan.inodes.remove.filter((row) => isDirectory(row["mode"] as bigint)).map((row) => row["ino"]);
  if (directories.length === 0) return [];
  const sql = "NOT EXISTS (SELECT 1 FROM fs_dentry WHERE parent_ino IN (SELECT value FROM json_each(?)))";
  return [{ name: "removed directories are empty", sql, args: [jsonRow(directories as SqlValue[])] }];
}

const ENTRY_COLUMNS = ["name", "parent_ino", "ino"];

function marksAre({ marks }: RemoteFacts): Guard[] {
  return [
    metaIs("mark.inode", String(marks.inode)),
    metaIs("mark.entry", String(marks.entry)),
    metaIs("mark.tool_call", String(marks.toolCall)),
  ];
}

function numbersAreFree({ lowest }: Plan): Guard[] {
  return [
    ...unused("fs_inode", "ino", lowest.inode),
    ...unused("fs_dentry", "id", lowest.entry),
    ...unused("tool_calls", "id", lowest.toolCall),
  ];
}

/** A key that is not there yet stands for 0. */
export function metaIs(key: string, value: string): Guard {
  return { name: key, sql: "coalesce((SELECT value FROM agentfs_sync_meta WHERE key = ?), '0') = ?", args: [key, value] };
}

/** An older copy of the database that was put back and pushed to may have come to the same sequence and marks on another way. */
function newestReceipt({ receipt }: RemoteFacts): Guard[] {
  if (receipt === null) return [];
  const sql = "EXISTS (SELECT 1 FROM agentfs_sync_log WHERE push_id = ? AND state = 'applied')";
  return [{ name: "newest commit", sql, args: [receipt.pushId] }];
}

function nativeMark({ nativeMark: rows }: RemoteFacts): Guard[] {
  const name = "native mark";
  if (rows === null)
    return [{ name, sql: "NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'turso_sync_last_change_id')", args: [] }];
  const sql = `(SELECT count(*) FROM turso_sync_last_change_id) = ? AND (SELECT count(*) FROM json_each(?) AS j
    JOIN turso_sync_last_change_id AS t ON t.client_id = (j.value->>0) AND t.pull_gen IS (j.value->>1) AND t.change_id IS (j.value->>2)) = ?`;
  const count = BigInt(rows.length);
  const list = rows.map(([client, pull, change]) => `[${JSON.stringify(client)},${number(pull)},${number(change)}]`);
  return [{ name, sql, args: [count, `[${list.join(",")}]`, count] }];
}

const number = (text: string) => (/^-?\d+$/.test(text) ? text : "null");

function unused(table: string, column: string, lowest: bigint | null): Guard[] {
  if (lowest === null) return [];
  return [{ name: `numbers of ${table}`, sql: `coalesce((SELECT max(${column}) FROM ${table}), 0) < ?`, args: [lowest] }];
}

/** Every one of these rows is there with these values; columns that a row lacks are not looked at. */
function rowsAre(
  table: string,
  key: string,
  columns: readonly string[],
  rows: readonly SqlRow[],
  name = `rows of ${table}`,
): Guard[] {
  const [first] = rows;
  if (first === undefined) return [];
  const compared = columns.filter((column) => column in first);
  const terms = compared.map((column, index) => ` AND t.${quoteName(column)} IS (j.value->>${index + 1})`);
  const sql = `(SELECT count(*) FROM json_each(?) AS j JOIN ${table} AS t ON t.${quoteName(key)} = (j.value->>0)${terms.join("")}) = ?`;
  const list = rows.map((row) => jsonRow([key, ...compared].map((column) => row[column] ?? null)));
  return [{ name, sql, args: [`[${list.join(",")}]`, BigInt(rows.length)] }];
}

function keyedRowsAre(plan: Plan, table: KeyedTable): Guard[] {
  const { key } = KEYED_TABLES[table];
  const writes = plan.rows.filter((write) => write.table === table);
  const known = writes.flatMap(({ before }) => (before === null ? [] : [before]));
  const absent = writes.flatMap(({ before, after }) => (before === null && after !== null ? [after[key] ?? null] : []));
  const absentSql = `NOT EXISTS (SELECT 1 FROM json_each(?) AS j JOIN ${table} AS t ON t.${quoteName(key)} = (j.value->>0))`;
  return [
    ...rowsAre(
      table,
      key,
      ["value"],
      known.filter(({ value = null }) => typeof value !== "object" && !isLargeValue(value)),
    ),
    ...largeRowsAre(
      table,
      key,
      known.filter(({ value = null }) => isLargeValue(value)),
    ),
    ...(absent.length === 0 ? [] : [{ name: `new rows of ${table}`, sql: absentSql, args: [jsonList(absent)] }]),
  ];
}

/** A large value is not sent back only to be compared: its size and its time have to do, as with a file. */
function largeRowsAre(table: KeyedTable, key: string, rows: readonly SqlRow[]): Guard[] {
  if (rows.length === 0) return [];
  const time = rows[0] !== undefined && "updated_at" in rows[0] ? " AND t.updated_at IS (j.value->>2)" : "";
  const sql = `(SELECT count(*) FROM json_each(?) AS j JOIN ${table} AS t
    ON t.${quoteName(key)} = (j.value->>0) AND octet_length(t.value) = (j.value->>1)${time}) = ?`;
  const list = rows.map(({ [key]: name = null, value = null, updated_at: time = null }) =>
    jsonRow([name, isLargeValue(value) ? BigInt(sizeOf(value)) : null, time]),
  );
  return [{ name: `rows of ${table}`, sql, args: [`[${list.join(",")}]`, BigInt(rows.length)] }];
}
