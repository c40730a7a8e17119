/** The rows of docs/merge.md that random programs come by. */
export const ROWS = [
  ...["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13", "F14", "F15", "F16", "F17"],
  ...["K1", "K2", "K3", "K4", "T1", "T2", "T3", "T4", "R1", "R2", "R3", "R4", "R5"],
] as const;
export type RowId = (typeof ROWS)[number];

export type Did = "created" | "changed" | "removed" | "moved";

/** A conflict that the report must (or, if it is `optional`, may) name. */
export interface ExpectedConflict {
  readonly row: RowId;
  readonly kind: "file" | "key" | "row" | "tool-call";
  /** The report says one of them. */
  readonly paths: readonly string[];
  readonly ours: readonly Did[];
  readonly theirs: readonly Did[];
  /** Another conflict says it already: the directory of a file that came back with it. */
  readonly optional: boolean;
}

/** What an oracle writes down besides the state: rows of the table that it used, conflicts, and where the page leaves a choice. */
export class Notebook {
  readonly hits = new Set<RowId>();
  readonly conflicts: ExpectedConflict[] = [];
  /** Why the result cannot be told exactly; only what holds in any case is checked then. */
  readonly doubts = new Set<string>();

  hit(row: RowId): void {
    this.hits.add(row);
  }

  conflict(
    row: RowId,
    kind: ExpectedConflict["kind"],
    paths: readonly (string | undefined)[],
    ours: readonly Did[],
    theirs: readonly Did[],
    optional = false,
  ): void {
    this.hit(row);
    const known = [...new Set(paths.filter((path) => path !== undefined))];
    this.conflicts.push({ row, kind, paths: known, ours, theirs, optional });
  }

  doubt(why: string): void {
    this.doubts.add(why);
  }
}
