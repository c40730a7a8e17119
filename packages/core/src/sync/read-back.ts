import { KEYED_TABLES } from "../agentfs/changeset.ts";
import { entryRow } from "../agentfs/diff-entries.ts";
import { factsOf } from "../agentfs/facts.ts";
import { jsonNumbers } from "../agentfs/json-numbers.ts";
import type { Plan } from "../agentfs/merge/types.ts";
import { openPages } from "../remote/pages.ts";
import { sameValue } from "../remote/value.ts";
import type { Base } from "../replica/base.ts";
import { columnsOf, Database, quoteName, type SqlRow } from "../replica/sqlite.ts";
import { missingContent } from "./content-read-back.ts";
import type { AgentContext } from "./context.ts";
import { receiveState } from "./receive-state.ts";
import { missingInTables } from "./table-read-back.ts";

export interface Committed {
  readonly pushId: string;
  readonly digest: string;
  readonly sequence: bigint;
}

/** What `readBack` names if nothing of the push can be seen. */
export const RECEIPT = "its receipt";

/**
 * Reads what was committed back with one page request: the receipt has to be there, and every row of the plan as it was sent, unless
 * somebody has pushed since. What was read becomes the base. Answers null, or what is not there as sent.
 * @throws what `openPages` and `receiveState` throw: then nothing is known
 */
export async function readBack(
  context: AgentContext,
  planned: Base,
  plan: Plan,
  committed: Committed,
  snapshot: string,
): Promise<string | null> {
  const stream = await openPages(context.remote, planned.revision);
  const received = await receiveState(context, stream, planned);
  const missing = findMissing(received.path, planned, plan, committed, snapshot);
  if (missing === null) await received.keep();
  else await received.discard();
  return missing;
}

function findMissing(path: string, planned: Base, plan: Plan, committed: Committed, snapshot: string): string | null {
  using db = Database.openImmutable(path);
  const receipt = db.get(
    "SELECT sequence, digest FROM agentfs_sync_log WHERE push_id = ? AND state = 'applied'",
    committed.pushId,
  );
  if (receipt?.["sequence"] !== committed.sequence || receipt["digest"] !== committed.digest) return RECEIPT;
  const facts = factsOf(db);
  const isNewest =
    facts.sequence === committed.sequence && JSON.stringify(facts.nativeMark) === JSON.stringify(planned.facts.nativeMark);
  if (!isNewest) return null;
  return missingRow(db, plan) ?? missingInTables(db, plan) ?? missingContent(db, plan.contents, snapshot);
}

function missingRow(db: Database, plan: Plan): string | null {
  const { inodes, entries, toolCalls, rows, targets } = plan;
  const kept = new Set(entries.insert.map(({ id }) => id));
  const numbered: (readonly [table: string, key: string, rows: readonly SqlRow[]])[] = [
    ["fs_inode", "ino", [...inodes.insert, ...inodes.update.map(({ after }) => after)]],
    ["fs_dentry", "id", entries.insert.map(entryRow)],
    ["fs_symlink", "ino", targets.map(({ ino, target }) => ({ ino, target }))],
    ["tool_calls", "id", [...toolCalls.insert, ...toolCalls.update.map(({ after }) => after)]],
  ];
  for (const [table, key, list] of numbered) if (!areThere(db, table, key, list)) return `a row of ${table}`;
  for (const { table, after } of rows) {
    if (after === null) continue;
    const { key } = KEYED_TABLES[table];
    const there = db.get(`SELECT * FROM ${table} WHERE ${key} IS ?`, after[key] ?? null);
    if (there === undefined || Object.keys(after).some((column) => !sameValue(after[column], there[column])))
      return `a row of ${table}`;
  }
  const gone: (readonly [table: string, key: string, rows: readonly SqlRow[]])[] = [
    ["fs_inode", "ino", inodes.remove],
    ["fs_dentry", "id", entries.remove.filter((entry) => !kept.has(entry.id)).map(({ id }) => ({ id }))],
    ["tool_calls", "id", toolCalls.remove],
    ...rows.flatMap(({ table, before, after }) =>
      after === null && before !== null ? [[table, KEYED_TABLES[table].key, [before]] as const] : [],
    ),
  ];
  const left = gone.find(([table, key, list]) =>
    list.some((row) => db.get(`SELECT 1 FROM ${table} WHERE ${key} IS ?`, row[key] ?? null) !== undefined),
  );
  return left === undefined ? null : `a removal from ${left[0]}`;
}

/** Whether a table, in which rows have numbers, has all of these as they are here. */
function areThere(db: Database, table: string, key: string, rows: readonly SqlRow[]): boolean {
  if (rows.length === 0) return true;
  const expected = new Map(rows.map((row) => [row[key], row]));
  const columns = columnsOf(db, table);
  const places = new Map(columns.map((column, at) => [column, at]));
  const list = jsonNumbers([...expected.keys()].map((number) => number as bigint));
  const sql = `SELECT ${columns.map(quoteName).join(", ")} FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`;
  let count = 0;
  for (const there of db.iterateValues(sql, list)) {
    const value = (column: string) => there[places.get(column) ?? -1];
    const row = expected.get(value(key));
    if (row === undefined || Object.keys(row).some((column) => !sameValue(row[column], value(column)))) return false;
    count++;
  }
  return count === expected.size;
}
