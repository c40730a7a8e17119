import type { ConflictPolicy } from "../../packages/core/src/config/types.ts";
import type { AgentOp } from "../parts/agent.ts";
import { CONVENTIONS, type WriterKind } from "./conventions.ts";
import { type Machine, PlainRemote, type Shelf } from "./plain-remote.ts";
import { checkLoss, checkPush } from "./push-check.ts";
import { type Labels, NO_LABELS } from "./read-state.ts";
import type { Statistics } from "./statistics.ts";
import type { Story } from "./story.ts";
import { Writer } from "./writer.ts";

/** A writer's working copy, and what the remote calls the things in it, as the oracle knows them. */
interface Working {
  readonly kind: WriterKind;
  machine: Machine;
  labels: Labels;
}

export interface WorldOptions {
  readonly policy: ConflictPolicy;
  /** After a conflict without a pull the page does not say all: then only what holds in any case is checked. */
  readonly goesOn?: boolean;
  readonly writers: readonly WriterKind[];
  readonly seed: string;
  readonly shelf: Shelf;
  readonly statistics: Statistics;
  readonly story: Story;
}

/** Writers and a remote on plain files; every push is held against the oracle. */
export class PlainWorld {
  readonly #options: WorldOptions;
  readonly #remote: PlainRemote;
  readonly #writers: Working[];
  #pushes = 0;
  #timeSeconds = 1000;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#remote = new PlainRemote(options.shelf, options.seed);
    this.#writers = options.writers.map((kind) => ({ kind, machine: this.#remote.pull(), labels: NO_LABELS }));
  }

  /** Lets a writer do what `next` says, one operation after the other, each where the ones before are done. */
  write(writer: number, next: (writer: Writer) => Iterable<AgentOp>): void {
    const { kind, machine } = this.#working(writer);
    this.#timeSeconds += 100;
    using open = new Writer(machine.file, CONVENTIONS[kind], this.#timeSeconds);
    for (const op of next(open)) {
      this.#options.story.operation(writer, op);
      open.perform(op);
    }
  }

  /** False after a conflict. */
  push(writer: number): boolean {
    const { policy, statistics, story } = this.#options;
    const working = this.#working(writer);
    const suffix = `push${String(this.#pushes++).padStart(4, "0")}`;
    story.tell(`${writer} pushes, ${policy}`);
    const { origin, snapshot, theirs, conflicts, isRefused } = this.#remote.push(working.machine, policy, suffix);
    const files = { origin, snapshot, before: theirs, after: this.#remote.file };
    const push = { ...files, labels: working.labels, policy, suffix, conflicts, isRefused };
    if (this.#options.goesOn === true) {
      checkLoss(push);
      return true;
    }
    working.labels = checkPush(push, statistics, story);
    return conflicts.length === 0;
  }

  pull(writer: number): void {
    this.#options.story.tell(`${writer} pulls`);
    Object.assign(this.#working(writer), { machine: this.#remote.pull(), labels: NO_LABELS });
  }

  #working(index: number): Working {
    const working = this.#writers[index];
    if (working === undefined) throw new Error(`no writer ${index}`);
    return working;
  }
}
