import type { SqlRow } from "../../replica/sqlite.ts";
import type { Entry } from "../changeset.ts";
import { isDirectory } from "../schema.ts";
import type { Side } from "../side.ts";
import type { MergeState } from "./state.ts";

/**
 * A file's link count is the number of its entries after the merge. A directory's belongs to its writer's convention (the program
 * counts subdirectories, the SDKs do not): theirs plus the effect of what of ours is applied.
 */
export function mergeLinkCounts(state: MergeState): void {
  const { tree, inserts, theirs, removals } = state;
  const touched = [...tree.gone, ...tree.placed];
  const removed = new Set(removals.map((row) => row["ino"]));
  for (const ino of new Set(touched.map((entry) => entry.ino))) {
    const row = inserts.get(ino) ?? theirs.inode(ino);
    if (row === null || removed.has(ino) || isDirectory(row["mode"] as bigint)) continue;
    setLinks(state, ino, BigInt(tree.entriesOf(ino).length));
  }
  const gained = gainedFolders(state);
  const folders = new Set([...touched.map((entry) => entry.parentIno), ...changedFolders(state)]);
  for (const ino of folders) if (!removed.has(ino)) mergeFolder(state, ino, BigInt(gained.get(ino) ?? 0));
}

/** Directories whose own row ours changed. */
function changedFolders({ changeset, identity, numbers }: MergeState): bigint[] {
  return changeset.objects.flatMap(({ ino, after }) => {
    if (after === null || !isDirectory(after.row["mode"] as bigint)) return [];
    const originIno = identity.originOfOurs(ino);
    const there = originIno === null ? numbers.newInode(ino) : identity.theirsOf(originIno)?.ino;
    return there === undefined ? [] : [there];
  });
}

function mergeFolder(state: MergeState, ino: bigint, gained: bigint): void {
  const { theirs, identity, sides, inserts } = state;
  const row = theirs.inode(ino);
  if (row === null || inserts.has(ino)) return;
  const originIno = identity.originOfTheirs(ino);
  const localIno = originIno === null ? null : identity.oursOf(originIno);
  const [before, after] = [
    originIno === null ? null : sides.origin.inode(originIno),
    localIno === null ? null : sides.ours.inode(localIno),
  ];
  const theirLinks = row["nlink"] as bigint;
  if (originIno === null || localIno === null || before === null || after === null) {
    if (gained !== 0n && counts(theirs, ino)) setLinks(state, ino, theirLinks + gained);
    return;
  }
  const delta = (after["nlink"] as bigint) - (before["nlink"] as bigint);
  const made = BigInt(sides.ours.subdirectoryCount(localIno) - sides.origin.subdirectoryCount(originIno));
  if (delta !== 0n && delta !== made) setLinks(state, ino, theirLinks + delta);
  else if (delta !== 0n || (made === 0n && counts(sides.ours, localIno))) setLinks(state, ino, theirLinks + gained);
}

/** Whether a directory's writer counts subdirectories, as far as the count shows it. */
function counts(side: Side, ino: bigint): boolean {
  const subdirectories = side.subdirectoryCount(ino);
  return subdirectories > 0 && side.inode(ino)?.["nlink"] === BigInt(subdirectories + 2);
}

/** By directory: subdirectories after the merge, less those that theirs has. */
function gainedFolders({ tree, inserts, theirs }: MergeState): ReadonlyMap<bigint, number> {
  const counts = new Map<bigint, number>();
  const count = (entries: readonly Entry[], by: number) => {
    for (const { ino, parentIno } of entries) {
      const mode = ((inserts.get(ino) ?? theirs.inode(ino))?.["mode"] ?? 0n) as bigint;
      if (isDirectory(mode)) counts.set(parentIno, (counts.get(parentIno) ?? 0) + by);
    }
  };
  count(tree.placed, 1);
  count(tree.gone, -1);
  return counts;
}

function setLinks({ inserts, updates, theirs }: MergeState, ino: bigint, nlink: bigint): void {
  const made = inserts.get(ino);
  if (made !== undefined) {
    if (made["nlink"] !== nlink) inserts.set(ino, { ...made, nlink });
    return;
  }
  const known = theirs.inode(ino);
  if (known === null) return;
  const after: SqlRow = { ...(updates.get(ino)?.after ?? known), nlink };
  if (updates.has(ino) || nlink !== known["nlink"]) updates.set(ino, { before: known, after });
}
