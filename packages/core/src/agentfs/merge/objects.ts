import type { SqlRow } from "../../replica/sqlite.ts";
import type { ObjectChange, ObjectState } from "../changeset.ts";
import { isDirectory, isRegular } from "../schema.ts";
import { subdirectoriesOfBoth } from "./link-counts.ts";
import type { MergeState } from "./state.ts";
import { entriesThatGo } from "./unify.ts";

/** Attributes that are merged one by one; seconds and nanoseconds of a time belong together. */
const ATTRIBUTES = [["mode"], ["uid"], ["gid"], ["rdev"], ["mtime", "mtime_nsec"], ["ctime", "ctime_nsec"]] as const;

/** What is no edit of an object: counted otherwise, or changed by reading, links and renames. */
const NOT_AN_EDIT: ReadonlySet<string> = new Set(["ino", "nlink", "atime", "atime_nsec", "ctime", "ctime_nsec"]);

/** A directory's time changes with its entries, which are looked at one by one. */
const NOT_AN_EDIT_OF_A_DIRECTORY: ReadonlySet<string> = new Set([...NOT_AN_EDIT, "mtime", "mtime_nsec"]);

const NO_COLUMNS: ReadonlySet<string> = new Set();

export function mergeObjects(state: MergeState): void {
  const going = entriesThatGo(state);
  for (const change of state.changeset.objects) {
    if (change.after === null && change.before !== null) mergeRemoved(state, change, change.before, going);
  }
  const countedByTheirs = subdirectoriesOfBoth(state);
  for (const change of state.changeset.objects) {
    if (change.after === null) continue;
    if (change.before === null) create(state, change, change.after);
    else mergeChanged(state, change, change.before, change.after, countedByTheirs.get(change.ino) ?? 0n);
  }
}

function create(state: MergeState, { ino }: ObjectChange, after: ObjectState): void {
  if (state.unified.has(ino)) {
    takeAttributes(state, ino, after.row);
    return;
  }
  const remote = state.numbers.inodeFor(ino);
  state.numbers.setInode(ino, remote);
  state.inserts.set(remote, { ...after.row, ino: remote });
  if (after.content !== null && after.content.chunkCount > 0)
    state.contents.push({ ino: remote, source: { localIno: ino }, replaces: null, isDelta: false });
  if (after.target !== null) state.targets.push({ ino: remote, target: after.target });
}

/** Of what both sides made alike, ours gives the attributes; a directory's times are those of its entries, and stay theirs. */
function takeAttributes(state: MergeState, ino: bigint, ours: SqlRow): void {
  const remote = state.numbers.newInode(ino);
  const theirs = state.theirs.inode(remote);
  if (theirs === null) return;
  const ignored = isDirectory(ours["mode"] as bigint) ? NOT_AN_EDIT_OF_A_DIRECTORY : NO_COLUMNS;
  const taken = ATTRIBUTES.flat().filter((column) => !ignored.has(column) && column in theirs && ours[column] !== undefined);
  const merged = { ...theirs, ...Object.fromEntries(taken.map((column) => [column, ours[column] ?? null])) };
  if (!sameRow(merged, theirs)) state.updates.set(remote, { before: theirs, after: merged });
}

function mergeChanged(
  state: MergeState,
  { ino, path }: ObjectChange,
  before: ObjectState,
  after: ObjectState,
  countedByTheirs: bigint,
): void {
  const theirs = state.sameObject(ino, before.row["mode"] as bigint);
  if (theirs === null) {
    // What else leads to it, an entry that was moved or added, says so itself.
    const isEdit = isRowEdited(before.row, after.row) || isContentChanged(before, after) || after.target !== before.target;
    if (isEdit) state.conflict("file", path, "changed", "removed");
    return;
  }
  const remote = state.numbers.oldInode(ino);
  let merged = mergeAttributes(before.row, after.row, theirs);
  if (isContentChanged(before, after)) {
    const content = state.theirs.content(remote);
    const isUntouched = content.hash === before.content?.hash && theirs["size"] === before.row["size"];
    const isAlike = content.hash === after.content?.hash && theirs["size"] === after.row["size"];
    if (!isUntouched && !isAlike) {
      state.conflict("file", path, "changed", "changed");
      return;
    }
    merged = { ...merged, size: after.row["size"] ?? null };
    if (!isAlike && content.hash !== after.content?.hash)
      state.contents.push({ ino: remote, source: { localIno: ino }, replaces: theirs, isDelta: true });
  }
  if (after.target !== null && after.target !== before.target) {
    const target = state.theirs.target(remote);
    if (target !== before.target && target !== after.target) {
      state.conflict("file", path, "changed", "changed");
      return;
    }
    if (target !== after.target) state.targets.push({ ino: remote, target: after.target });
  }
  if (isDirectory(before.row["mode"] as bigint)) {
    const delta = (after.row["nlink"] as bigint) - (before.row["nlink"] as bigint);
    merged = { ...merged, nlink: (theirs["nlink"] as bigint) + delta - (delta === 0n ? 0n : countedByTheirs) };
  }
  if (!sameRow(merged, theirs)) state.updates.set(remote, { before: theirs, after: merged });
}

/** Field by field; where both sides changed one, ours wins. */
function mergeAttributes(before: SqlRow, after: SqlRow, theirs: SqlRow): SqlRow {
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

function isContentChanged(before: ObjectState, after: ObjectState): boolean {
  return after.content?.hash !== before.content?.hash || (after.content !== null && after.row["size"] !== before.row["size"]);
}

function mergeRemoved(state: MergeState, { ino, path }: ObjectChange, before: ObjectState, going: ReadonlySet<bigint>): void {
  // A number may have been given to a new object since; that one's place in the map stays.
  if (!state.created.has(ino)) state.numbers.setInode(ino, null);
  const mode = before.row["mode"] as bigint;
  const theirs = state.sameObject(ino, mode);
  if (theirs === null) return;
  const remote = state.numbers.oldInode(ino);
  const isKeptByTheirs = (entries: readonly { readonly id: bigint }[]) => entries.some((entry) => !going.has(entry.id));
  if (isEdited(state, remote, before, theirs)) state.conflict("file", path, "removed", "changed");
  else if (isKeptByTheirs(state.theirs.entriesOf(remote))) state.conflict("file", path, "removed", "moved");
  else if (isDirectory(mode) && isKeptByTheirs(state.theirs.children(remote))) state.conflict("file", path, "removed", "changed");
  else state.removals.push(theirs);
}

function isEdited(state: MergeState, remote: bigint, before: ObjectState, theirs: SqlRow): boolean {
  const mode = before.row["mode"] as bigint;
  if (isRowEdited(before.row, theirs)) return true;
  if (isRegular(mode)) return state.theirs.content(remote).hash !== before.content?.hash;
  return before.target !== null && state.theirs.target(remote) !== before.target;
}

function isRowEdited(before: SqlRow, now: SqlRow): boolean {
  const ignored = isDirectory(before["mode"] as bigint) ? NOT_AN_EDIT_OF_A_DIRECTORY : NOT_AN_EDIT;
  return Object.keys(before).some((column) => !ignored.has(column) && column in now && before[column] !== now[column]);
}

function sameRow(a: SqlRow, b: SqlRow): boolean {
  return Object.keys(a).every((column) => a[column] === b[column]);
}
