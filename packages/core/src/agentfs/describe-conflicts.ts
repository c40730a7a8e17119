import { Database } from "../replica/sqlite.ts";
import type { Conflict, ConflictContents, ConflictSide } from "../report/types.ts";
import { MOST_TEXT_CHARS } from "./describe.ts";
import type { Contested, Held, MergeResult } from "./merge/types.ts";
import { LONGEST_TEXT_BYTES, readFile } from "./read-file.ts";
import { rowJson, textOf } from "./typed-json.ts";

/** The three files of a merge. */
export interface MergedFiles {
  readonly originPath: string;
  readonly snapshotPath: string;
  readonly remotePath: string;
}

/** The conflicts with what each side has, as far as a report takes it. None of the files may change meanwhile. */
export function describeConflicts(
  { conflicts, contested }: Pick<MergeResult, "conflicts" | "contested">,
  { originPath, snapshotPath, remotePath }: MergedFiles,
): readonly Conflict[] {
  if (conflicts.length === 0) return conflicts;
  using origin = Database.openImmutable(originPath);
  using snapshot = Database.openImmutable(snapshotPath);
  using remote = Database.openImmutable(remotePath);
  let leftChars = MOST_TEXT_CHARS;
  const read = (db: Database, kind: Conflict["kind"], held: Held | null): ConflictSide | null => {
    const side = held && ("ino" in held ? readFile(db, held.ino) : valueSide(kind, held));
    if (side === null) return null;
    const text = leftChars > 0 ? side.text : null;
    leftChars -= text?.length ?? 0;
    return { kind: side.kind, sizeBytes: side.sizeBytes, text };
  };
  const contentsOf = (kind: Conflict["kind"], { base, ours, theirs }: Contested): ConflictContents => ({
    ours: read(snapshot, kind, ours),
    theirs: read(remote, kind, theirs),
    base: read(origin, kind, base),
  });
  return conflicts.map((conflict, index) => {
    const held = contested[index] ?? null;
    return held === null ? conflict : { ...conflict, contents: contentsOf(conflict.kind, held) };
  });
}

function valueSide(kind: Conflict["kind"], { row }: Extract<Held, { row: unknown }>): ConflictSide {
  const text = kind === "key" ? textOf(row["value"]) : rowJson(row);
  const sizeBytes = Buffer.byteLength(text);
  return { kind: "value", sizeBytes, text: sizeBytes > LONGEST_TEXT_BYTES ? null : text };
}
