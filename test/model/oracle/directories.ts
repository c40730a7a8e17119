import { type Id, pathsOf, sameName } from "../state.ts";
import type { Draft } from "./draft.ts";

/** What happened in a directory that is about the directory. */
const ANYTHING = ["created", "changed", "moved", "removed"] as const;

/** What is in a directory keeps it; a directory is never inside itself. */
export function mergeDirectories(draft: Draft): void {
  noteLinksThatBringBack(draft);
  for (const [, { parent, thing }] of draft.names) noteRemovedParent(draft, parent, thing);
  do bringBackParents(draft);
  while (breakCycle(draft));
}

/** F8: a new link to a file that the other side removed brings it back, under that link alone. */
function noteLinksThatBringBack(draft: Draft): void {
  const { base, ours, theirs, names } = draft;
  for (const thing of draft.living()) {
    if (!base.things.has(thing) || (ours.tree.things.has(thing) && theirs.tree.things.has(thing))) continue;
    const isOurs = ours.tree.things.has(thing);
    if (![...names].some(([id, name]) => name.thing === thing && !base.names.has(id))) continue;
    const [did, against] = [["created", "changed"], ["removed"]] as const;
    draft.conflict("F8", { things: [thing] }, isOurs ? did : against, isOurs ? against : did, draft.disputed.has(thing));
    draft.disputed.add(thing);
  }
}

/** What stands in a directory that one side removed may be named beside the directory. */
function noteRemovedParent(draft: Draft, parent: Id, thing: Id): void {
  const [isOurs, isTheirs] = [draft.ours.tree.things.has(parent), draft.theirs.tree.things.has(parent)];
  if (isOurs === isTheirs || !draft.base.things.has(parent)) return;
  if (isTheirs) draft.conflict("F13", { things: [parent, thing] }, ["removed"], ANYTHING, true);
  else draft.conflict("F12", { things: [parent, thing] }, ANYTHING, ["removed"], true);
}

/** F12, F13: the directory of everything that is left stays or comes back, with its parents. */
function bringBackParents(draft: Draft): void {
  for (;;) {
    const living = draft.living();
    const missing = [...draft.names].find(([, { parent }]) => !living.has(parent));
    if (missing === undefined) return;
    const [child, { parent, thing }] = missing;
    const isTheirs = draft.theirs.tree.things.has(parent);
    const tree = isTheirs ? draft.theirs.tree : draft.ours.tree;
    const [id] = draft.namesOf(tree, parent);
    const name = id === undefined ? undefined : tree.names.get(id);
    if (id === undefined || name === undefined) throw new Error(`nothing has the directory ${parent} of ${child}`);
    draft.names.set(id, name);
    if (!isTheirs) draft.fromOurs.add(id);
    const isImplied = draft.disputed.has(thing);
    const about = { things: [parent, thing] };
    if (isTheirs) draft.conflict("F13", about, ["removed"], ANYTHING, isImplied);
    else draft.conflict("F12", about, ANYTHING, ["removed"], isImplied);
    draft.disputed.add(parent);
  }
}

/** F17: the moves of ours that close a circle are undone. */
function breakCycle(draft: Draft): boolean {
  const reached = new Set(pathsOf(draft).keys());
  const lost = [...draft.names.keys()].filter((id) => !reached.has(id));
  if (lost.length === 0) return false;
  const undone = lost.filter((id) => isMoveOfOurs(draft, id) && isInCycle(draft, id));
  if (undone.length > 1) draft.notes.doubt("several moves of ours in one circle");
  for (const id of undone) {
    const their = draft.theirs.tree.names.get(id);
    if (their === undefined) continue;
    draft.names.set(id, their);
    draft.fromOurs.delete(id);
    draft.conflict("F17", { names: [id] }, ["moved"], ["moved"]);
  }
  if (undone.every((id) => !draft.theirs.tree.names.has(id))) throw new Error("a circle that no move of ours closes");
  return true;
}

function isMoveOfOurs(draft: Draft, id: Id): boolean {
  const [our, merged, before] = [draft.ours.tree.names.get(id), draft.names.get(id), draft.base.names.get(id)];
  return our !== undefined && merged !== undefined && before !== undefined && sameName(our, merged) && !sameName(our, before);
}

/** Whether the way up from a directory comes back to it. */
function isInCycle(draft: Draft, id: Id): boolean {
  const start = draft.names.get(id)?.thing;
  const seen = new Set<Id>();
  let at = draft.names.get(id)?.parent;
  while (at !== undefined && !seen.has(at)) {
    if (at === start) return true;
    seen.add(at);
    const thing = at;
    at = [...draft.names.values()].find((name) => name.thing === thing)?.parent;
  }
  return false;
}
