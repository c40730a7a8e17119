import type { Entry } from "../changeset.ts";
import { conflictName } from "./conflict-name.ts";
import { NOWHERE } from "./numbers.ts";
import type { Did, MergeState, Placed } from "./state.ts";

/** Where two objects stand under one name, one of them gets another; then what is kept beside theirs gets its name. */
export function mergeNames(state: MergeState): void {
  for (const ours of state.tree.placed) {
    const placed = state.placed.get(ours.id);
    if (placed === undefined) continue;
    const theirs = state.tree.entriesAt(ours.parentIno, ours.name).find(({ id }) => id !== ours.id);
    // Two links of one object that met are one link.
    if (theirs !== undefined && theirs.ino === ours.ino) joinLinks(state, ours, placed.localId, theirs);
    else if (theirs !== undefined) settleName(state, { ours, placed, theirs });
  }
  for (const { ino, besideIno, localIno } of state.copies) nameCopy(state, ino, besideIno, localIno);
}

interface Meeting {
  readonly ours: Entry;
  readonly placed: Placed;
  readonly theirs: Entry;
}

function settleName(state: MergeState, meeting: Meeting): void {
  const { ours, placed, theirs } = meeting;
  const { tree, options } = state;
  const local = state.sides.ours.entry(placed.localId);
  const contested = { base: null, ours: local && { ino: local.ino }, theirs: { ino: theirs.ino } };
  const conflict = { kind: "file", path: placed.path, ours: placed.did, theirs: didTheirs(state, theirs), contested } as const;
  const [oursAt, theirsAt] = [ours, theirs].map(
    ({ id }) =>
      () =>
        tree.pathOfId(id),
  );
  if (oursAt === undefined || theirsAt === undefined) return;
  const [isOurFolder, isTheirFolder] = [ours, theirs].map(({ ino }) => state.isFolder(ino));
  const isOneFileMadeTwice = !isOurFolder && !isTheirFolder && placed.did === "created" && conflict.theirs === "created";
  if (isOneFileMadeTwice && options.policy === "ours") {
    tree.remove(theirs);
    state.conflict({ ...conflict, resolution: "ours", oursAt });
  } else if (isOneFileMadeTwice && options.policy === "theirs") {
    dropOurs(state, meeting);
    state.conflict({ ...conflict, resolution: "theirs", theirsAt });
  } else {
    const [loser, isFile] = isOurFolder && !isTheirFolder ? [theirs, true] : [ours, !isOurFolder];
    const renamed = tree.move(loser, { parentIno: loser.parentIno, name: freeName(state, loser, isFile) });
    if (loser === ours) state.places.set(placed.localId, renamed);
    state.conflict({ ...conflict, resolution: "keep-both", oursAt, theirsAt });
  }
}

function joinLinks({ tree, numbers, places, placed }: MergeState, ours: Entry, localId: bigint, theirs: Entry): void {
  tree.remove(ours);
  placed.delete(ours.id);
  numbers.setEntry(localId, theirs.id);
  places.set(localId, null);
}

/** The working copy's file stands for theirs from now on, unless it has other names. */
function dropOurs({ tree, numbers, placed, identity }: MergeState, { ours, placed: { localId }, theirs }: Meeting): void {
  tree.remove(ours);
  placed.delete(ours.id);
  numbers.setEntry(localId, theirs.id);
  if (tree.entriesOf(ours.ino).length > 0) return;
  // One object of theirs must not stand for two here.
  const isFree = identity.originOfTheirs(theirs.ino) === null && !numbers.isStoodFor(theirs.ino);
  numbers.redirectInode(ours.ino, isFree ? theirs.ino : NOWHERE);
}

function nameCopy(state: MergeState, ino: bigint, besideIno: bigint, localIno: bigint): void {
  const { tree, numbers, places, sides } = state;
  const locals = sides.ours.entriesOf(localIno);
  const beside = tree.entriesOf(besideIno);
  const local = locals.find(({ id }) => beside.some((entry) => entry.id === numbers.newEntry(id))) ?? locals[0];
  const next = beside.find(({ id }) => local !== undefined && id === numbers.newEntry(local.id)) ?? beside[0];
  if (next === undefined || local === undefined) throw new Error(`inode ${besideIno} has no name on both sides`);
  const entry = { id: numbers.entry.next(), ino, parentIno: next.parentIno, name: freeName(state, next, true) };
  tree.place(entry);
  numbers.setEntry(local.id, entry.id);
  places.set(local.id, entry);
}

function freeName({ tree, options }: MergeState, { parentIno, name }: Entry, isFile: boolean): string {
  return conflictName(name, options.suffix, isFile, (other) => tree.entriesAt(parentIno, other).length > 0);
}

function didTheirs({ identity, sides }: MergeState, entry: Entry): Did {
  const originIno = identity.originOfTheirs(entry.ino);
  if (originIno === null) return identity.isUntouched(entry) ? "moved" : "created";
  // Not by number alone: a name that was made anew is the old one, and its object an edited one, not a new one.
  const known = sides.origin
    .entriesOf(originIno)
    .map((old) => identity.theirEntry(old))
    .find((there) => there?.entry.id === entry.id);
  if (known === undefined || known === null) return "created";
  return known.isMoved ? "moved" : "changed";
}
