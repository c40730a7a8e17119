import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { diff } from "../../packages/core/src/agentfs/diff.ts";
import { merge } from "../../packages/core/src/agentfs/merge/merge.ts";
import type { MergeOptions, Plan } from "../../packages/core/src/agentfs/merge/types.ts";
import { openSides } from "../../packages/core/src/agentfs/side.ts";
import type { ConflictPolicy } from "../../packages/core/src/config/types.ts";
import { IDENTITY, type IdMap } from "../../packages/core/src/replica/id-map.ts";
import { Database } from "../../packages/core/src/replica/sqlite.ts";
import type { Conflict } from "../../packages/core/src/report/types.ts";
import { changeStatements } from "../../packages/core/src/sync/commit-steps.ts";
import { writePlanFiles } from "../../packages/core/src/undo/plan-files.ts";

/** The files of one run, named one after the other in a folder that goes with them. */
export class Shelf implements Disposable {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  path(): string {
    return join(this.#folder, `${this.#count++}.db`);
  }

  copy(from: string): string {
    const path = this.path();
    copyFileSync(from, path);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** A working copy with what it last agreed on. */
export interface Machine {
  readonly file: string;
  origin: string;
  map: IdMap;
}

/** A push that was tried. The files are as they were before it. */
export interface Push {
  readonly origin: string;
  readonly snapshot: string;
  readonly theirs: string;
  readonly conflicts: readonly Conflict[];
  readonly isRefused: boolean;
  readonly plan: Plan;
}

/** The part of the remote that a push touched: after it (the origin of a revert) and before it. */
export interface Undo {
  readonly origin: string;
  readonly snapshot: string;
}

/** A remote without a server: one file, and the marks of the numbers that were given out. */
export class PlainRemote {
  file: string;
  #marks = { inode: 0n, entry: 0n, toolCall: 0n };
  readonly #shelf: Shelf;

  constructor(shelf: Shelf, seed: string) {
    this.#shelf = shelf;
    this.file = shelf.copy(seed);
  }

  pull(): Machine {
    return { file: this.#shelf.copy(this.file), origin: this.file, map: IDENTITY };
  }

  /** What a push does, but for the network. */
  push(machine: Machine, policy: ConflictPolicy, suffix: string): Push {
    const { origin, map } = machine;
    const push = this.#commit({ origin, snapshot: this.#shelf.copy(machine.file), map }, { policy, suffix });
    if (!push.isRefused) Object.assign(machine, { origin: push.snapshot, map: push.plan.map });
    return push;
  }

  #commit(
    { origin, snapshot, map }: { readonly origin: string; readonly snapshot: string; readonly map: IdMap },
    how: Pick<MergeOptions, "policy" | "suffix" | "isPart">,
  ): Push {
    const theirs = this.file;
    using sides = openSides(origin, snapshot, theirs);
    const options = { ...how, map, marks: this.#marks, sameCalls: false, reserved: null };
    const { plan, conflicts } = merge(diff(origin, snapshot), sides, options);
    const isRefused = conflicts.some(({ resolution }) => resolution === "fail");
    if (isRefused) return { origin, snapshot, theirs, conflicts, isRefused, plan };
    const next = this.#shelf.copy(theirs);
    using source = Database.openImmutable(origin);
    source.attachImmutable(snapshot, "ours");
    using db = new PlainDatabase(next);
    for (const { sql, args = [] } of changeStatements(plan, source)) db.run(sql, args);
    this.#marks = plan.marks;
    this.file = next;
    return { origin, snapshot, theirs, conflicts, isRefused, plan };
  }

  /** Takes a push back, as `revert` does. */
  revert(undo: Undo, policy: ConflictPolicy, suffix: string): Push {
    return this.#commit({ ...undo, map: IDENTITY }, { policy, suffix, isPart: true });
  }

  /** What an undo bundle of the push would hold. */
  undoOf({ origin, snapshot, theirs: base, plan }: Push): Undo {
    using source = Database.openImmutable(origin);
    source.attachImmutable(snapshot, "ours");
    const folder = this.#shelf.path();
    mkdirSync(folder);
    const planned = { path: base, facts: { uuid: null } };
    const { beforePath, afterPath } = writePlanFiles(folder, plan, planned, source, "hash", { objects: [] });
    return { origin: afterPath, snapshot: beforePath };
  }
}

/** One transaction on a file that nobody has to find after a crash. */
class PlainDatabase implements Disposable {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    this.#db.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN");
  }

  run(sql: string, args: readonly (string | bigint | number | null | Uint8Array)[]): void {
    this.#db.prepare(sql).run(...args);
  }

  [Symbol.dispose](): void {
    this.#db.exec("COMMIT");
    this.#db.close();
  }
}
