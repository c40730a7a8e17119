import type { Entry, EntryChange } from "../changeset.ts";
import { isDirectory, ROOT_INO } from "../schema.ts";
import { type MergeState, sameEntry } from "./state.ts";
import { entriesThatGo } from "./unify.ts";

/** Directory entries: removed, moved, added. A slot is free if nobody has it, or ours moves or removes what has it. */
export function mergeEntries(state: MergeState): void {
  const going = entriesThatGo(state);
  for (const change of state.changeset.entries) {
    const { before, after } = change;
    if (before !== null && after === null) remove(state, change, before);
    else if (before !== null && after !== null) move(state, change, before, after, going);
    else if (after !== null && !state.unifiedEntries.has(after.id)) add(state, change, after, going);
  }
  refuseCycles(state);
}

function remove(state: MergeState, { path }: EntryChange, before: Entry): void {
  state.numbers.setEntry(before.id, null);
  const assumed = state.asRemote(before);
  const theirs = state.theirs.entry(assumed.id);
  if (theirs === null) return;
  if (sameEntry(theirs, assumed)) state.entryRemovals.push(theirs);
  else state.conflict("file", path, "removed", "moved");
}

function move(state: MergeState, { path }: EntryChange, before: Entry, after: Entry, going: ReadonlySet<bigint>): void {
  const assumed = state.asRemote(before);
  const theirs = state.theirs.entry(assumed.id);
  const place = placeOf(state, path, after, assumed.id, "moved", going);
  if (place === null) return;
  if (theirs === null) {
    state.conflict("file", path, "moved", "removed");
    return;
  }
  if (sameEntry(theirs, place)) return;
  if (!sameEntry(theirs, assumed)) {
    state.conflict("file", path, "moved", "moved");
    return;
  }
  state.entryRemovals.push(theirs);
  state.entryInserts.push(place);
}

function add(state: MergeState, { path }: EntryChange, after: Entry, going: ReadonlySet<bigint>): void {
  const place = placeOf(state, path, after, null, "created", going);
  if (place === null) return;
  const id = state.numbers.entry.next();
  state.numbers.setEntry(after.id, id);
  state.entryInserts.push({ ...place, id });
}

/** Where an entry of ours comes to stand in the remote's numbers, or null after a conflict. */
function placeOf(
  state: MergeState,
  path: string,
  entry: Entry,
  id: bigint | null,
  ours: "moved" | "created",
  going: ReadonlySet<bigint>,
): Entry | null {
  const parentIno = state.liveInode(entry.parentIno);
  const ino = state.liveInode(entry.ino);
  if (parentIno === null || ino === null) {
    state.conflict("file", path, ours, "removed");
    return null;
  }
  const slot = state.theirs.entryAt(parentIno, entry.name);
  if (slot !== null && slot.id !== id && !going.has(slot.id)) {
    state.conflict("file", path, ours, "created");
    return null;
  }
  return { id: id ?? 0n, name: entry.name, parentIno, ino };
}

/** Two moves, one on each side, can put a directory into itself. */
function refuseCycles(state: MergeState): void {
  const placed = new Map(state.entryInserts.map((entry) => [entry.ino, entry.parentIno]));
  const parentOf = (ino: bigint) => placed.get(ino) ?? state.theirs.entriesOf(ino)[0]?.parentIno ?? null;
  for (const change of state.changeset.entries) {
    if (change.before === null || change.after === null) continue;
    const moved = state.numbers.newInode(change.after.ino);
    if (!isDirectory((state.theirs.inode(moved)?.["mode"] ?? 0n) as bigint)) continue;
    const seen = new Set<bigint>();
    for (let at: bigint | null = moved; at !== null && at !== ROOT_INO; at = parentOf(at)) {
      if (seen.has(at)) {
        state.conflict("file", change.path, "moved", "moved");
        break;
      }
      seen.add(at);
    }
  }
}
