import type { ConflictPolicy } from "../../packages/core/src/config/types.ts";
import type { AgentOp } from "../parts/agent.ts";
import { makeTempDir } from "../parts/temp.ts";
import { Shelf } from "./plain-remote.ts";
import { PlainWorld } from "./plain-world.ts";
import { writeSeed } from "./seed.ts";
import { Statistics } from "./statistics.ts";
import { Story } from "./story.ts";

/** What a writer does, one thing after the other. */
export type Act = readonly [writer: number, ...does: (AgentOp | "push" | "pull")[]];

/** Plays a story by hand, from the seed of the random programs; every push is held against the oracle. */
export async function play(policy: ConflictPolicy, ...acts: readonly Act[]): Promise<void> {
  const folder = await makeTempDir();
  const seed = `${folder}/seed.db`;
  writeSeed(seed, false);
  using shelf = new Shelf(`${folder}/run`);
  const story = new Story();
  story.during(() => {
    const statistics = new Statistics(0);
    const world = new PlainWorld({ policy, writers: ["plain", "plain", "plain"], seed, shelf, statistics, story });
    for (const [writer, ...does] of acts) {
      for (const act of does) {
        if (act === "push") world.push(writer);
        else if (act === "pull") world.pull(writer);
        else world.write(writer, () => [act]);
      }
    }
  });
}
