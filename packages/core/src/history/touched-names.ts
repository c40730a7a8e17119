import type { Changeset } from "../agentfs/changeset.ts";
import { isChanged } from "../agentfs/diff.ts";
import { fileChanges } from "../agentfs/file-changes.ts";
import { jsonNumbers } from "../agentfs/json-numbers.ts";
import { directoryPaths, join } from "../agentfs/paths.ts";
import type { Database } from "../replica/sqlite.ts";
import type { Conflict } from "../report/types.ts";

/** What a push touched, by name, as far as it fits into its receipt: every pull carries the receipts. */
export interface TouchedNames {
  readonly names: readonly string[];
  /** How many more there are. Who wants to hide one name among many is told from who has few. */
  readonly more: number;
}

const MOST_BYTES = 4096;

/**
 * Files by each of their paths, before and after; keys as `key:name`, rows as `row:table`, tool calls as `tool:name`.
 * @param source the origin as `main`, the snapshot as `ours`
 */
export function touchedNames(changeset: Changeset, conflicts: readonly Conflict[], source: Database): TouchedNames {
  const { rows, tables, toolCalls, schema } = changeset;
  const all = new Set<string>();
  for (const { table, key } of rows) all.add(table === "kv_store" ? `key:${key}` : `row:${table}`);
  for (const { table } of tables) all.add(`row:${table}`);
  for (const { name } of schema) all.add(`row:${name}`);
  for (const { kind, oursAt } of conflicts) if (oursAt !== null && kind === "file") all.add(oursAt);
  for (const { before, after } of fileChanges(changeset, directoryPaths(source, "main"))) {
    for (const named of [after, before]) if (named !== null) all.add(named.path);
  }
  for (const schema of ["main", "ours"] as const) for (const path of otherPaths(changeset, source, schema)) all.add(path);
  for (const { before, after } of toolCalls) all.add(`tool:${(after ?? before)?.["name"]}`);
  return fitting(all);
}

/** The other names of a file that was changed, and all that was moved with a directory: who looks for one of them knows no other. */
function otherPaths({ objects, entries }: Changeset, source: Database, schema: "main" | "ours"): string[] {
  const changed = objects.flatMap((change) => (isChanged(change) ? [change.ino] : []));
  const placed = entries.flatMap(({ before, after }) => (before === null || after === null ? [] : [after.ino]));
  if (changed.length === 0 && placed.length === 0) return [];
  const directory = directoryPaths(source, schema);
  const rows = source.all(
    `WITH RECURSIVE below(ino) AS (SELECT value FROM json_each(?) UNION SELECT d.ino FROM ${schema}.fs_dentry AS d JOIN below ON d.parent_ino = below.ino)
     SELECT name, parent_ino FROM ${schema}.fs_dentry WHERE parent_ino IN below OR ino IN (SELECT value FROM json_each(?))`,
    jsonNumbers(placed),
    jsonNumbers(changed),
  );
  return rows.map((row) => join(directory(row["parent_ino"] as bigint), String(row["name"])));
}

function fitting(all: ReadonlySet<string>): TouchedNames {
  const names: string[] = [];
  let leftBytes = MOST_BYTES;
  for (const name of all) {
    const sizeBytes = Buffer.byteLength(JSON.stringify(name)) + 1;
    if (sizeBytes > leftBytes) continue;
    leftBytes -= sizeBytes;
    names.push(name);
  }
  return { names, more: all.size - names.length };
}
