import type { Id, Thing } from "../state.ts";
import type { Draft } from "./draft.ts";

/** Bytes, targets and permissions of everything that has a name now. */
export function mergeContents(draft: Draft): void {
  for (const id of draft.living()) {
    const [before, our, their] = [draft.base, draft.ours.tree, draft.theirs.tree].map((tree) => tree.things.get(id));
    const only = our ?? their;
    if (only === undefined) throw new Error(`nobody has ${id}`);
    if (our === undefined || their === undefined) draft.things.set(id, only);
    // What both made alike is one, with our attributes.
    else if (before === undefined) draft.things.set(id, { ...their, permissions: our.permissions });
    else draft.things.set(id, mergeThing(draft, id, before, our, their));
  }
}

function mergeThing(draft: Draft, id: Id, before: Thing, our: Thing, their: Thing): Thing {
  const { notes } = draft;
  const edited = { ours: our.content !== before.content, theirs: their.content !== before.content };
  const changed = { ours: our.permissions !== before.permissions, theirs: their.permissions !== before.permissions };
  const permissions = changed.ours ? our.permissions : their.permissions;
  if (changed.ours && changed.theirs) notes.hit("F5");
  if (
    (edited.ours && (changed.theirs || isRenamed(draft, id, "theirs"))) ||
    (edited.theirs && (changed.ours || isRenamed(draft, id, "ours")))
  )
    notes.hit("F4");
  if (!edited.ours || !edited.theirs) return { ...before, permissions, content: edited.ours ? our.content : their.content };
  if (our.content === their.content) {
    notes.hit("F2");
    return { ...our, permissions };
  }
  draft.conflict("F3", { things: [id] }, ["changed"], ["changed"]);
  if (draft.policy === "ours") return { ...our, permissions };
  if (draft.policy === "keep-both") keepOurs(draft, id, our);
  // Theirs as it is, attributes and all.
  return their;
}

function isRenamed(draft: Draft, id: Id, whose: "ours" | "theirs"): boolean {
  const [before, after] = [draft.namesOf(draft.base, id), draft.namesOf(draft.tree(whose), id)];
  const text = (tree: Draft["base"], name: Id) => JSON.stringify([name, tree.names.get(name)]);
  return (
    before
      .map((name) => text(draft.base, name))
      .sort()
      .join() !==
    after
      .map((name) => text(draft.tree(whose), name))
      .sort()
      .join()
  );
}

/** Ours as a new thing, to be beside the first of the names; which one is first the page leaves open. */
function keepOurs(draft: Draft, id: Id, our: Thing): void {
  draft.things.set(`kept:${id}`, our);
  draft.copies.push({ thing: `kept:${id}`, of: id });
}
