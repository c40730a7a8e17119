import type { Entry } from "../changeset.ts";
import { join } from "../paths.ts";
import { isRegular, isSymlink, ROOT_INO } from "../schema.ts";
import type { Side } from "../side.ts";
import type { MergeState } from "./state.ts";

/** A new object on the remote that holds what the snapshot has under this number. Its names are not part of it. */
export function createFrom(state: MergeState, localIno: bigint): bigint {
  const { sides, numbers, contents, targets } = state;
  const row = state.ourInode(localIno);
  if (row === null) throw new Error(`inode ${localIno} is not in the snapshot`);
  const ino = numbers.inodeFor(localIno);
  numbers.setInode(localIno, ino);
  state.insert(ino, row);
  const mode = row["mode"] as bigint;
  if (isRegular(mode) && sides.ours.content(localIno).chunkCount > 0)
    contents.set(ino, { ino, source: { localIno }, replaces: null, isDelta: false });
  const target = isSymlink(mode) ? sides.ours.target(localIno) : null;
  if (target !== null) targets.set(ino, target);
  return ino;
}

/** An object of the origin that theirs removed and ours needs: as ours has it, under a new number. */
export function revive(state: MergeState, originIno: bigint): bigint {
  const { identity, revived } = state;
  const known = revived.get(originIno);
  if (known !== undefined) return known;
  const localIno = identity.oursOf(originIno);
  if (localIno === null) throw new Error(`inode ${originIno} was removed on both sides`);
  const ino = createFrom(state, localIno);
  revived.set(originIno, ino);
  return ino;
}

/** To be done after ours' own changes of entries: names that ours did not touch. */
export function placeRevivedNames(state: MergeState): void {
  for (const originIno of state.revivedWithNames) {
    const localIno = state.identity.oursOf(originIno);
    for (const entry of localIno === null ? [] : state.sides.ours.entriesOf(localIno)) placeRevived(state, entry, originIno);
  }
  for (const originIno of state.revivedTrees) placeBelow(state, originIno);
}

function placeBelow(state: MergeState, originIno: bigint): void {
  const localIno = state.identity.oursOf(originIno);
  for (const entry of localIno === null ? [] : state.sides.ours.children(localIno)) {
    const child = state.identity.originOfOurs(entry.ino);
    const there = child === null ? null : state.identity.theirsOf(child);
    if (there !== null) linkAgain(state, entry, there.ino);
    else if (child !== null) {
      placeRevived(state, entry, child);
      placeBelow(state, child);
    }
  }
}

/** A link that went with its directory, to a file that theirs has under another name. */
function linkAgain(state: MergeState, entry: Entry, ino: bigint): void {
  const was = state.sides.origin.entry(entry.id);
  if (was === null || state.identity.theirEntry(was) !== null || state.placedLocalIds.has(entry.id)) return;
  const to = { parentIno: parentFor(state, entry.parentIno), ino };
  state.placeNew(entry, to, "changed", pathIn(state.sides.ours, entry));
}

function placeRevived(state: MergeState, entry: Entry, originIno: bigint): void {
  if (state.placedLocalIds.has(entry.id)) return;
  const to = { parentIno: parentFor(state, entry.parentIno), ino: revive(state, originIno) };
  state.placeNew(entry, to, "changed", pathIn(state.sides.ours, entry));
}

function pathIn(side: Side, entry: Entry): string {
  const above = side.entriesOf(entry.parentIno)[0];
  return join(entry.parentIno === ROOT_INO || above === undefined ? "/" : pathIn(side, above), entry.name);
}

/** The remote's number of a directory of the snapshot; one that theirs removed comes back, in its place, for what ours puts into it. */
export function parentFor(state: MergeState, localIno: bigint): bigint {
  const { identity, numbers, sides, revived } = state;
  const originIno = identity.originOfOurs(localIno);
  if (originIno === null) return numbers.newInode(localIno);
  const theirs = identity.theirsOf(originIno);
  if (theirs !== null) return theirs.ino;
  const isBack = revived.has(originIno);
  const ino = revive(state, originIno);
  const [entry] = isBack ? [] : sides.ours.entriesOf(localIno);
  if (entry !== undefined) placeRevived(state, entry, originIno);
  return ino;
}
