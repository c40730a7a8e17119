import { changedRows } from "../replica/btree/changed-rows.ts";
import { Database, hasTable } from "../replica/sqlite.ts";
import type { Changeset, ChunkChanges, ObjectChange } from "./changeset.ts";
import { diffEntries, entryIdsOf } from "./diff-entries.ts";
import { diffObjects } from "./diff-objects.ts";
import { diffRows, diffToolCalls } from "./diff-rows.ts";
import { diffTables } from "./diff-tables.ts";
import { diffSchema } from "./manifest.ts";
import { RowsToCompare } from "./rows-to-compare.ts";
import { isDirectory, isRegular } from "./schema.ts";

/**
 * What changed from the origin's file to the snapshot's. Neither file may change meanwhile.
 * @throws SyncError `unsupported-schema`, `unsupported-value`, `not-agentfs`, `local-damaged`
 */
export function diff(originPath: string, snapshotPath: string): Changeset {
  using db = Database.openImmutable(originPath);
  db.attachImmutable(snapshotPath, "ours");
  const schema = diffSchema(db);
  const toCompare = new RowsToCompare(db, changedRows(originPath, snapshotPath));
  const chunks = new Map<bigint, ChunkChanges>();
  const objects = [...diffObjects(db, toCompare, chunks)];
  const entries = [...diffEntries(db)];
  const rows = [...diffRows(db, toCompare)];
  const toolCalls = [...diffToolCalls(db, toCompare)];
  const tables = [...diffTables(db, schema.tables, toCompare)];
  const originInos = new Set<bigint>();
  for (const { ino, before } of objects) if (before !== null) originInos.add(ino);
  for (const { before, after } of entries) {
    for (const entry of [before, after]) if (entry !== null) originInos.add(entry.ino).add(entry.parentIno);
  }
  for (const row of rows) if (row.table === "fs_origin" && typeof row.key === "bigint") originInos.add(row.key);
  return {
    objects,
    chunks,
    entries,
    rows,
    toolCalls,
    tables,
    schema: schema.added,
    knownBy: entryIdsOf(db, [...originInos]),
    originCallIds: hasTable(db, "tool_calls") ? db.all("SELECT id FROM main.tool_calls").map((row) => row["id"] as bigint) : [],
    originFileCount: countFiles(db),
    sizeBytes:
      newBytes(objects) +
      [...rows, ...toolCalls, ...tables.flatMap((table) => table.rows)].reduce((sum, { after }) => sum + rowBytes(after), 0),
  };
}

function countFiles(db: Database): number {
  return Number(db.get("SELECT count(*) AS n FROM main.fs_inode WHERE mode & 61440 = 32768")?.["n"] ?? 0);
}

function newBytes(objects: readonly ObjectChange[]): number {
  return objects.reduce((sum, { newBytes, after }) => sum + newBytes + Buffer.byteLength(after?.target ?? ""), 0);
}

const NUMBER_BYTES = 8;

function rowBytes(row: Readonly<Record<string, unknown>> | null): number {
  return Object.values(row ?? {}).reduce(
    (sum: number, value) =>
      sum + (typeof value === "string" || value instanceof Uint8Array ? Buffer.byteLength(value) : NUMBER_BYTES),
    0,
  );
}

/** Counts as the report gives them: a file is anything but a directory; a directory that was renamed counts as one rename. */
export function countChanges(changeset: Changeset) {
  const files = { added: 0, changed: 0, removed: 0, renamed: 0 };
  for (const { before, after } of changeset.objects) {
    const mode = (after ?? before)?.row["mode"];
    if (typeof mode === "bigint" && isDirectory(mode)) continue;
    if (before === null) files.added++;
    else if (after === null) files.removed++;
    else if (isChanged({ before, after })) files.changed++;
  }
  const placed = changeset.entries.flatMap(({ before, after }) => (before === null || after === null ? [] : [after.ino]));
  if (placed.length > 0) {
    const created = new Set(changeset.objects.filter((change) => change.before === null).map((change) => change.ino));
    files.renamed = placed.filter((ino) => !created.has(ino)).length;
  }
  return {
    files,
    keys: countRows(changeset.rows.filter(({ table }) => table === "kv_store")),
    toolCalls: { added: changeset.toolCalls.filter((call) => call.before === null).length },
    rows: countRows(changeset.tables.flatMap((table) => table.rows)),
    schema: { added: changeset.schema.length },
  };
}

function countRows(rows: readonly { readonly before: unknown; readonly after: unknown }[]) {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const { before, after } of rows) {
    if (before === null) counts.added++;
    else if (after === null) counts.removed++;
    else counts.changed++;
  }
  return counts;
}

/** Whether an object that was there and still is has other content, another target or other attributes; times do not count. */
export function isChanged({ before, after }: Pick<ObjectChange, "before" | "after">): boolean {
  if (before === null || after === null) return false;
  return (
    after.content?.hash !== before.content?.hash || after.target !== before.target || attributesDiffer(before.row, after.row)
  );
}

const ATTRIBUTES = ["mode", "uid", "gid", "size", "rdev"];

function attributesDiffer(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): boolean {
  return ATTRIBUTES.some((name) => before[name] !== after[name]);
}

/** Regular files that the changeset removes, for the mass-change guard. */
export function removedFileCount(changeset: Changeset): number {
  return changeset.objects.filter(({ before, after }) => after === null && isRegular(before?.row["mode"] as bigint)).length;
}
