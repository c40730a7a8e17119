import { SyncError } from "../../errors.ts";
import { sameValue } from "../../remote/value.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import { KEYED_TABLES, type RowChange } from "../changeset.ts";
import type { MergeState } from "./state.ts";

/** Written by every program of its own accord; two that wrote at different times did not disagree. */
const TIMES = new Set(["created_at", "updated_at"]);

/** Keys and configuration: what both sides set alike is one, what both set otherwise is a conflict. */
export function mergeRows(state: MergeState): void {
  for (const change of state.changeset.rows) {
    const { key, kind } = KEYED_TABLES[change.table];
    const before = change.before && renumber(change, change.before, (ino) => state.numbers.oldInode(ino));
    const after = change.after && renumber(change, change.after, (ino) => state.numbers.newInode(ino));
    const theirs = state.theirs.row(change.table, (after ?? before)?.[key] ?? null);
    if (sameValues(theirs, after)) continue;
    if (sameValues(theirs, before) || isOfOneMachine(change)) {
      if (theirs !== null || after !== null) state.rows.push({ table: change.table, before: theirs, after });
      continue;
    }
    if (change.table === "fs_config" && change.key === "chunk_size") {
      throw new SyncError(
        "schema-conflict",
        `The chunk size is ${after?.["value"]} here and ${theirs?.["value"]} on the remote.`,
        {
          hint: "A database keeps the chunk size that it was made with: start from a pulled working copy.",
        },
      );
    }
    state.conflict(
      kind,
      change.table === "kv_store" ? String(change.key) : `${change.table}:${change.key}`,
      did(change),
      theirs === null ? "removed" : before === null ? "created" : "changed",
    );
  }
}

/** `fs_origin` names one of our inodes by its number. */
function renumber(change: RowChange, row: SqlRow, inode: (local: bigint) => bigint): SqlRow {
  return change.table === "fs_origin" ? { ...row, delta_ino: inode(row["delta_ino"] as bigint) } : row;
}

function isOfOneMachine({ table, key }: RowChange): boolean {
  return table === "fs_origin" || (table === "fs_overlay_config" && key === "base_path");
}

function sameValues(a: SqlRow | null, b: SqlRow | null): boolean {
  if (a === null || b === null) return a === b;
  return Object.keys(b).every((column) => TIMES.has(column) || !(column in a) || sameValue(a[column], b[column]));
}

function did({ before, after }: RowChange): "created" | "changed" | "removed" {
  if (after === null) return "removed";
  return before === null ? "created" : "changed";
}
