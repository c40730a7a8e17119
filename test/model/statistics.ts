import { type ExpectedConflict, type Notebook, ROWS, type RowId } from "./oracle/notebook.ts";

const RUNS_A_LINE = 1000;

/** How often a run of random programs came by each row of docs/merge.md. */
export class Statistics {
  readonly #hits = new Map<RowId, number>();
  #runs = 0;
  readonly #planned: number;
  pushes = 0;
  conflicts = 0;
  /** Pushes whose paths could not be told exactly, by why. */
  readonly #doubts = new Map<string, number>();

  constructor(planned: number) {
    this.#planned = planned;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Counts a run; long runs say every now and then how far they are. */
  ran(): void {
    this.#runs++;
    if (this.#runs % RUNS_A_LINE === 0) console.log(`${this.#runs} of ${this.#planned} runs, ${this.pushes} pushes`);
  }

  add({ hits, conflicts, doubts }: Pick<Notebook, "hits" | "doubts"> & { conflicts: readonly ExpectedConflict[] }): void {
    this.pushes++;
    this.conflicts += conflicts.length;
    for (const row of hits) this.#hits.set(row, (this.#hits.get(row) ?? 0) + 1);
    for (const why of doubts) this.#doubts.set(why, (this.#doubts.get(why) ?? 0) + 1);
  }

  /** Rows that no push came by. */
  get missing(): readonly RowId[] {
    return ROWS.filter((row) => !this.#hits.has(row));
  }

  get doubted(): number {
    return [...this.#doubts.values()].reduce((sum, count) => sum + count, 0);
  }

  toString(): string {
    const cells = ROWS.map((row) => `${row.padStart(4)} ${String(this.#hits.get(row) ?? 0).padEnd(6)}`);
    const lines = Array.from({ length: Math.ceil(cells.length / 10) }, (_, at) => cells.slice(at * 10, at * 10 + 10).join(""));
    const doubts = [...this.#doubts].map(([why, count]) => `${count} × ${why}`).join(", ");
    return [
      `${this.#runs} runs, ${this.pushes} pushes, ${this.conflicts} conflicts`,
      ...lines,
      `in doubt: ${doubts || "none"}`,
    ].join("\n");
  }
}
