import type { SqlRow } from "../../replica/sqlite.ts";
import type { Conflict } from "../../report/types.ts";
import type { Changeset, Entry, ObjectChange } from "../changeset.ts";
import { fileType, ROOT_INO } from "../schema.ts";
import type { Side, Sides } from "../side.ts";
import { Numbers } from "./numbers.ts";
import type { TablesResult } from "./tables.ts";
import type { ContentWrite, MergeOptions, MergeResult, Replacement, RowWrite, TargetWrite } from "./types.ts";

type Did = Conflict["ours"];

/** What the parts of a merge share: both sides, the numbers, and the plan that grows. */
export class MergeState {
  readonly changeset: Changeset;
  readonly theirs: Side;
  readonly sameCalls: boolean;
  readonly numbers: Numbers;
  /** Objects that the job made, by the working copy's number. */
  readonly created: ReadonlyMap<bigint, ObjectChange>;
  /** Objects that the job removed, by the origin's number. */
  readonly removed: ReadonlyMap<bigint, ObjectChange>;
  /** Created objects that the other side made as well, alike: the remote's is used. */
  readonly unified = new Set<bigint>();
  /** Entries of ours that are there already under the remote's id. */
  readonly unifiedEntries = new Set<bigint>();
  readonly inserts = new Map<bigint, SqlRow>();
  readonly updates = new Map<bigint, Replacement>();
  readonly removals: SqlRow[] = [];
  readonly contents: ContentWrite[] = [];
  readonly targets: TargetWrite[] = [];
  readonly entryInserts: Entry[] = [];
  readonly entryRemovals: Entry[] = [];
  readonly rows: RowWrite[] = [];
  readonly callInserts: SqlRow[] = [];
  readonly callUpdates: Replacement[] = [];
  readonly callRemovals: SqlRow[] = [];
  readonly #conflicts: Conflict[] = [];

  constructor(changeset: Changeset, { theirs }: Sides, options: MergeOptions) {
    this.changeset = changeset;
    this.theirs = theirs;
    this.sameCalls = options.sameCalls;
    this.numbers = new Numbers(options.map, options.marks, theirs.highest);
    this.created = new Map(changeset.objects.filter((change) => change.before === null).map((change) => [change.ino, change]));
    this.removed = new Map(changeset.objects.filter((change) => change.after === null).map((change) => [change.ino, change]));
  }

  conflict(kind: Conflict["kind"], path: string, ours: Did, theirs: Did): void {
    if (this.#conflicts.some((known) => known.kind === kind && known.path === path)) return;
    this.#conflicts.push({ kind, path, ours, theirs, resolution: "fail", oursAt: null, theirsAt: null });
  }

  /**
   * The remote's row of an object of the origin, or null if it is gone there. A number may name another object by now: it is the
   * same one only with the same file type and an entry in common (the root needs none).
   */
  sameObject(ino: bigint, mode?: bigint): SqlRow | null {
    const remote = this.numbers.oldInode(ino);
    const row = this.theirs.inode(remote);
    if (row === null || remote === ROOT_INO) return row;
    if (mode !== undefined && fileType(row["mode"] as bigint) !== fileType(mode)) return null;
    const ids = new Set((this.changeset.knownBy.get(ino) ?? []).map((id) => this.numbers.oldEntry(id)));
    const there = this.theirs.entriesOf(remote);
    return there.some((entry) => ids.has(entry.id)) || (ids.size === 0 && there.length === 0) ? row : null;
  }

  /** The remote's number of a directory or file that an entry of ours names, or null if the other side removed it. */
  liveInode(ino: bigint): bigint | null {
    if (this.created.has(ino)) return this.numbers.newInode(ino);
    return this.sameObject(ino) === null ? null : this.numbers.oldInode(ino);
  }

  /** An entry of the origin in the remote's numbers. */
  asRemote(entry: Entry): Entry {
    const { numbers } = this;
    return {
      id: numbers.oldEntry(entry.id),
      name: entry.name,
      parentIno: numbers.oldInode(entry.parentIno),
      ino: numbers.oldInode(entry.ino),
    };
  }

  /** Until names of conflicts are given for all kinds alike. */
  #addFile(name: string, bytes: Uint8Array): void {
    const root = this.theirs.inode(ROOT_INO) ?? {};
    const ino = this.numbers.inode.next();
    const size = BigInt(bytes.length);
    this.inserts.set(ino, { ...root, ino, mode: 0o100644n, nlink: 1n, size });
    this.contents.push({ ino, source: { bytes }, replaces: null, isDelta: false });
    this.entryInserts.push({ id: this.numbers.entry.next(), name, parentIno: ROOT_INO, ino });
  }

  result(merged: TablesResult): MergeResult {
    const { numbers } = this;
    for (const { name, bytes } of merged.conflictFiles) this.#addFile(name, bytes);
    return {
      conflicts: [...this.#conflicts, ...merged.conflicts],
      plan: {
        inodes: { insert: [...this.inserts.values()], update: [...this.updates.values()], remove: this.removals },
        contents: this.contents,
        targets: this.targets,
        entries: { insert: this.entryInserts, remove: this.entryRemovals },
        unchanged: [],
        rows: this.rows,
        tables: merged.tables,
        schema: merged.schema,
        toolCalls: { insert: this.callInserts, update: this.callUpdates, remove: this.callRemovals },
        lowest: numbers.lowest,
        marks: numbers.marks,
        map: { ...numbers.map, rows: merged.rowKeys },
      },
    };
  }
}

export function sameEntry(a: Entry, b: Entry): boolean {
  return a.name === b.name && a.parentIno === b.parentIno && a.ino === b.ino;
}
