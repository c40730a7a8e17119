import { isDirectory, ROOT_INO } from "../schema.ts";
import type { MergeState, Taken } from "./state.ts";

/** What became of the tree by both sides' doing, before names are looked at: nothing may be in itself, or in nothing. */
export function settleTree(state: MergeState): void {
  breakCycles(state);
  nameNewLinks(state);
  keepLastNames(state);
  removeFolders(state);
}

/**
 * Two moves, one on each side, can put a directory into itself. Each such circle holds a directory that ours moved: it stays where
 * theirs has it.
 */
function breakCycles(state: MergeState): void {
  const { tree, places, placed } = state;
  for (const { entry, localId, path } of state.moves) {
    if (!state.isFolder(entry.ino) || !isInItself(state, entry.ino)) continue;
    const [now] = tree.entriesOf(entry.ino);
    if (now !== undefined) tree.move(now, entry);
    placed.delete(entry.id);
    places.set(localId, entry);
    state.conflict({
      kind: "file",
      path,
      ours: "moved",
      theirs: "moved",
      resolution: "theirs",
      theirsAt: () => tree.pathOf(entry.ino),
    });
  }
}

function isInItself({ tree }: MergeState, ino: bigint): boolean {
  const seen = new Set<bigint>();
  for (let at = tree.entriesOf(ino)[0]?.parentIno; at !== undefined && at !== ROOT_INO; at = tree.entriesOf(at)[0]?.parentIno) {
    if (at === ino) return true;
    if (seen.has(at)) return false;
    seen.add(at);
  }
  return false;
}

/** A file that ours removed and to which theirs has made another link stays under that one. */
function nameNewLinks(state: MergeState): void {
  const { changeset, identity, numbers, retained, sides, tree } = state;
  for (const { ino, path, before } of changeset.objects) {
    if (before === null || identity.oursOf(ino) !== null || retained.has(ino)) continue;
    const there = identity.theirsOf(ino);
    if (isDirectory(before.row["mode"] as bigint)) continue;
    const known = new Set(sides.origin.entriesOf(ino).map(({ id }) => numbers.oldEntry(id)));
    if (there === null || tree.entriesOf(there.ino).every(({ id }) => known.has(id))) continue;
    const theirsAt = () => tree.pathOf(there.ino);
    state.conflict({ kind: "file", path, ours: "removed", theirs: "created", resolution: "theirs", theirsAt });
  }
}

/** Each side removed the names that the other kept: nobody meant the file to go. */
function keepLastNames(state: MergeState): void {
  const { identity, tree } = state;
  const inos = new Set(state.taken.map(({ entry }) => entry.ino));
  const nameless = new Set([...inos].filter((ino) => tree.entriesOf(ino).length === 0));
  for (const { entry, originIno, path } of state.taken) {
    if (identity.oursOf(originIno) === null || !nameless.has(entry.ino)) continue;
    tree.place(entry);
    const at = () => tree.pathOf(entry.ino);
    state.conflict({ kind: "file", path, ours: "removed", theirs: "removed", resolution: "theirs", theirsAt: at });
  }
}

/** A directory that ours removed goes if nothing stays in it but what goes as well. */
function removeFolders(state: MergeState): void {
  const { tree } = state;
  const going = new Map(state.folders.map((taken) => [taken.entry.id, taken]));
  const byIno = new Map(state.folders.map((taken) => [taken.entry.ino, taken]));
  const others = ({ entry }: Taken) => tree.children(entry.ino).filter(({ id }) => !going.has(id));
  const kept = state.folders.filter((taken) => others(taken).length > 0);
  for (const { entry, path } of kept)
    state.conflict({
      kind: "file",
      path,
      ours: "removed",
      theirs: "changed",
      resolution: "theirs",
      theirsAt: () => tree.pathOf(entry.ino),
    });
  for (let taken = kept.pop(); taken !== undefined; taken = kept.pop()) {
    if (!going.delete(taken.entry.id)) continue;
    // What it stands in has to stay then.
    const above = byIno.get(taken.entry.parentIno);
    if (above !== undefined) kept.push(above);
  }
  for (const { entry } of going.values()) tree.remove(entry);
}
