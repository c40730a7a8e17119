import type { Id, Tree } from "../state.ts";
import type { Side } from "./side.ts";

/**
 * "What is the same thing", 3: what both sides made new under one name of one directory. Directories, files with equal bytes and links
 * with equal targets are one thing; so is a hard link that both made. Ours get the ids of theirs. From the top down: the directory
 * that both made is one directory for what is below it.
 */
export function joinMade(base: Tree, ours: Side, theirs: Tree): Side {
  const [things, entries] = [new Map<Id, Id>(), new Map<Id, Id>()];
  const isNew = (id: Id) => !base.names.has(id);
  const theirChildren = Map.groupBy(
    [...theirs.names].filter(([id]) => isNew(id)),
    ([, { parent }]) => parent,
  );
  const ourChildren = Map.groupBy(
    [...ours.tree.names].filter(([id]) => isNew(id)),
    ([, { parent }]) => parent,
  );
  const directories = [...ours.tree.things.keys()].filter((id) => theirs.things.has(id)).map((id) => [id, id] as const);
  for (let at = directories.shift(); at !== undefined; at = directories.shift()) {
    const [here, there] = at;
    for (const [ourId, our] of ourChildren.get(here) ?? []) {
      const [theirId, their] = theirChildren.get(there)?.find(([, { name }]) => name === our.name) ?? [];
      if (theirId === undefined || their === undefined) continue;
      const known = things.get(our.thing) ?? our.thing;
      if (known !== their.thing && !(canJoin(our.thing, their.thing) && !things.has(our.thing))) continue;
      entries.set(ourId, theirId);
      if (known === their.thing) continue;
      things.set(our.thing, their.thing);
      directories.push([our.thing, their.thing]);
    }
  }
  return ours.relabelled(things, entries);

  function canJoin(our: Id, their: Id): boolean {
    const [mine, other] = [ours.tree.things.get(our), theirs.things.get(their)];
    if (base.things.has(our) || base.things.has(their) || mine === undefined || other === undefined) return false;
    const isTaken = [...things.values()].includes(their);
    return !isTaken && mine.kind === other.kind && mine.content === other.content;
  }
}
