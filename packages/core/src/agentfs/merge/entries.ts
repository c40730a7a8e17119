import type { Entry, EntryChange } from "../changeset.ts";
import { NOWHERE } from "./numbers.ts";
import { parentFor, placeRevivedNames, revive } from "./revive.ts";
import type { MergeState } from "./state.ts";

type Changed<K extends "before" | "after"> = EntryChange & { readonly [key in K]: Entry };

const isRemoved = (change: EntryChange): change is Changed<"before"> => change.before !== null && change.after === null;
const isAdded = (change: EntryChange): change is Changed<"after"> => change.before === null && change.after !== null;

/** Where things stand: removed, moved and added entries. Names and cycles are looked at when all of them have their place. */
export function mergeEntries(state: MergeState): void {
  const changes = state.changeset.entries.flatMap((change) => asOne(state, change));
  const anew = madeAnew(state, changes.filter(isRemoved), changes.filter(isAdded));
  for (const change of changes) if (isRemoved(change) && !anew.has(change.before)) remove(state, change);
  for (const change of changes) {
    const { before, after } = change;
    if (after === null || anew.has(after) || (before === null && state.placedLocalIds.has(after.id))) continue;
    if (before === null) add(state, change.path, after);
    else move(state, change.path, before, after);
  }
  placeRevivedNames(state);
}

/** An entry that names another object now is one removed and one added. */
function asOne({ identity }: MergeState, { path, before, after }: EntryChange): readonly EntryChange[] {
  if (before === null || after === null || identity.originOfOurs(after.ino) === before.ino) return [{ path, before, after }];
  return [
    { path, before, after: null },
    { path, before: null, after },
  ];
}

/** The old and the new entry of one object in one place (saved anew, or linked anew) are one, which stands where it stood. */
function madeAnew(
  state: MergeState,
  removed: readonly Changed<"before">[],
  added: readonly Changed<"after">[],
): ReadonlySet<Entry> {
  const { identity, numbers, places } = state;
  const entries = new Set<Entry>();
  const addedAt = new Map(added.map(({ after }) => [`${after.parentIno}/${after.name}`, after]));
  for (const { before: old } of removed) {
    const now = addedAt.get(`${identity.oursOf(old.parentIno)}/${old.name}`);
    if (now === undefined || identity.originOfOurs(now.ino) !== old.ino) continue;
    entries.add(old).add(now);
    const place = places.get(old.id) ?? null;
    numbers.setEntry(old.id, null);
    places.set(old.id, null);
    // Where theirs has moved it is theirs' change still: the working copy does not know of it.
    numbers.setEntry(now.id, identity.theirEntry(old)?.entry.id ?? NOWHERE);
    places.set(now.id, place);
  }
  return entries;
}

function remove(state: MergeState, { path, before }: Changed<"before">): void {
  const { identity, numbers, places, retained, tree } = state;
  numbers.setEntry(before.id, null);
  places.set(before.id, null);
  const there = identity.theirEntry(before);
  if (there === null || retained.has(before.ino)) return;
  const { entry, isMoved } = there;
  if (isMoved) {
    state.conflict({
      kind: "file",
      path,
      ours: "removed",
      theirs: "moved",
      resolution: "theirs",
      theirsAt: () => tree.pathOf(entry.ino),
    });
    return;
  }
  if (isMovedWithFolder(state, before.parentIno)) return;
  const taken = { entry, localId: before.id, originIno: before.ino, path };
  // A directory goes only if nothing is left in it, which is known when everything has its place.
  if (state.isFolder(entry.ino)) state.folders.push(taken);
  else {
    tree.remove(entry);
    state.taken.push(taken);
  }
}

/** Whether theirs moved a directory that ours removed, and this one with it: what is in it has moved too. */
function isMovedWithFolder(state: MergeState, originIno: bigint): boolean {
  const { identity, sides } = state;
  const [entry] = identity.oursOf(originIno) === null ? sides.origin.entriesOf(originIno) : [];
  if (entry === undefined) return false;
  return identity.theirEntry(entry)?.isMoved === true || isMovedWithFolder(state, entry.parentIno);
}

function move(state: MergeState, path: string, before: Entry, after: Entry): void {
  const { identity, numbers, places, tree, placed, options, revived } = state;
  const there = identity.theirEntry(before);
  const conflict = { kind: "file", path, ours: "moved" } as const;
  if (there === null && options.isPart === true && identity.theirsOf(before.ino) === null && !revived.has(before.ino)) {
    // What is in it is not here to come back: to take a move back is no reason to.
    numbers.setEntry(after.id, null);
    state.conflict({ ...conflict, theirs: "removed", resolution: "theirs" });
    return;
  }
  if (there === null) {
    const ino = identity.theirsOf(before.ino)?.ino ?? revive(state, before.ino);
    if (identity.theirsOf(before.ino) === null) state.revivedTrees.add(before.ino);
    // A directory that something in it has brought back already has its place.
    if (!state.placedLocalIds.has(after.id))
      state.placeNew(after, { parentIno: parentFor(state, after.parentIno), ino }, "moved", path);
    state.conflict({ ...conflict, theirs: "removed", resolution: "ours", oursAt: () => tree.pathOf(ino) });
    return;
  }
  const { entry, isMoved } = there;
  numbers.setEntry(after.id, entry.id);
  places.set(after.id, null);
  if (entry.name === after.name && entry.parentIno === livingParent(state, after.parentIno)) return;
  if (isMoved) {
    places.set(after.id, entry);
    state.conflict({ ...conflict, theirs: "moved", resolution: "theirs", theirsAt: () => tree.pathOf(entry.ino) });
    return;
  }
  const parentIno = backedParent(state, path, after, "moved");
  tree.move(entry, { parentIno, name: after.name });
  placed.set(entry.id, { did: "moved", path, localId: after.id });
  state.moves.push({ entry, localId: after.id, originIno: before.ino, path });
}

function add(state: MergeState, path: string, after: Entry): void {
  const { identity, numbers, places, tree } = state;
  const originIno = identity.originOfOurs(after.ino);
  const object = originIno === null ? null : identity.theirsOf(originIno);
  const isBack = originIno !== null && object === null;
  const ino = originIno === null ? numbers.newInode(after.ino) : (object?.ino ?? revive(state, originIno));
  const parentIno = backedParent(state, path, after, "created");
  const same = tree.entriesAt(parentIno, after.name).find((entry) => entry.ino === ino);
  if (same !== undefined) {
    numbers.setEntry(after.id, same.id);
    places.set(after.id, null);
    return;
  }
  state.placeNew(after, { parentIno, ino }, "created", path);
  if (isBack)
    state.conflict({
      kind: "file",
      path,
      ours: "created",
      theirs: "removed",
      resolution: "ours",
      oursAt: () => tree.pathOf(ino),
    });
}

/** Null if theirs removed it and nothing has brought it back. */
function livingParent({ identity, numbers, revived }: MergeState, localIno: bigint): bigint | null {
  const originIno = identity.originOfOurs(localIno);
  if (originIno === null) return numbers.newInode(localIno);
  return identity.theirsOf(originIno)?.ino ?? revived.get(originIno) ?? null;
}

function backedParent(state: MergeState, path: string, { parentIno: localIno, id }: Entry, ours: "created" | "moved"): bigint {
  const originIno = state.identity.originOfOurs(localIno);
  const parentIno = parentFor(state, localIno);
  if (originIno !== null && state.identity.theirsOf(originIno) === null) {
    const oursAt = () => state.tree.pathOfId(state.numbers.newEntry(id));
    state.conflict({ kind: "file", path, ours, theirs: "removed", resolution: "ours", oursAt });
  }
  return parentIno;
}
