import type { SqlRow } from "../../replica/sqlite.ts";
import type { Conflict } from "../../report/types.ts";
import type { Changeset, Entry } from "../changeset.ts";
import { isDirectory } from "../schema.ts";
import type { Side, Sides } from "../side.ts";
import { Identity } from "./identity.ts";
import { Numbers } from "./numbers.ts";
import { Places } from "./places.ts";
import { Tree } from "./tree.ts";
import type { ContentWrite, Contested, MergeOptions, Replacement, RowWrite } from "./types.ts";

export type Did = Conflict["ours"];

/** A conflict whose places are known only when all names are settled. */
interface Found extends Pick<Conflict, "kind" | "path" | "ours" | "theirs"> {
  readonly resolution: Exclude<Conflict["resolution"], "fail">;
  readonly oursAt: () => string | null;
  readonly theirsAt: () => string | null;
  readonly contested?: Contested;
}

const nowhere = () => null;

/** An entry that ours put into the tree. */
export interface Placed {
  readonly did: Did;
  /** In the working copy. */
  readonly path: string;
  readonly localId: bigint;
}

/** An entry of theirs that ours took away. */
export interface Taken {
  readonly entry: Entry;
  readonly localId: bigint;
  /** The object's number in the origin. */
  readonly originIno: bigint;
  readonly path: string;
}

/** A version of ours that is kept beside theirs, to be named when the tree is settled. */
export interface Copy {
  readonly ino: bigint;
  /** The object whose name it would have had. */
  readonly besideIno: bigint;
  /** In the snapshot. */
  readonly localIno: bigint;
}

/** What the parts of a merge share: the sides, what is the same on them, the numbers, and the result that grows. */
export class MergeState {
  readonly changeset: Changeset;
  readonly sides: Sides;
  readonly options: MergeOptions;
  readonly numbers: Numbers;
  readonly places: Places;
  readonly identity: Identity;
  readonly tree: Tree;
  /** New objects, with what belongs to them, by the remote's number. */
  readonly inserts = new Map<bigint, SqlRow>();
  readonly updates = new Map<bigint, Replacement>();
  readonly removals: SqlRow[] = [];
  readonly contents = new Map<bigint, ContentWrite>();
  readonly targets = new Map<bigint, string>();
  /** New objects of ours that theirs made as well, alike, by the snapshot's number. */
  readonly unified = new Set<bigint>();
  /** Objects of the origin that ours removed and theirs edited: their names stay. */
  readonly retained = new Set<bigint>();
  /** Objects of the origin that theirs removed and that come back → the remote's number. */
  readonly revived = new Map<bigint, bigint>();
  /** Of those, the ones that come back under every name that ours has for them. */
  readonly revivedWithNames = new Set<bigint>();
  /** Directories of the origin that ours moved and theirs removed: what is in them comes back as well. */
  readonly revivedTrees = new Set<bigint>();
  /** By the remote's id of the entry. */
  readonly placed = new Map<bigint, Placed>();
  readonly placedLocalIds = new Set<bigint>();
  readonly taken: Taken[] = [];
  /** The same of directories, which go only at the end. */
  readonly folders: Taken[] = [];
  /** Entries that ours moved: as theirs has them. */
  readonly moves: Taken[] = [];
  readonly copies: Copy[] = [];
  readonly rows: RowWrite[] = [];
  /** Keys that rows of ours have or get, with their tables. */
  readonly rowNames = new Set<string>();
  readonly rowKeys: Map<string, Map<bigint | string, bigint | string>>;
  readonly callInserts: SqlRow[] = [];
  readonly callUpdates: Replacement[] = [];
  readonly callRemovals: SqlRow[] = [];
  readonly #conflicts = new Map<string, Found>();
  readonly #inodeColumns: ReadonlySet<string>;
  /** What the diff has read of the snapshot's inodes already. */
  readonly #read: ReadonlyMap<bigint, SqlRow>;

  constructor(changeset: Changeset, sides: Sides, options: MergeOptions) {
    this.changeset = changeset;
    this.sides = sides;
    this.options = options;
    this.numbers = new Numbers(options.map, options.marks, sides.theirs.highest, options.reserved);
    this.places = new Places(options.map.places);
    this.identity = new Identity(changeset, sides, this.numbers, this.places, options.isPart === true);
    this.tree = new Tree(sides.theirs);
    this.#inodeColumns = new Set(sides.theirs.columns("fs_inode"));
    this.#read = isWholeIn(sides) ? new Map(rowsIn(changeset)) : new Map();
    this.rowKeys = new Map([...options.map.rows].map(([table, keys]) => [table, new Map(keys)]));
  }

  get theirs(): Side {
    return this.sides.theirs;
  }

  /** The snapshot's inode, by its number there. */
  ourInode(localIno: bigint): SqlRow | null {
    return this.#read.get(localIno) ?? this.sides.ours.inode(localIno);
  }

  /** What is said first of a path stays; where two things come to one name, it learns also where the second one is. */
  conflict(found: Omit<Found, "oursAt" | "theirsAt"> & Partial<Pick<Found, "oursAt" | "theirsAt">>): void {
    const key = `${found.kind} ${found.path}`;
    const known = this.#conflicts.get(key);
    const { oursAt = nowhere, theirsAt = nowhere } = found;
    if (known === undefined) this.#conflicts.set(key, { ...found, oursAt, theirsAt });
    else if (found.resolution === "keep-both") {
      const [ours, theirs] = [
        known.oursAt === nowhere ? oursAt : known.oursAt,
        known.theirsAt === nowhere ? theirsAt : known.theirsAt,
      ];
      this.#conflicts.set(key, { ...known, oursAt: ours, theirsAt: theirs });
    }
  }

  get conflicts(): readonly Conflict[] {
    const isRefused = this.options.policy === "fail";
    return [...this.#conflicts.values()].map(({ oursAt, theirsAt, resolution, contested: _, ...found }) => ({
      ...found,
      resolution: isRefused ? "fail" : resolution,
      oursAt: isRefused ? null : oursAt(),
      theirsAt: isRefused ? null : theirsAt(),
    }));
  }

  /** In the order of `conflicts`. */
  get contested(): readonly (Contested | null)[] {
    return [...this.#conflicts.values()].map(({ contested }) => contested ?? null);
  }

  /** Whether it is, or will be, a directory on the remote. */
  isFolder(ino: bigint): boolean {
    return isDirectory(((this.inserts.get(ino) ?? this.theirs.inode(ino))?.["mode"] ?? 0n) as bigint);
  }

  /** A new object as a row that theirs' table can hold. */
  insert(ino: bigint, row: SqlRow): void {
    const columns = Object.keys(row);
    const kept = columns.every((column) => this.#inodeColumns.has(column))
      ? row
      : Object.fromEntries(Object.entries(row).filter(([column]) => this.#inodeColumns.has(column)));
    this.inserts.set(ino, { ...kept, ino });
  }

  /** An entry of ours comes to stand in the tree under a new id. */
  placeNew(local: Entry, to: Omit<Entry, "id" | "name">, did: Did, path: string): void {
    const id = this.numbers.entry.next();
    this.numbers.setEntry(local.id, id);
    this.places.set(local.id, null);
    this.tree.place({ ...to, id, name: local.name });
    this.placed.set(id, { did, path, localId: local.id });
    this.placedLocalIds.add(local.id);
  }
}

/** Whether the diff, which reads the columns that origin and snapshot have in common, has read all of the snapshot's. */
function isWholeIn({ origin, ours }: Sides): boolean {
  const there = new Set(origin.columns("fs_inode"));
  return ours.columns("fs_inode").every((column) => there.has(column));
}

function* rowsIn({ objects }: Changeset): Generator<[ino: bigint, row: SqlRow]> {
  for (const { ino, after } of objects) if (after !== null) yield [ino, after.row];
}
