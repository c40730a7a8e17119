import fc from "fast-check";
import type { ConflictPolicy } from "../../packages/core/src/config/types.ts";
import { WRITER_KINDS, type WriterKind } from "./conventions.ts";
import { type Step, steps } from "./steps.ts";

/** What one writer does in one round, and where it comes in the order of pushes. */
export interface Turn {
  readonly program: readonly Step[];
  readonly rank: number;
  /** Whether it takes the others' work after its push, or goes on from what it has. */
  readonly pulls: boolean;
}

/** Writers that start from one state and push to one remote. */
export interface Scenario {
  readonly policy: ConflictPolicy;
  /** As databases of the real program do: a deleted file's number goes to the next new one. */
  readonly reusesNumbers: boolean;
  readonly writers: readonly { readonly kind: WriterKind; readonly turns: readonly Turn[] }[];
}

const turn: fc.Arbitrary<Turn> = fc.record({ program: steps, rank: fc.nat(9), pulls: fc.boolean() });

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  policy: fc.constantFrom("keep-both", "keep-both", "keep-both", "ours", "theirs", "fail"),
  reusesNumbers: fc.boolean(),
  writers: fc.array(
    fc.record({ kind: fc.constantFrom(...WRITER_KINDS), turns: fc.array(turn, { minLength: 1, maxLength: 3 }) }),
    { minLength: 2, maxLength: 4 },
  ),
});

/** All turns in the order of their pushes, round by round, by the writer's number. */
export function inRounds({ writers }: Scenario): readonly (readonly { readonly writer: number; readonly turn: Turn }[])[] {
  const length = Math.max(...writers.map(({ turns }) => turns.length));
  return Array.from({ length }, (_, round) =>
    writers
      .flatMap(({ turns }, writer) => {
        const turn = turns[round];
        return turn === undefined ? [] : [{ writer, turn }];
      })
      .sort((a, b) => a.turn.rank - b.turn.rank),
  );
}
