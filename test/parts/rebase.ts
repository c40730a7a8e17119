import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { diff } from "../../packages/core/src/agentfs/diff.ts";
import { merge } from "../../packages/core/src/agentfs/merge/merge.ts";
import type { MergeOptions } from "../../packages/core/src/agentfs/merge/types.ts";
import { SYNC_TABLES } from "../../packages/core/src/agentfs/schema.ts";
import { openSides } from "../../packages/core/src/agentfs/side.ts";
import { IDENTITY, type IdMap } from "../../packages/core/src/replica/id-map.ts";
import { writeEmptyAgentFs } from "../../packages/core/src/replica/origin.ts";
import { Database } from "../../packages/core/src/replica/sqlite.ts";
import type { Conflict } from "../../packages/core/src/report/types.ts";
import { changeStatements } from "../../packages/core/src/sync/commit-steps.ts";
import type { AgentOp } from "./agent.ts";
import { Hand } from "./hand.ts";
import { OPTIONS } from "./merged.ts";

/** Files of one scenario, named one after the other in one folder. */
export class Shelf {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(): string {
    return join(this.#folder, `${this.#count++}.db`);
  }

  copy(from: string): string {
    const path = this.path();
    copyFileSync(from, path);
    return path;
  }
}

const suffixOf = (push: number) => push.toString(16).padStart(8, "0");

/** A remote without a server: one file, and the marks of the numbers that were given out. */
export class PlainRemote {
  file: string;
  #marks = { inode: 0n, entry: 0n, toolCall: 0n };
  readonly #shelf: Shelf;
  #pushes = 0;

  /** `reusesNumbers`: as in databases that the real program made, a deleted file's number goes to the next new one. */
  constructor(shelf: Shelf, seed: readonly AgentOp[], reusesNumbers: boolean) {
    this.#shelf = shelf;
    this.file = shelf.path();
    writeEmptyAgentFs(this.file, 10);
    using hand = new Hand(this.file);
    for (const sql of Object.values(SYNC_TABLES)) hand.sql(sql);
    if (reusesNumbers) dropAutoincrement(hand);
    for (const op of seed) performByHand(hand, op);
  }

  /** What a push does, but for the network. With `fail` and conflicts the remote stays as it is. */
  push(machine: PlainMachine, policy: MergeOptions["policy"] = "fail"): readonly Conflict[] {
    const snapshot = this.#shelf.copy(machine.file);
    using sides = openSides(machine.origin, snapshot, this.file);
    const options = { ...OPTIONS, map: machine.map, marks: this.#marks, policy, suffix: suffixOf(this.#pushes++) };
    const { plan, conflicts } = merge(diff(machine.origin, snapshot), sides, options);
    if (policy === "fail" && conflicts.length > 0) return conflicts;
    const next = this.#shelf.copy(this.file);
    using source = Database.openImmutable(machine.origin);
    source.attachImmutable(snapshot, "ours");
    using hand = new Hand(next);
    for (const { sql, args = [] } of changeStatements(plan, source)) hand.sql(sql, ...args);
    this.#marks = plan.marks;
    this.file = next;
    machine.origin = snapshot;
    machine.map = plan.map;
    return conflicts;
  }

  pull(): PlainMachine {
    return new PlainMachine(this.#shelf, this.file);
  }
}

/** A working copy with what it last agreed on. */
export class PlainMachine {
  readonly file: string;
  origin: string;
  map: IdMap = IDENTITY;

  constructor(shelf: Shelf, from: string) {
    this.origin = from;
    this.file = shelf.copy(from);
  }

  write(ops: readonly AgentOp[]): void {
    using hand = new Hand(this.file);
    for (const op of ops) performByHand(hand, op);
  }
}

function dropAutoincrement(hand: Hand): void {
  const { sql } = hand.db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'fs_inode'").get() as { sql: string };
  hand.sql("ALTER TABLE fs_inode RENAME TO old_inode");
  hand.sql(sql.replace(" AUTOINCREMENT", ""));
  hand.sql("INSERT INTO fs_inode SELECT * FROM old_inode");
  hand.sql("DROP TABLE old_inode");
}

/** The operations that random programs use, without the SDK: a thousand times as fast. */
function performByHand(hand: Hand, op: AgentOp): void {
  switch (op.op) {
    case "writeFile": {
      const text = "text" in op ? op.text : Buffer.from(op.base64, "base64").toString("utf8");
      if (hand.has(op.path)) hand.edit(op.path, text);
      else hand.file(op.path, text);
      break;
    }
    case "mkdir":
      hand.directory(op.path);
      break;
    case "rename":
      if (hand.has(op.to)) hand.remove(op.to);
      hand.move(op.from, op.to);
      break;
    case "unlink":
      hand.remove(op.path);
      break;
    case "rm":
      removeAll(hand, op.path);
      break;
    case "link":
      hand.link(op.from, op.to);
      break;
    case "kvSet":
      hand.key(op.key, JSON.stringify(op.value));
      break;
    case "kvDelete":
      hand.sql("DELETE FROM kv_store WHERE key = ?", op.key);
      break;
    case "toolRecord":
      hand.call(op.name);
      break;
    default:
      throw new Error(`no ${op.op} by hand`);
  }
}

function removeAll(hand: Hand, path: string): void {
  const children = hand.db.prepare("SELECT name FROM fs_dentry WHERE parent_ino = ?").all(hand.ino(path));
  for (const { name } of children) removeAll(hand, `${path}/${name}`);
  hand.remove(path);
}
