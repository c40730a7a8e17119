import { expect } from "vitest";
import { diff } from "../../packages/core/src/agentfs/diff.ts";
import { CONVENTIONS } from "./conventions.ts";
import { withoutNumbers } from "./lasting.ts";
import { PlainRemote, type Push, type Shelf } from "./plain-remote.ts";
import { checkLoss, checkPush } from "./push-check.ts";
import { NO_LABELS, readState } from "./read-state.ts";
import { operations, texts } from "./run-plain.ts";
import { inRounds, type Scenario } from "./scenario.ts";
import type { Statistics } from "./statistics.ts";
import { Story } from "./story.ts";
import { Writer } from "./writer.ts";

/** A push that was committed, with the whole remote after it. */
interface Committed extends Push {
  readonly after: string;
}

/** Plays a scenario on files, takes one of its pushes back, and then that back. `which` chooses among those that were made. */
export function revertPlain(scenario: Scenario, which: number, seed: string, shelf: Shelf, statistics: Statistics): void {
  const story = new Story();
  story.during(() => {
    const remote = new PlainRemote(shelf, seed);
    const pushes = play(scenario, remote, story);
    const at = which % Math.max(pushes.length, 1);
    const chosen = pushes[at];
    if (chosen === undefined) return;
    story.tell(`push ${at + 1} of ${pushes.length} is taken back, ${scenario.policy}`);
    const undo = remote.undoOf(chosen);
    // The part that is kept holds all that the push changed on the remote, and nothing else.
    expect(changesOf(undo.origin, undo.snapshot)).toEqual(changesOf(chosen.after, chosen.theirs));
    const suffix = `before-${at + 1}`;
    const reverted = { ...remote.revert(undo, scenario.policy, suffix), after: remote.file };
    check(chosen, reverted, { policy: scenario.policy, suffix }, statistics, story);
    if (reverted.isRefused) return;
    // Nobody came after it: exactly what was there before.
    if (chosen === pushes.at(-1)) expect(stateOf(reverted.after)).toEqual(stateOf(chosen.theirs));
    story.tell("and that is taken back");
    const again = remote.revert(remote.undoOf(reverted), "fail", "before-again");
    expect(again.conflicts).toEqual([]);
    expect(stateOf(remote.file)).toEqual(stateOf(reverted.theirs));
  });
  statistics.ran();
}

const stateOf = (file: string) => withoutNumbers(readState(file));

/** Content that is the same on both sides need not be there, and of content that is known by its hash all counts as new. */
function changesOf(origin: string, snapshot: string) {
  const { objects, entries, rows, toolCalls, tables, schema } = diff(origin, snapshot);
  const changes = objects.map(({ before, after, newBytes: _, ...rest }) => {
    const isSame = before?.content?.hash === after?.content?.hash;
    return { ...rest, before: isSame ? before?.row : before, after: isSame ? after?.row : after };
  });
  // In whatever order the rows lie in the file.
  const inOrder = tables.map(({ rows: found, ...table }) => ({ ...table, rows: found.map(textOf).sort() }));
  return { changes, entries, rows, toolCalls, tables: inOrder, schema };
}

const textOf = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part));

function play({ policy, writers, ...rest }: Scenario, remote: PlainRemote, story: Story): readonly Committed[] {
  const machines = writers.map(() => remote.pull());
  const pushes: Committed[] = [];
  let timeSeconds = 1000;
  for (const [round, turns] of inRounds({ policy, writers, ...rest }).entries()) {
    for (const { writer, turn } of turns) {
      const [machine, kind] = [machines[writer], writers[writer]?.kind];
      if (machine === undefined || kind === undefined) throw new Error(`no writer ${writer}`);
      timeSeconds += 100;
      {
        using open = new Writer(machine.file, CONVENTIONS[kind], timeSeconds);
        for (const op of operations(turn.program, open, texts(`w${writer}r${round}`))) {
          story.operation(writer, op);
          open.perform(op);
        }
      }
      const push = remote.push(machine, policy, `push${String(pushes.length).padStart(4, "0")}`);
      story.tell(`${writer} pushes${push.isRefused ? " in vain" : ""}`);
      if (!push.isRefused) pushes.push({ ...push, after: remote.file });
      if (turn.pulls || push.conflicts.length > 0) machines[writer] = remote.pull();
    }
  }
  return pushes;
}

/** By the oracle, which is given the whole of each state: what is taken back is a push like any other. */
function check(
  { after: origin, theirs: snapshot }: Committed,
  { theirs: before, after, conflicts, isRefused }: Committed,
  { policy, suffix }: { readonly policy: Scenario["policy"]; readonly suffix: string },
  statistics: Statistics,
  story: Story,
): void {
  const push = { origin, snapshot, before, after, labels: NO_LABELS, policy, suffix, conflicts, isRefused };
  // What was moved and is gone by now stays gone, other than after a push; and the oracle does not know that.
  if (conflicts.some(({ ours, theirs }) => ours === "moved" && theirs === "removed")) checkLoss(push);
  else checkPush(push, statistics, story);
}
