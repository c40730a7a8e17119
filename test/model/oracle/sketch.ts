import { type Id, type Name, pathsOf, ROOT, type State, type Thing } from "../state.ts";

let count = 0;

/** A tree in memory, for examples of what the oracle says. Every new thing and name gets an id that no other sketch has. */
export class Sketch {
  readonly things: Map<Id, Thing>;
  readonly names: Map<Id, Name>;

  constructor(from?: State) {
    this.things = new Map(from?.things ?? [[ROOT, { kind: "directory", permissions: 0o755, content: "" }]]);
    this.names = new Map(from?.names);
  }

  file(path: string, content: string): void {
    this.#make(path, { kind: "file", permissions: 0o644, content });
  }

  directory(path: string): void {
    this.#make(path, { kind: "directory", permissions: 0o755, content: "" });
  }

  symlink(path: string, target: string): void {
    this.#make(path, { kind: "link", permissions: 0o777, content: target });
  }

  link(from: string, to: string): void {
    this.#enter(to, this.#at(from).thing);
  }

  write(path: string, content: string): void {
    this.#change(path, { content });
  }

  chmod(path: string, permissions: number): void {
    this.#change(path, { permissions });
  }

  move(from: string, to: string): void {
    const { id, thing } = this.#at(from);
    if (this.#find(to) !== undefined) this.remove(to);
    this.names.set(id, { ...this.#place(to), thing });
  }

  /** With all that is in it. */
  remove(path: string): void {
    const { id, thing } = this.#at(path);
    for (const [child, name] of pathsOf(this)) if (name.startsWith(`${path}/`)) this.names.delete(child);
    this.names.delete(id);
    const living = new Set([ROOT, ...[...this.names.values()].map((name) => name.thing)]);
    for (const known of [...this.things.keys(), thing]) if (!living.has(known)) this.things.delete(known);
  }

  /** As editors do: written aside, renamed over it. */
  save(path: string, content: string): void {
    this.file(`${path}.tmp`, content);
    this.move(`${path}.tmp`, path);
  }

  state(rest: Partial<State> = {}): State {
    const nothing = { keys: new Map(), settings: new Map(), calls: new Map(), rows: {} };
    return { things: this.things, names: this.names, ...nothing, ...rest };
  }

  #make(path: string, thing: Thing): void {
    const id = `t${count++}`;
    this.things.set(id, thing);
    this.#enter(path, id);
  }

  #enter(path: string, thing: Id): void {
    this.names.set(`n${String(count++).padStart(5, "0")}`, { ...this.#place(path), thing });
  }

  #change(path: string, to: Partial<Thing>): void {
    const { thing } = this.#at(path);
    const before = this.things.get(thing);
    if (before !== undefined) this.things.set(thing, { ...before, ...to });
  }

  #place(path: string): Pick<Name, "parent" | "name"> {
    const slash = path.lastIndexOf("/");
    return { parent: slash === 0 ? ROOT : this.#at(path.slice(0, slash)).thing, name: path.slice(slash + 1) };
  }

  #at(path: string): { readonly id: Id; readonly thing: Id } {
    const id = this.#find(path);
    const name = id === undefined ? undefined : this.names.get(id);
    if (id === undefined || name === undefined) throw new Error(`${path} is not there`);
    return { id, thing: name.thing };
  }

  #find(path: string): Id | undefined {
    return [...pathsOf(this)].find(([, known]) => known === path)?.[0];
  }
}

/** Every path with what is there: a file's content, `/` for a directory, `-> target` for a link. */
export function listing({ things, names }: Pick<State, "things" | "names">): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...pathsOf({ names })].map(([id, path]) => {
      const thing = things.get(names.get(id)?.thing ?? "");
      return [path, thing?.kind === "directory" ? "/" : thing?.kind === "link" ? `-> ${thing.content}` : (thing?.content ?? "?")];
    }),
  );
}
