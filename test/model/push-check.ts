import { expect } from "vitest";
import type { ConflictPolicy } from "../../packages/core/src/config/types.ts";
import type { Conflict } from "../../packages/core/src/report/types.ts";
import { inconsistencies } from "../parts/consistency.ts";
import { checkConflicts, checkNothingLost, checkState } from "./check.ts";
import { nextLabels } from "./next-labels.ts";
import { expectedMerge } from "./oracle/merge.ts";
import { type Labels, readState } from "./read-state.ts";
import { remembered } from "./remembered.ts";
import type { State } from "./state.ts";
import type { Statistics } from "./statistics.ts";
import type { Story } from "./story.ts";

const stateOf = remembered(readState);
const problemsOf = remembered(inconsistencies);

/** A push that was tried, with the files before it, and what the remote holds after it. */
export interface Pushed {
  readonly origin: string;
  readonly snapshot: string;
  readonly before: string;
  readonly after: string;
  readonly labels: Labels;
  readonly policy: ConflictPolicy;
  readonly suffix: string;
  readonly conflicts: readonly Conflict[];
  /** Policy `fail`, and there are conflicts. */
  readonly isRefused: boolean;
}

/** Holds a push against the oracle; gives what the remote calls the snapshot's things from now on. */
export function checkPush(push: Pushed, statistics: Statistics, story: Story): Labels {
  const { policy, suffix, labels, conflicts, isRefused } = push;
  const [origin, ours, theirs] = [stateOf(push.origin), stateOf(push.snapshot), stateOf(push.before)];
  const outcome = expectedMerge(origin, ours, theirs, { policy, suffix, labels });
  const after = stateOf(push.after);
  if (areTwoOneThere(origin, labels)) {
    outcome.notes.doubt("two names of one file here that are one there");
    statistics.add(outcome.notes);
    if (isRefused) {
      // Whether that is a conflict is in doubt; that nothing was changed is not.
      expect([policy, after]).toEqual(["fail", theirs]);
      return labels;
    }
    checkLoss(push);
    return nextLabels(labels, { origin, snapshot: ours, theirs, remote: after }, outcome);
  }
  statistics.add(outcome.notes);
  story.conflicts(outcome.notes.conflicts, conflicts);
  if (isRefused) {
    expect(policy).toBe("fail");
    expect(after).toEqual(theirs);
    checkConflicts(outcome.notes.conflicts, conflicts, suffix);
    return labels;
  }
  checkState(outcome, after, suffix);
  checkConflicts(outcome.notes.conflicts, conflicts, suffix);
  checkLoss(push);
  return nextLabels(labels, { origin, snapshot: ours, theirs, remote: after }, outcome);
}

/** Whether the job linked a file to where the others had moved another name of it: what it does to either happens to both. */
function areTwoOneThere({ names }: State, labels: Labels): boolean {
  return new Set([...names.keys()].map((id) => labels.name.get(id) ?? id)).size < names.size;
}

/** What holds of every push: the remote is consistent, and nothing that a side has written is lost or doubled. */
export function checkLoss({ origin, snapshot, before, after, policy, conflicts }: Pushed): void {
  // What a native client has left, a directory's inode for one, is not ours to remove.
  const left = new Set(problemsOf(before));
  expect(problemsOf(after).filter((problem) => !left.has(problem))).toEqual([]);
  const isChosen = conflicts.length > 0 && (policy === "ours" || policy === "theirs");
  const gaveUp = !isChosen ? "neither" : policy === "ours" ? "theirs" : "ours";
  if (policy !== "fail" || conflicts.length === 0)
    checkNothingLost(stateOf(origin), stateOf(snapshot), stateOf(before), stateOf(after), gaveUp);
}
