import type { Conflict, ErrorCode } from "../../../packages/core/src/index.ts";
import type { AgentOp } from "../agent.ts";
import type { Patch } from "../merge-result.ts";

/** A row of the tables of docs/merge.md, or a rule of its "What is the same thing". */
export type Row = `F${number}` | `K${number}` | `T${number}` | `rule ${1 | 2 | 3 | 4}`;

/** What both sides did that is no conflict: one result, in either order. The first case of a row is its example on the page. */
export interface MergeCase {
  readonly row: Row;
  readonly name: string;
  readonly one: readonly AgentOp[];
  readonly other: readonly AgentOp[];
  readonly result: Patch;
}

type Did = Conflict["ours"];

/** How one conflict ended: by what, and where each side's version is. `<push>` stands for the digits of the push id. */
export type Ending = readonly [
  resolution: Exclude<Conflict["resolution"], "fail">,
  oursAt: string | null,
  theirsAt: string | null,
];

export interface Outcome {
  /** One for each of the case's conflicts. */
  readonly endings: readonly Ending[];
  readonly result: Patch;
}

/** By policy; where `ours` or `theirs` is left out it gives what `keep-both` gives. */
export interface Outcomes {
  readonly "keep-both": Outcome;
  readonly ours?: Outcome;
  readonly theirs?: Outcome;
}

/** What two machines do to one thing, of which the later push says what it found. */
export interface ConflictCase {
  readonly row: Row;
  readonly name: string;
  readonly ours: readonly AgentOp[];
  readonly theirs: readonly AgentOp[];
  /** Path, what ours did, what theirs did; empty where ours simply wins. */
  readonly found: readonly (readonly [path: string, ours: Did, theirs: Did, kind?: Conflict["kind"]])[];
  readonly outcomes: Outcomes;
}

/** What is refused under every policy. */
export interface RefusedCase {
  readonly row: Row;
  readonly name: string;
  readonly ours: readonly AgentOp[];
  readonly theirs: readonly AgentOp[];
  readonly code: ErrorCode;
}

export const kept = (oursAt: string, theirsAt: string): Ending => ["keep-both", oursAt, theirsAt];
export const oursAt = (at: string): Ending => ["ours", at, null];
export const theirsAt = (at: string): Ending => ["theirs", null, at];

/** One conflict that ends alike under every policy. */
export const always = (ending: Ending, result: Patch): Outcomes => ({ "keep-both": { endings: [ending], result } });

/** Two contents, `ours` and `theirs`, of one path: the usual ends of such a conflict. `rest` is what else has changed. */
export const twoContents = (path: string, copy: string, rest: Patch = {}): Outcomes => {
  const result = (files: Record<string, string>): Patch => ({ ...rest, files: { ...rest.files, ...files } });
  return {
    "keep-both": { endings: [kept(copy, path)], result: result({ [path]: "theirs", [copy]: "ours" }) },
    ours: { endings: [oursAt(path)], result: result({ [path]: "ours" }) },
    theirs: { endings: [theirsAt(path)], result: result({ [path]: "theirs" }) },
  };
};
