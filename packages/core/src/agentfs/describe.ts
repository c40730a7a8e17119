import { isoTime } from "../iso-time.ts";
import { Database, type SqlRow } from "../replica/sqlite.ts";
import type { DiffReport, FileDiff, RowDiff } from "../report/types.ts";
import type { Changeset } from "./changeset.ts";
import { type FileChange, fileChanges } from "./file-changes.ts";
import { directoryPaths } from "./paths.ts";
import { type ReadFile, readFile } from "./read-file.ts";
import { loadTextDiff, type TextDiff } from "./text-diff.ts";
import { rowJson, textOf, valuesText } from "./typed-json.ts";

/** Text diffs of one agent in all, and contents of its conflicts; what comes after has none. */
export const MOST_TEXT_CHARS = 8 * 2 ** 20;

/** A changeset in the words of a report, one thing at a time. Neither file may change meanwhile. */
export async function describe(
  originPath: string,
  snapshotPath: string,
  changeset: Changeset,
): Promise<Omit<DiffReport, "workingCopy">> {
  using origin = Database.openImmutable(originPath);
  using snapshot = Database.openImmutable(snapshotPath);
  const textDiff = await loadTextDiff();
  let leftChars = MOST_TEXT_CHARS;
  const files = fileChanges(changeset, directoryPaths(origin, "main")).map((change) => {
    const file = describeFile(origin, snapshot, change, leftChars > 0 ? textDiff : () => null);
    leftChars -= file.text?.length ?? 0;
    return file;
  });
  const keys = changeset.rows.filter(({ table }) => table === "kv_store");
  return {
    files,
    keys: keys.map(({ key, before, after }) => ({
      did: did(before, after),
      key: textOf(key),
      before: before && textOf(before["value"]),
      after: after && textOf(after["value"]),
    })),
    toolCalls: changeset.toolCalls.map(({ id, before, after }) => ({
      did: did(before, after),
      id: Number(id),
      name: textOf((after ?? before)?.["name"]),
      before: before && textOf(before["status"]),
      after: after && textOf(after["status"]),
      ...howItWent(after ?? before ?? {}),
    })),
    rows: [
      ...changeset.rows
        .filter((row) => !keys.includes(row))
        .map(({ table, key, before, after }) => rowDiff(table, textOf(key), before, after)),
      ...changeset.tables.flatMap(({ table, key, rows }) =>
        rows.map(({ before, after }) => rowDiff(table, keyOf(key, (after ?? before) as SqlRow), before, after)),
      ),
    ],
    schema: changeset.schema.map((added) => ({ did: "added", ...added })),
  };
}

/** AgentFS keeps seconds. */
function howItWent({ started_at: started, duration_ms: duration, error = null }: SqlRow) {
  return {
    startedAt: isoTime(started),
    durationMs: typeof duration === "bigint" ? Number(duration) : null,
    error: error === null ? null : textOf(error),
  };
}

function rowDiff(table: string, key: string, before: SqlRow | null, after: SqlRow | null): RowDiff {
  return { did: did(before, after), table, key, before: before && rowJson(before), after: after && rowJson(after) };
}

function keyOf(key: readonly string[], row: SqlRow): string {
  const [only, ...more] = key;
  if (only === undefined) return rowJson(row);
  return more.length === 0 ? textOf(row[only]) : valuesText(row, key);
}

function describeFile(origin: Database, snapshot: Database, change: FileChange, textDiff: TextDiff): FileDiff {
  const before = change.before && readFile(origin, change.before.ino);
  const after = change.after && readFile(snapshot, change.after.ino);
  return {
    did: change.isMoved ? "renamed" : did(change.before, change.after),
    path: (change.after ?? change.before)?.path ?? "",
    from: change.isMoved ? (change.before?.path ?? null) : null,
    kind: (after ?? before)?.kind ?? "other",
    before: before && stateOf(before),
    after: after && stateOf(after),
    text: textOfChange(change, before, after, textDiff),
  };
}

const stateOf = ({ sizeBytes, mode }: ReadFile) => ({ sizeBytes, mode });

function textOfChange(change: FileChange, before: ReadFile | null, after: ReadFile | null, textDiff: TextDiff): string | null {
  const isText = (side: ReadFile | null) => side === null || side.text !== null;
  const [old, now] = [before?.text ?? null, after?.text ?? null];
  return isText(before) && isText(after) && old !== now ? textDiff(change, old, now) : null;
}

function did(before: unknown, after: unknown): "added" | "changed" | "removed" {
  if (before === null) return "added";
  return after === null ? "removed" : "changed";
}
