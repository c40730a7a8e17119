import type { AgentOp } from "../parts/agent.ts";
import type { Shelf } from "./plain-remote.ts";
import { PlainWorld } from "./plain-world.ts";
import { resolve } from "./resolve.ts";
import { inRounds, type Scenario } from "./scenario.ts";
import type { Statistics } from "./statistics.ts";
import type { Fresh, Step } from "./steps.ts";
import { Story } from "./story.ts";
import type { Writer } from "./writer.ts";

/**
 * Plays a scenario on files. After a push with a conflict the writer takes the result: what a later push from the same working copy
 * finds is not the page's to say.
 */
export function runPlain(scenario: Scenario, seed: string, shelf: Shelf, statistics: Statistics, goesOn = false): void {
  const story = new Story();
  story.during(() => {
    const { policy, writers } = scenario;
    const world = new PlainWorld({ policy, goesOn, writers: writers.map(({ kind }) => kind), seed, shelf, statistics, story });
    for (const [round, turns] of inRounds(scenario).entries()) {
      for (const { writer, turn } of turns) {
        const fresh = texts(`w${writer}r${round}`);
        world.write(writer, (open) => operations(turn.program, open, fresh));
      }
      for (const { writer, turn } of turns) if (!world.push(writer) || turn.pulls) world.pull(writer);
    }
  });
  statistics.ran();
}

export function texts(prefix: string): Fresh {
  let count = 0;
  return () => `${prefix}n${count++}`;
}

export function* operations(program: readonly Step[], { db }: Pick<Writer, "db">, fresh: Fresh): Generator<AgentOp> {
  for (const step of program) yield* resolve(step, db, fresh);
}
