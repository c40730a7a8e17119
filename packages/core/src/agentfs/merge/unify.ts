import type { Entry } from "../changeset.ts";
import { fileType, isDirectory, isRegular, isSymlink } from "../schema.ts";
import type { MergeState } from "./state.ts";

/**
 * Finds what both sides made alike in one place: two directories are one, and so are two files with the same bytes or two links with
 * the same target. From the top down, since a directory found to be one makes its entries comparable.
 */
export function unifyCreated(state: MergeState): void {
  const { changeset, identity, numbers, theirs, unified } = state;
  const added = changeset.entries.flatMap(({ after }) => (after !== null && isMade(state, after.ino) ? [after] : []));
  const byParent = Map.groupBy(added, ({ parentIno }) => parentIno);
  const queue = [...byParent.keys()].filter((parentIno) => !isMade(state, parentIno));
  // Two files of ours stay two, also where theirs has one file under both names: an edit of one must not reach the other.
  const claimed = new Set<bigint>();
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const origin = identity.originOfOurs(at);
    const parentIno = origin === null ? numbers.newInode(at) : identity.theirsOf(origin)?.ino;
    if (parentIno === undefined) continue;
    for (const entry of byParent.get(at) ?? []) {
      const slot = theirs.entryAt(parentIno, entry.name);
      if (slot === null || unified.has(entry.ino) || claimed.has(slot.ino) || !isMadeAlike(state, entry, slot)) continue;
      unified.add(entry.ino);
      claimed.add(slot.ino);
      numbers.setInode(entry.ino, slot.ino);
      queue.push(entry.ino);
    }
  }
}

const isMade = ({ identity }: MergeState, localIno: bigint) => identity.originOfOurs(localIno) === null;

function isMadeAlike(state: MergeState, { ino }: Entry, slot: Entry): boolean {
  const { sides, identity, theirs } = state;
  const [ours, row] = [state.ourInode(ino), theirs.inode(slot.ino)];
  if (ours === null || row === null || identity.originOfTheirs(slot.ino) !== null) return false;
  const mode = ours["mode"] as bigint;
  if (fileType(mode) !== fileType(row["mode"] as bigint)) return false;
  if (isDirectory(mode)) return true;
  if (isRegular(mode)) return ours["size"] === row["size"] && sides.ours.content(ino).hash === theirs.content(slot.ino).hash;
  return isSymlink(mode) ? sides.ours.target(ino) === theirs.target(slot.ino) : ours["rdev"] === row["rdev"];
}
