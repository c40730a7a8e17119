import { join } from "node:path";
import { expect } from "vitest";
import type { ConflictPolicy } from "../../packages/core/src/config/types.ts";
import type { AgentOp } from "../parts/agent.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine } from "../parts/machine.ts";

import { CONVENTIONS, type WriterKind } from "./conventions.ts";
import { copyDatabase } from "./files.ts";
import { withoutNumbers } from "./lasting.ts";
import type { Pool } from "./pool.ts";
import { checkPush } from "./push-check.ts";
import { type Labels, NO_LABELS, readState } from "./read-state.ts";
import type { Statistics } from "./statistics.ts";
import type { Story } from "./story.ts";
import { Writer } from "./writer.ts";

/** A writer on a machine of its own, with what its working copy held when it last agreed with the remote. */
interface Working {
  readonly kind: WriterKind;
  machine: Machine;
  origin: string;
  labels: Labels;
}

export interface ServerOptions {
  readonly url: string;
  readonly policy: ConflictPolicy;
  readonly folder: string;
  readonly pool: Pool;
  readonly statistics: Statistics;
  readonly story: Story;
}

type Next = (writer: Writer) => Iterable<AgentOp>;

/** Writers and a real server; the real engine pushes and pulls, and every push is held against the oracle. */
export class ServerWorld {
  readonly #options: ServerOptions;
  readonly #writers: Working[] = [];
  /** What the remote holds now, as somebody has read it. */
  #remote = "";
  #files = 0;
  #timeSeconds = 1000;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Brings another writer in. */
  async join(kind: WriterKind): Promise<void> {
    this.#writers.push({ kind, machine: await this.#newMachine(), origin: this.#remote, labels: NO_LABELS });
  }

  /** Lets a writer do what `next` says in its working copy. */
  async write(index: number, next: Next): Promise<void> {
    const { kind, machine: on } = this.#working(index);
    const written = this.#copy(on.db);
    const ops = this.#perform(index, written, kind, next);
    copyDatabase(kind === "sdk" ? await this.#bySdk(on.db, ops, written) : written, on.db);
  }

  /** The official client takes everything, does what `next` says, and pushes, with nobody in between. */
  async writeNatively(index: number, next: Next): Promise<void> {
    const { pool, url, folder, story } = this.#options;
    const expected = this.#copy(this.#remote);
    const ops = this.#perform(index, expected, "sdk", next);
    story.tell(`${index} pushes natively`);
    await pool.ask({ does: "native", path: join(folder, `native-${index}.db`), url, ops });
    const reader = await this.#newMachine();
    expect(withoutNumbers(readState(this.#copy(basePath(reader))))).toEqual(withoutNumbers(readState(expected)));
  }

  /** False after a conflict. With `pulls` the writer takes the result. */
  async push(index: number, pulls: boolean): Promise<boolean> {
    const { policy, statistics, story } = this.#options;
    const working = this.#working(index);
    story.tell(`${index} ${pulls ? "syncs" : "pushes"}, ${policy}`);
    const [snapshot, before] = [this.#copy(working.machine.db), this.#remote];
    const { push, conflicts, error } = await working.machine.run(pulls ? "sync" : "push");
    const isRefused = error?.code === "conflict";
    if (error !== null && !isRefused) throw new Error(`${error.code}: ${error.message}`);
    // With nothing to push nothing is asked, and the base stays as it was.
    if (!isRefused && (pulls || push?.outcome !== "unchanged")) this.#remote = this.#copy(basePath(working.machine));
    const suffix = push?.pushId?.slice(0, 8) ?? "no push";
    const files = { origin: working.origin, snapshot, before, after: this.#remote };
    working.labels = checkPush({ ...files, labels: working.labels, policy, suffix, conflicts, isRefused }, statistics, story);
    working.origin = snapshot;
    if (pulls && !isRefused) this.#isInStep(working);
    return conflicts.length === 0;
  }

  async pull(index: number): Promise<void> {
    const working = this.#working(index);
    this.#options.story.tell(`${index} pulls`);
    await working.machine.ok("pull");
    this.#isInStep(working);
  }

  /** Leaves what could not be pushed where it is: another machine goes on. */
  async startAnew(index: number): Promise<void> {
    this.#options.story.tell(`${index} starts anew`);
    Object.assign(this.#working(index), { machine: await this.#newMachine(), origin: this.#remote, labels: NO_LABELS });
  }

  /** After a pull: the working copy holds what the remote holds, in the remote's numbers. */
  #isInStep(working: Working): void {
    this.#remote = this.#copy(basePath(working.machine));
    working.origin = this.#copy(working.machine.db);
    working.labels = NO_LABELS;
    expect(readState(working.origin)).toEqual(readState(this.#remote));
  }

  async #newMachine(): Promise<Machine> {
    const { url, policy, folder } = this.#options;
    const made = await machine(url, { conflict: policy, allow: ["mass-change"] }, join(folder, `machine-${this.#files++}`));
    await made.ok("pull");
    this.#remote = this.#copy(basePath(made));
    return made;
  }

  #perform(index: number, file: string, kind: WriterKind, next: Next): readonly AgentOp[] {
    this.#timeSeconds += 100;
    using writer = new Writer(file, CONVENTIONS[kind], this.#timeSeconds);
    const done: AgentOp[] = [];
    for (const op of next(writer)) {
      this.#options.story.operation(index, op);
      writer.perform(op);
      done.push(op);
    }
    return done;
  }

  /** The real SDK does the same, in a copy, since it keeps its lock; what it wrote is what our writer wrote in its manner. */
  async #bySdk(from: string, ops: readonly AgentOp[], written: string): Promise<string> {
    const copy = this.#copy(from);
    await this.#options.pool.ask({ does: "write", path: copy, ops });
    const result = this.#copy(copy);
    expect(withoutNumbers(readState(this.#copy(result)))).toEqual(withoutNumbers(readState(written)));
    return result;
  }

  #copy(from: string): string {
    return copyDatabase(from, join(this.#options.folder, `${this.#files++}.db`));
  }

  #working(index: number): Working {
    const working = this.#writers[index];
    if (working === undefined) throw new Error(`no writer ${index}`);
    return working;
  }
}
