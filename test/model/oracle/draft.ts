import type { ConflictPolicy } from "../../../packages/core/src/config/types.ts";
import { type Id, type Name, namesByThing, pathsOf, ROOT, type Thing, type Tree } from "../state.ts";
import type { Did, Notebook, RowId } from "./notebook.ts";
import type { Side } from "./side.ts";

/** Whose version of a thing something is. */
export type Whose = "ours" | "theirs";

/** The three trees in one space of ids, and the merged one as it grows. */
export class Draft {
  readonly base: Tree;
  readonly ours: Side;
  readonly theirs: Side;
  readonly policy: ConflictPolicy;
  readonly suffix: string;
  readonly notes: Notebook;
  readonly things = new Map<Id, Thing>();
  readonly names = new Map<Id, Name>();
  /** Names in the merged tree as ours has them, which have to give way. */
  readonly fromOurs = new Set<Id>();
  /** Things that a conflict is about already: what comes back with them needs no conflict of its own. */
  readonly disputed = new Set<Id>();
  /** Ours' versions that are kept beside theirs. */
  readonly copies: { readonly thing: Id; readonly of: Id }[] = [];
  readonly #conflicts: { row: RowId; about: About; ours: readonly Did[]; theirs: readonly Did[]; isOptional: boolean }[] = [];
  readonly #namesByThing = new Map<Tree, ReadonlyMap<Id, readonly Id[]>>();

  constructor(base: Tree, ours: Side, theirs: Side, policy: ConflictPolicy, suffix: string, notes: Notebook) {
    this.base = base;
    this.ours = ours;
    this.theirs = theirs;
    this.policy = policy;
    this.suffix = suffix;
    this.notes = notes;
  }

  tree(whose: Whose): Tree {
    return this[whose].tree;
  }

  /** The names that a tree has for a thing. */
  namesOf(tree: Tree, thing: Id): readonly Id[] {
    const found = this.#namesByThing.get(tree) ?? namesByThing(tree);
    this.#namesByThing.set(tree, found);
    return found.get(thing) ?? [];
  }

  /** Writes down a conflict about things and names; what it is called is known at the end. */
  conflict(row: RowId, about: About, ours: readonly Did[], theirs: readonly Did[], isOptional = false): void {
    this.notes.hit(row);
    this.#conflicts.push({ row, about, ours, theirs, isOptional });
  }

  /** Gives every conflict all paths that any state has for what it is about. */
  settleConflicts(): void {
    const trees = [this.base, this.ours.tree, this.theirs.tree, { things: this.things, names: this.names }];
    const known = trees.map((tree) => ({ tree, paths: pathsOf(tree), byThing: namesByThing(tree) }));
    for (const { row, about, ours, theirs, isOptional } of this.#conflicts) {
      const paths = known.flatMap(({ paths: pathOf, byThing }) => {
        const names = [...(about.names ?? []), ...(about.things ?? []).flatMap((thing) => byThing.get(thing) ?? [])];
        return names.map((name) => pathOf.get(name));
      });
      this.notes.conflict(row, "file", paths, ours, theirs, isOptional);
    }
  }

  /** Things that a name leads to, and the root. */
  living(): ReadonlySet<Id> {
    return new Set([ROOT, ...[...this.names.values()].map(({ thing }) => thing)]);
  }
}

/** What a conflict is about. */
interface About {
  readonly things?: readonly Id[];
  readonly names?: readonly Id[];
}

export const other = (whose: Whose): Whose => (whose === "ours" ? "theirs" : "ours");
