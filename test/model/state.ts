/** What the oracle knows of a database: plain maps, nothing of the engine. Ids are texts, so that those of several databases can be told apart. */
export type Id = string;

export const ROOT: Id = "1";

/** A file, directory or symbolic link. `content`: a file's bytes one a character, a link's target, nothing for a directory. */
export interface Thing {
  readonly kind: "file" | "directory" | "link";
  readonly permissions: number;
  readonly content: string;
}

/** A directory entry. */
export interface Name {
  readonly parent: Id;
  readonly name: string;
  readonly thing: Id;
}

/** The root is a thing without a name. */
export interface Tree {
  readonly things: ReadonlyMap<Id, Thing>;
  readonly names: ReadonlyMap<Id, Name>;
}

/** A tool call: the name and the status are looked at, the other columns only compared. */
export interface Call {
  readonly name: string;
  readonly status: string;
  readonly rest: string;
}

export type Row = Readonly<Record<string, string | number | null>>;

export interface State extends Tree {
  /** Key to JSON text. */
  readonly keys: ReadonlyMap<string, string>;
  /** The overlay's configuration. */
  readonly settings: ReadonlyMap<string, string>;
  readonly calls: ReadonlyMap<Id, Call>;
  /** Rows of the tables of `tables.ts`. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

/** The path of every name that leads to the root; what is in a cycle has none. */
export function pathsOf({ names }: Pick<Tree, "names">): ReadonlyMap<Id, string> {
  const paths = new Map<Id, string>();
  const children = Map.groupBy(names, ([, { parent }]) => parent);
  const queue: (readonly [Id, string])[] = [[ROOT, ""]];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const [id, { name, thing }] of children.get(at[0]) ?? []) {
      if (paths.has(id)) continue;
      paths.set(id, `${at[1]}/${name}`);
      queue.push([thing, `${at[1]}/${name}`]);
    }
  }
  return paths;
}

/** The names of each thing. */
export function namesByThing({ names }: Pick<Tree, "names">): ReadonlyMap<Id, readonly Id[]> {
  const found = new Map<Id, Id[]>();
  for (const [id, { thing }] of names) found.set(thing, [...(found.get(thing) ?? []), id]);
  return found;
}

export const sameName = (a: Name, b: Name): boolean => a.parent === b.parent && a.name === b.name;

/** Gives things and names other ids; what `thing` and `name` say nothing of keeps its own. */
export function relabel(tree: Tree, thing: (id: Id) => Id, name: (id: Id) => Id): Tree {
  return {
    things: new Map([...tree.things].map(([id, state]) => [thing(id), state])),
    names: new Map(
      [...tree.names].map(([id, entry]) => [name(id), { ...entry, parent: thing(entry.parent), thing: thing(entry.thing) }]),
    ),
  };
}
