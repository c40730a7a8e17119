import type { SqlRow } from "../../replica/sqlite.ts";
import type { Changeset, Entry } from "../changeset.ts";
import { fileType, ROOT_INO } from "../schema.ts";
import type { Side, Sides } from "../side.ts";
import type { Numbers } from "./numbers.ts";
import type { Places } from "./places.ts";

/** An object of the origin as theirs has it. */
export interface TheirObject {
  readonly ino: bigint;
  readonly row: SqlRow;
}

/** An entry of the origin as theirs has it; `isMoved`: elsewhere than the origin had it. */
export interface TheirEntry {
  readonly entry: Entry;
  readonly isMoved: boolean;
}

/**
 * Which objects are the same on all three sides. A number alone does not say so: it may have been given to a new object. And a file that
 * is saved anew (written aside and renamed over the old one) is another inode, but to its user the same file: an object that had one
 * entry and is gone, and a new one of the same type in its place, are one.
 */
export class Identity {
  readonly #sides: Sides;
  readonly #numbers: Numbers;
  readonly #places: Places;
  readonly #isPart: boolean;
  readonly #created: ReadonlySet<bigint>;
  readonly #removed: ReadonlySet<bigint>;
  readonly #theirs = new Map<bigint, TheirObject | null>();
  readonly #ours = new Map<bigint, bigint | null>();
  /** New objects of ours that are old ones, saved anew: their number → the origin's. */
  readonly savedAnew: ReadonlyMap<bigint, bigint>;

  /** `isPart`: origin and snapshot hold only what was touched. */
  constructor({ objects }: Changeset, sides: Sides, numbers: Numbers, places: Places, isPart: boolean) {
    this.#isPart = isPart;
    this.#sides = sides;
    this.#numbers = numbers;
    this.#places = places;
    this.#created = new Set(objects.flatMap(({ ino, before }) => (before === null ? [ino] : [])));
    this.#removed = new Set(objects.flatMap(({ ino, after }) => (after === null ? [ino] : [])));
    this.savedAnew = new Map(
      [...this.#removed].flatMap((ino) => {
        const now = this.oursOf(ino);
        return now === null ? [] : [[now, ino] as const];
      }),
    );
  }

  /** The snapshot's number of an object of the origin, or null if the job removed it. */
  oursOf(ino: bigint): bigint | null {
    if (!this.#removed.has(ino)) return ino;
    const known = this.#ours.get(ino);
    if (known !== undefined) return known;
    const found = this.#findSavedByUs(ino);
    this.#ours.set(ino, found);
    return found;
  }

  #findSavedByUs(ino: bigint): bigint | null {
    const { origin, ours } = this.#sides;
    const [entry, second] = origin.entriesOf(ino);
    if (entry === undefined || second !== undefined) return null;
    const parentIno = this.oursOf(entry.parentIno);
    const slot = parentIno === null ? null : ours.entryAt(parentIno, entry.name);
    if (slot === null || !this.#created.has(slot.ino) || !isFirstName(ours, slot)) return null;
    return sameType(origin.inode(ino), ours.inode(slot.ino)) ? slot.ino : null;
  }

  /** Whether the snapshot's inode of this number is a new one, perhaps of an old object that was saved anew. */
  isMade(ino: bigint): boolean {
    return this.#created.has(ino);
  }

  /** The origin's number of an object of the snapshot, or null if the job made it. */
  originOfOurs(ino: bigint): bigint | null {
    return this.#created.has(ino) ? (this.savedAnew.get(ino) ?? null) : ino;
  }

  /** Null if the other side removed it. */
  theirsOf(ino: bigint): TheirObject | null {
    const known = this.#theirs.get(ino);
    if (known !== undefined) return known;
    const found = this.#findByNumber(ino) ?? this.#findSavedByThem(ino);
    this.#theirs.set(ino, found);
    return found;
  }

  #findByNumber(ino: bigint): TheirObject | null {
    const { origin, theirs } = this.#sides;
    const remote = this.#numbers.oldInode(ino);
    const row = theirs.inode(remote);
    if (row === null) return null;
    if (ino === ROOT_INO) return { ino: remote, row };
    if (!sameType(origin.inode(ino), row)) return null;
    const ids = new Set(origin.entriesOf(ino).map(({ id }) => this.#numbers.oldEntry(id)));
    return theirs.entriesOf(remote).some(({ id }) => ids.has(id)) ? { ino: remote, row } : null;
  }

  #findSavedByThem(ino: bigint): TheirObject | null {
    const { origin, theirs } = this.#sides;
    const [entry, second] = origin.entriesOf(ino);
    if (entry === undefined || second !== undefined) return null;
    const { parentIno, name } = this.#placeOf(entry);
    const slot = parentIno === null ? null : theirs.entryAt(parentIno, name);
    if (slot === null || this.#knownByNumber(slot.ino) !== null || !isFirstName(theirs, slot)) return null;
    if (this.isUntouched(slot)) return null;
    const row = theirs.inode(slot.ino);
    return row !== null && sameType(origin.inode(ino), row) ? { ino: slot.ino, row } : null;
  }

  /** Whether an entry of theirs was there already where the origin holds only a part, of which it is none: by entries, whose ids are never given twice. */
  isUntouched({ id }: Entry): boolean {
    const { origin } = this.#sides;
    return this.#isPart && id <= origin.highest.entry && origin.entry(id) === null;
  }

  /** The origin's number of an object of theirs, or null if they made it. */
  originOfTheirs(remote: bigint): bigint | null {
    const byNumber = this.#knownByNumber(remote);
    if (byNumber !== null) return byNumber;
    for (const { parentIno, name } of this.#sides.theirs.entriesOf(remote)) {
      const parent = this.originOfTheirs(parentIno);
      const slot = parent === null ? null : this.#sides.origin.entryAt(parent, name);
      if (slot !== null && this.theirsOf(slot.ino)?.ino === remote) return slot.ino;
    }
    return null;
  }

  #knownByNumber(remote: bigint): bigint | null {
    const local = this.#numbers.localInode(remote);
    return local !== null && this.#findByNumber(local)?.ino === remote ? local : null;
  }

  /** Where an entry of the origin stands on the remote, if theirs has not touched it; the parent is null if theirs removed it. */
  #placeOf({ id, parentIno, name }: Entry): { readonly parentIno: bigint | null; readonly name: string } {
    return this.#places.get(id) ?? { parentIno: this.theirsOf(parentIno)?.ino ?? null, name };
  }

  /** Null if the other side removed it. */
  theirEntry(entry: Entry): TheirEntry | null {
    const { theirs } = this.#sides;
    const object = this.theirsOf(entry.ino);
    const { parentIno, name } = this.#placeOf(entry);
    const there = theirs.entry(this.#numbers.oldEntry(entry.id));
    // An entry that names no inode is damage, but can be removed like any other.
    const isDangling = object === null && there !== null && theirs.inode(there.ino) === null;
    if (there !== null && (there.ino === object?.ino || isDangling))
      return { entry: there, isMoved: there.parentIno !== parentIno || there.name !== name };
    const slot = object === null || parentIno === null ? null : theirs.entryAt(parentIno, name);
    if (slot === null || slot.ino !== object?.ino) return null;
    // Another name of the same object that theirs has moved there is that name still.
    const isOther = this.#sides.origin.entriesOf(entry.ino).some(({ id }) => this.#numbers.oldEntry(id) === slot.id);
    return isOther ? null : { entry: slot, isMoved: false };
  }
}

/** Of a new object with several names only the one that it was given first can be an old object's: two old ones are not one. */
function isFirstName(side: Side, { id, ino }: Entry): boolean {
  return side.entriesOf(ino)[0]?.id === id;
}

function sameType(a: SqlRow | null, b: SqlRow | null): boolean {
  return a !== null && b !== null && fileType(a["mode"] as bigint) === fileType(b["mode"] as bigint);
}
