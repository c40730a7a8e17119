import { type Id, type Name, namesByThing, ROOT, type Tree } from "../state.ts";
import type { Side } from "./side.ts";

/**
 * "What is the same thing", 1 and 2: which of a side's things are those that both sides started from. A number that names another
 * thing by now gets an id of its own; a thing that was saved anew gets the id of the one that it replaces.
 */
export function recognise(base: Tree, side: Side): Side {
  return recogniseNames(base, recogniseSaved(base, forgetReused(base, side)));
}

function forgetReused(base: Tree, side: Side): Side {
  const { things, names } = side.tree;
  const known = new Set([ROOT]);
  for (const [id, { thing }] of names) if (base.names.get(id)?.thing === thing) known.add(thing);
  const isSame = (id: Id) => known.has(id) && base.things.get(id)?.kind === things.get(id)?.kind;
  const reused = [...things.keys()].filter((id) => base.things.has(id) && !isSame(id));
  return side.relabelled(new Map(reused.map((id) => [id, `again:${id}`])), new Map());
}

function recogniseSaved(base: Tree, side: Side): Side {
  const { things, names } = side.tree;
  const [saved, entries] = [new Map<Id, Id>(), new Map<Id, Id>()];
  const [baseNames, sideNames] = [namesByThing(base), namesByThing(side.tree)];
  // By the ids of the base: a directory that was itself saved anew is the same directory.
  const directories = [...base.things].filter(([id, { kind }]) => kind === "directory" && things.has(id)).map(([id]) => [id, id]);
  for (let at = directories.shift(); at !== undefined; at = directories.shift()) {
    const [known, here] = at;
    const children = new Map([...names].flatMap(([id, entry]) => (entry.parent === here ? [[entry.name, id] as const] : [])));
    for (const { parent, name, thing } of base.names.values()) {
      if (parent !== known || things.has(thing) || baseNames.get(thing)?.length !== 1) continue;
      const [lost] = baseNames.get(thing) ?? [];
      const found = children.get(name);
      const made = found === undefined ? undefined : names.get(found)?.thing;
      // Of a new thing with several names, the one that it had first: two old things are not one.
      if (made !== undefined && sideNames.get(made)?.[0] !== found) continue;
      if (lost === undefined || found === undefined || made === undefined) continue;
      if (base.things.has(made) || saved.has(made) || things.get(made)?.kind !== base.things.get(thing)?.kind) continue;
      saved.set(made, thing);
      entries.set(found, lost);
      if (things.get(made)?.kind === "directory") directories.push([thing, made]);
    }
  }
  return side.relabelled(saved, entries);
}

/** A name that was removed and made anew for the same thing is the same name. */
function recogniseNames(base: Tree, side: Side): Side {
  const { names } = side.tree;
  const place = ({ parent, name, thing }: Name) => JSON.stringify([parent, name, thing]);
  const lost = new Map([...base.names].flatMap(([id, name]) => (names.has(id) ? [] : [[place(name), id] as const])));
  const again = [...names].flatMap(([id, name]) => {
    const known = base.names.has(id) ? undefined : lost.get(place(name));
    return known === undefined ? [] : [[id, known] as const];
  });
  return side.relabelled(new Map(), new Map(again));
}
