import type { SqlRow } from "../../replica/sqlite.ts";
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
    const after: SqlRow = { ...(state.updates.get(ino)?.after ?? theirs), nlink };
    if (state.updates.has(ino) || nlink !== theirs["nlink"]) state.updates.set(ino, { before: theirs, after });
  }
}

function countByInode(entries: readonly { readonly ino: bigint }[]): ReadonlyMap<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const { ino } of entries) counts.set(ino, (counts.get(ino) ?? 0) + 1);
  return counts;
}
