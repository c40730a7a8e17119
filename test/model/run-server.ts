import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../parts/server.ts";
import { copyDatabase } from "./files.ts";
import type { Pool } from "./pool.ts";
import { operations, texts } from "./run-plain.ts";
import { inRounds, type Scenario } from "./scenario.ts";
import { ServerWorld } from "./server-world.ts";
import type { Statistics } from "./statistics.ts";
import { Story } from "./story.ts";

export interface ServerRun {
  /** A folder that is there only for this run. */
  readonly folder: string;
  /** The file of a stopped server. */
  readonly seed: string;
  readonly pool: Pool;
  readonly statistics: Statistics;
  /** The writer that is the official client, if one is. */
  readonly native: number | null;
}

/** Plays a scenario with a real server. */
export async function runServer(scenario: Scenario, { folder, seed, pool, statistics, native }: ServerRun): Promise<void> {
  const story = new Story();
  mkdirSync(folder, { recursive: true });
  const server = await startServer({ file: copyDatabase(seed, join(folder, "remote.db")) });
  const world = new ServerWorld({ url: server.url, policy: scenario.policy, folder, pool, statistics, story });
  await story.duringAsync(async () => {
    for (const { kind } of scenario.writers) await world.join(kind);
    for (const [round, turns] of inRounds(scenario).entries()) {
      const fresh = (writer: number) => texts(`w${writer}r${round}`);
      for (const { writer, turn } of turns) {
        if (writer !== native) await world.write(writer, (open) => operations(turn.program, open, fresh(writer)));
      }
      for (const { writer, turn } of turns) {
        if (writer === native) await world.writeNatively(writer, (open) => operations(turn.program, open, fresh(writer)));
        else await pushAndGoOn(world, writer, turn.pulls, scenario.policy === "fail");
      }
    }
  });
  if (native !== null) await pool.ask({ does: "close", path: join(folder, `native-${native}.db`) });
  await server.stop();
  rmSync(folder, { recursive: true, maxRetries: 3 });
  statistics.ran();
}

/** After a conflict a writer takes the result: what a later push from the same working copy finds is not the page's to say. */
async function pushAndGoOn(world: ServerWorld, writer: number, pulls: boolean, isStrict: boolean): Promise<void> {
  if (await world.push(writer, pulls)) return;
  if (isStrict) await world.startAnew(writer);
  else if (!pulls) await world.pull(writer);
}
