import type { SqlRow } from "../../replica/sqlite.ts";
import { isDirectory } from "../schema.ts";

/** Attributes that are merged one by one; seconds and nanoseconds of a time belong together. */
const ATTRIBUTES = [["mode"], ["uid"], ["gid"], ["rdev"], ["mtime", "mtime_nsec"], ["ctime", "ctime_nsec"]] as const;

/** What makes an object another one to its user; times change by reading, links and renames too. */
const EDITS = ["mode", "uid", "gid", "rdev"] as const;

/** Times of a directory are those of its entries. */
const TIMES: ReadonlySet<string> = new Set(["mtime", "mtime_nsec", "ctime", "ctime_nsec"]);

/** Field by field; where both sides changed one, ours wins. */
export function mergeAttributes(before: SqlRow, after: SqlRow, theirs: SqlRow): SqlRow {
  const merged: Record<string, SqlRow[string]> = { ...theirs };
  for (const group of ATTRIBUTES) {
    if (group.every((column) => before[column] === after[column])) continue;
    for (const column of group) {
      const value = after[column];
      if (value !== undefined && column in theirs) merged[column] = value;
    }
  }
  return merged;
}

/** Of what both sides made alike ours gives the attributes; a directory's times are those of its entries, and stay theirs. */
export function takeAttributes(ours: SqlRow, theirs: SqlRow): SqlRow {
  const isFolder = isDirectory(ours["mode"] as bigint);
  const columns = ATTRIBUTES.flat().filter((column) => column in theirs && !(isFolder && TIMES.has(column)));
  return { ...theirs, ...Object.fromEntries(columns.map((column) => [column, ours[column] ?? theirs[column] ?? null])) };
}

export function isRowEdited(before: SqlRow, now: SqlRow): boolean {
  return EDITS.some((column) => column in now && column in before && before[column] !== now[column]);
}

export function sameRow(a: SqlRow, b: SqlRow): boolean {
  return Object.keys(a).every((column) => a[column] === b[column]);
}
