import { type Id, type Name, sameName } from "../state.ts";
import { type Draft, other, type Whose } from "./draft.ts";

/** Where each name stands after the merge, before names of both sides are found to be in each other's way. */
export function mergeNames(draft: Draft): void {
  const { base, notes } = draft;
  const [ours, theirs] = [draft.ours.tree.names, draft.theirs.tree.names];
  for (const id of new Set([...base.names.keys(), ...ours.keys(), ...theirs.keys()])) {
    const [before, our, their] = [base.names.get(id), ours.get(id), theirs.get(id)];
    if (before === undefined) place(draft, id, their ?? our, their === undefined);
    else if (our !== undefined && their !== undefined) mergeMoves(draft, id, before, our, their);
    else if (our !== undefined || their !== undefined) mergeRemoval(draft, id, before, our, their);
  }
  for (const [thing] of base.things) if (isLeftWithoutName(draft, thing)) keepLastLinks(draft, thing);
  if (isChanged(draft, "ours") && isChanged(draft, "theirs")) notes.hit("F1");
}

function place(draft: Draft, id: Id, name: Name | undefined, isOurs: boolean): void {
  if (name === undefined) return;
  draft.names.set(id, name);
  if (isOurs) draft.fromOurs.add(id);
}

function mergeMoves(draft: Draft, id: Id, before: Name, our: Name, their: Name): void {
  const [hereMoved, thereMoved] = [!sameName(before, our), !sameName(before, their)];
  place(draft, id, hereMoved && !thereMoved ? our : their, hereMoved && !thereMoved);
  if (!hereMoved || !thereMoved) return;
  if (sameName(our, their)) draft.notes.hit("F9");
  else draft.conflict("F10", { names: [id] }, ["moved"], ["moved"]);
}

/** One side removed the name. It stays if the other one moved it, or edited what the first one removed as a whole. */
function mergeRemoval(draft: Draft, id: Id, before: Name, our: Name | undefined, their: Name | undefined): void {
  const keeper: Whose = our === undefined ? "theirs" : "ours";
  const kept = our ?? their;
  if (kept === undefined) return;
  const { thing } = before;
  const isMoved = !sameName(before, kept);
  const isRemoved = !draft.tree(other(keeper)).things.has(thing);
  const isEdit = isRemoved && isEdited(draft, thing, keeper);
  if (!isMoved && !isEdit) {
    if (isInMovedDirectory(draft, kept, keeper)) place(draft, id, kept, keeper === "ours");
    return;
  }
  place(draft, id, kept, keeper === "ours");
  const row = isMoved ? "F7" : "F6";
  if (isEdit) draft.notes.hit("F6");
  const [did, against] = [isMoved ? (["moved", "changed"] as const) : (["changed"] as const), ["removed"] as const];
  draft.conflict(
    row,
    { things: [thing] },
    keeper === "ours" ? did : against,
    keeper === "ours" ? against : did,
    draft.disputed.has(thing),
  );
  draft.disputed.add(thing);
}

/** Below a directory that one side moved and the other removed: to its user everything in it has moved. */
function isInMovedDirectory(draft: Draft, { parent }: Name, keeper: Whose): boolean {
  const tree = draft.tree(keeper);
  const [id] = draft.namesOf(tree, parent);
  const [before, name] = id === undefined ? [] : [draft.base.names.get(id), tree.names.get(id)];
  if (name === undefined || draft.tree(other(keeper)).things.has(parent)) return false;
  return (before !== undefined && !sameName(before, name)) || isInMovedDirectory(draft, name, keeper);
}

function isEdited(draft: Draft, thing: Id, by: Whose): boolean {
  const [before, after] = [draft.base.things.get(thing), draft.tree(by).things.get(thing)];
  return before?.content !== after?.content || before?.permissions !== after?.permissions;
}

function isLeftWithoutName(draft: Draft, thing: Id): boolean {
  const isHeldByBoth = draft.ours.tree.things.has(thing) && draft.theirs.tree.things.has(thing);
  return isHeldByBoth && !draft.living().has(thing);
}

/** F11: each side removed the links that the other kept; nobody meant the file to go. */
function keepLastLinks(draft: Draft, thing: Id): void {
  for (const id of draft.namesOf(draft.theirs.tree, thing)) place(draft, id, draft.theirs.tree.names.get(id), false);
  draft.conflict("F11", { things: [thing] }, ["removed"], ["removed"]);
  draft.disputed.add(thing);
}

function isChanged(draft: Draft, whose: Whose): boolean {
  const { names } = draft.tree(whose);
  const { base } = draft;
  return (
    names.size !== base.names.size ||
    [...names].some(([id, name]) => {
      const before = base.names.get(id);
      return before === undefined || !sameName(before, name);
    })
  );
}
