import type { SqlRow } from "../../replica/sqlite.ts";
import type { EntryChange, ObjectState } from "../changeset.ts";
import { isDirectory } from "../schema.ts";
import type { MergeState } from "./state.ts";

/**
 * A file's link count is the number of its entries after the merge. A directory's belongs to its writer's convention (the program
 * counts subdirectories, the SDKs do not): theirs plus what ours changed, which the merge of objects has done.
 */
export function mergeLinkCounts(state: MergeState): void {
  const inserted = countByInode(state.entryInserts);
  const removed = countByInode(state.entryRemovals);
  for (const ino of new Set([...inserted.keys(), ...removed.keys()])) {
    const links = BigInt((inserted.get(ino) ?? 0) - (removed.get(ino) ?? 0));
    const created = state.inserts.get(ino);
    if (created !== undefined) {
      if (!isDirectory(created["mode"] as bigint)) state.inserts.set(ino, { ...created, nlink: links });
      continue;
    }
    const theirs = state.theirs.inode(ino);
    if (theirs === null || isDirectory(theirs["mode"] as bigint) || state.removals.some((row) => row["ino"] === ino)) continue;
    const nlink = BigInt(state.theirs.entriesOf(ino).length) + links;
    if (nlink === 0n) refuseLastLinks(state, ino);
    const after: SqlRow = { ...(state.updates.get(ino)?.after ?? theirs), nlink };
    if (state.updates.has(ino) || nlink !== theirs["nlink"]) state.updates.set(ino, { before: theirs, after });
  }
}

/** Each side removed the links that the other kept: nobody meant the file to go. */
function refuseLastLinks(state: MergeState, ino: bigint): void {
  for (const { path, before, after } of state.changeset.entries) {
    if (before !== null && after === null && state.numbers.oldInode(before.ino) === ino)
      state.conflict("file", path, "removed", "removed");
  }
}

/** By directory of ours: subdirectories that both sides added (or removed: less than 0), which theirs has counted already. */
export function subdirectoriesOfBoth(state: MergeState): ReadonlyMap<bigint, bigint> {
  const counts = new Map<bigint, bigint>();
  const count = (parentIno: bigint, by: bigint) => counts.set(parentIno, (counts.get(parentIno) ?? 0n) + by);
  for (const change of state.changeset.entries) {
    if (!isSubdirectoryOfBoth(state, change)) continue;
    if (change.before !== null) count(change.before.parentIno, -1n);
    if (change.after !== null) count(change.after.parentIno, 1n);
  }
  return counts;
}

function isSubdirectoryOfBoth(state: MergeState, { before, after }: EntryChange): boolean {
  const { theirs, numbers } = state;
  const modeOf = (object: ObjectState | null | undefined) => (object?.row["mode"] ?? 0n) as bigint;
  if (before === null)
    return after !== null && state.unifiedEntries.has(after.id) && isDirectory(modeOf(state.created.get(after.ino)?.after));
  const there = theirs.entry(numbers.oldEntry(before.id));
  if (after === null) return there === null && isDirectory(modeOf(state.removed.get(before.ino)?.before));
  const isThere = there !== null && there.name === after.name && there.parentIno === numbers.newInode(after.parentIno);
  return isThere && isDirectory((theirs.inode(there.ino)?.["mode"] ?? 0n) as bigint);
}

function countByInode(entries: readonly { readonly ino: bigint }[]): ReadonlyMap<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const { ino } of entries) counts.set(ino, (counts.get(ino) ?? 0) + 1);
  return counts;
}
