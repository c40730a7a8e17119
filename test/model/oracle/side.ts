import { type Id, relabel, type Tree } from "../state.ts";

/** One side's tree in the ids of the merge, and what its own ids became. */
export class Side {
  readonly tree: Tree;
  readonly #thing: ReadonlyMap<Id, Id>;
  readonly #name: ReadonlyMap<Id, Id>;

  constructor(tree: Tree, thing: ReadonlyMap<Id, Id> = new Map(), name: ReadonlyMap<Id, Id> = new Map()) {
    this.tree = tree;
    this.#thing = thing;
    this.#name = name;
  }

  /** What one of its own ids is called now. */
  thing(id: Id): Id {
    return this.#thing.get(id) ?? id;
  }

  name(id: Id): Id {
    return this.#name.get(id) ?? id;
  }

  relabelled(thing: ReadonlyMap<Id, Id>, name: ReadonlyMap<Id, Id>): Side {
    const tree = relabel(
      this.tree,
      (id) => thing.get(id) ?? id,
      (id) => name.get(id) ?? id,
    );
    return new Side(tree, chained(this.#thing, thing), chained(this.#name, name));
  }
}

/** First one renaming, then the other. */
function chained(first: ReadonlyMap<Id, Id>, second: ReadonlyMap<Id, Id>): ReadonlyMap<Id, Id> {
  const through = new Set(first.values());
  return new Map([
    ...[...second].filter(([from]) => !through.has(from) && !first.has(from)),
    ...[...first].map(([from, to]) => [from, second.get(to) ?? to] as const),
  ]);
}
