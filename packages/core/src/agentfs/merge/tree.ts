import type { Entry } from "../changeset.ts";
import { ROOT_INO } from "../schema.ts";
import type { Side } from "../side.ts";
import { Groups } from "./groups.ts";

/**
 * The directory tree as it will be: theirs, with what the merge takes away, moves and adds. Until names are settled, two entries may
 * stand in one slot. Entries of theirs that stand where they stood count as untouched, whatever happened to them in between.
 */
export class Tree {
  readonly #theirs: Side;
  /** Entries of theirs that are not where they were, by id. */
  readonly #gone = new Map<bigint, Entry>();
  readonly #placed = new Map<bigint, Entry>();
  readonly #byIno = new Groups<bigint>();
  readonly #byParent = new Groups<bigint>();
  readonly #bySlot = new Groups<string>();

  constructor(theirs: Side) {
    this.#theirs = theirs;
  }

  entriesAt(parentIno: bigint, name: string): readonly Entry[] {
    const theirs = this.#theirs.entryAt(parentIno, name);
    return this.#with(theirs === null ? [] : [theirs], this.#bySlot.get(slotOf(parentIno, name)));
  }

  entriesOf(ino: bigint): readonly Entry[] {
    return this.#with(this.#theirs.entriesOf(ino), this.#byIno.get(ino));
  }

  children(ino: bigint): readonly Entry[] {
    return this.#with(this.#theirs.children(ino), this.#byParent.get(ino));
  }

  /** Takes an entry away; one of theirs can be put back by `place`. */
  remove(entry: Entry): void {
    if (this.#placed.delete(entry.id)) this.#unindex(entry);
    else this.#gone.set(entry.id, entry);
  }

  place(entry: Entry): void {
    const was = this.#gone.get(entry.id);
    if (was !== undefined && sameEntry(was, entry)) {
      this.#gone.delete(entry.id);
      return;
    }
    this.#placed.set(entry.id, entry);
    this.#index(entry);
  }

  move(entry: Entry, to: { readonly parentIno: bigint; readonly name: string }): Entry {
    const moved = { ...entry, ...to };
    this.remove(entry);
    this.place(moved);
    return moved;
  }

  /** Entries as theirs has them, that go or stand elsewhere afterwards. */
  get gone(): readonly Entry[] {
    return [...this.#gone.values()];
  }

  get placed(): readonly Entry[] {
    return [...this.#placed.values()];
  }

  pathOfId(id: bigint): string | null {
    const entry = this.#placed.get(id) ?? (this.#gone.has(id) ? null : this.#theirs.entry(id));
    return entry === null ? null : this.pathOfEntry(entry);
  }

  /** Null if nothing leads there. */
  pathOf(ino: bigint): string | null {
    const [entry] = this.entriesOf(ino);
    return entry === undefined ? null : this.pathOfEntry(entry);
  }

  pathOfEntry(entry: Entry): string {
    const names: string[] = [];
    const seen = new Set<bigint>();
    for (let at: Entry | undefined = entry; at !== undefined && !seen.has(at.id); at = this.entriesOf(at.parentIno)[0]) {
      names.unshift(at.name);
      seen.add(at.id);
      if (at.parentIno === ROOT_INO) break;
    }
    return `/${names.join("/")}`;
  }

  /** The entries of theirs that lead from the root to these directories, as far as they are untouched. */
  waysTo(inos: Iterable<bigint>): readonly Entry[] {
    const ways = new Map<bigint, Entry>();
    for (const ino of inos) {
      for (let at = ino; at !== ROOT_INO; ) {
        const entry: Entry | undefined = this.#theirs.entriesOf(at).find(({ id }) => !this.#gone.has(id));
        if (entry === undefined || ways.has(entry.id)) break;
        ways.set(entry.id, entry);
        at = entry.parentIno;
      }
    }
    return [...ways.values()];
  }

  #with(theirs: readonly Entry[], placed: readonly bigint[]): readonly Entry[] {
    const kept = this.#gone.size === 0 ? theirs : theirs.filter(({ id }) => !this.#gone.has(id));
    return placed.length === 0 ? kept : [...kept, ...placed.flatMap((id) => this.#placed.get(id) ?? [])];
  }

  #index({ id, ino, parentIno, name }: Entry): void {
    this.#byIno.add(ino, id);
    this.#byParent.add(parentIno, id);
    this.#bySlot.add(slotOf(parentIno, name), id);
  }

  #unindex({ id, ino, parentIno, name }: Entry): void {
    this.#byIno.delete(ino, id);
    this.#byParent.delete(parentIno, id);
    this.#bySlot.delete(slotOf(parentIno, name), id);
  }
}

function sameEntry(a: Entry, b: Entry): boolean {
  return a.name === b.name && a.parentIno === b.parentIno && a.ino === b.ino;
}

/** No name holds a slash. */
const slotOf = (parentIno: bigint, name: string) => `${parentIno}/${name}`;
