import type { Entry, ObjectState } from "../changeset.ts";
import { fileType, isDirectory } from "../schema.ts";
import type { MergeState } from "./state.ts";

/**
 * Finds what both sides made alike at one path: two directories are one, and so are two files with the same bytes or two links with
 * the same target. From the top down, since a directory found to be one makes its entries comparable.
 */
export function unifyCreated(state: MergeState): void {
  const added = state.changeset.entries.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []));
  const byParent = Map.groupBy(added, (entry) => entry.parentIno);
  const freed = entriesThatGo(state);
  const queue = [...byParent.keys()].filter((parent) => !state.created.has(parent));
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    const remoteParent = state.liveInode(parent);
    if (remoteParent === null) continue;
    for (const entry of byParent.get(parent) ?? []) {
      const slot = state.theirs.entryAt(remoteParent, entry.name);
      if (slot === null || freed.has(slot.id) || !isSame(state, entry, slot)) continue;
      if (!state.created.has(entry.ino)) {
        state.unifiedEntries.add(entry.id);
        state.numbers.setEntry(entry.id, slot.id);
        continue;
      }
      state.unified.add(entry.ino);
      state.unifiedEntries.add(entry.id);
      state.numbers.setInode(entry.ino, slot.ino);
      state.numbers.setEntry(entry.id, slot.id);
      queue.push(entry.ino);
    }
  }
}

/** The remote's ids of entries that the job removed or moved away. */
export function entriesThatGo(state: MergeState): ReadonlySet<bigint> {
  return new Set(state.changeset.entries.flatMap(({ before }) => (before === null ? [] : [state.numbers.oldEntry(before.id)])));
}

function isSame(state: MergeState, entry: Entry, slot: Entry): boolean {
  // A hard link that both made to an object which was there before.
  if (!state.created.has(entry.ino)) return state.liveInode(entry.ino) === slot.ino;
  const ours = state.created.get(entry.ino)?.after;
  const row = state.theirs.inode(slot.ino);
  if (ours === null || ours === undefined || row === null) return false;
  if (state.unified.has(entry.ino)) return state.numbers.newInode(entry.ino) === slot.ino;
  const [mode, theirMode] = [ours.row["mode"] as bigint, row["mode"] as bigint];
  if (fileType(mode) !== fileType(theirMode)) return false;
  return isDirectory(mode) || isAlike(state, ours, slot.ino, row["size"] as bigint);
}

function isAlike(state: MergeState, ours: ObjectState, ino: bigint, sizeBytes: bigint): boolean {
  if (ours.content !== null) return ours.row["size"] === sizeBytes && state.theirs.content(ino).hash === ours.content.hash;
  return ours.target !== null && state.theirs.target(ino) === ours.target;
}
