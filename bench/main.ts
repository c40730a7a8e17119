/**
 * Compares `agentfs-sync` with the official client: each measurement is one whole process, the two take turns in one run, a wire
 * between them and the real server counts the bytes. It measures and never judges.
 *
 *     pnpm bench [--quick] [--json] [--only TEXT] [--write FILE]
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { cleanUp } from "../test/parts/cleanup.ts";
import { writeFigures } from "./document.ts";
import type { Round, Scenario } from "./scenario.ts";
import { renderAll } from "./show.ts";
import { measureStarts } from "./starts.ts";
import { FULL, QUICK } from "./suite.ts";
import { summarise } from "./table.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    json: { type: "boolean" },
    only: { type: "string" },
    write: { type: "string" },
  },
});

const scenarios = (options.quick ? QUICK : FULL).filter(({ name, group }) => `${group}: ${name}`.includes(options.only ?? ""));
const measuresStarts = "starts".includes(options.only ?? "");
const startRounds = options.quick ? 5 : 21;
const mostRounds = options.quick ? 1 : 5;
/** A scenario that has used up its share starts no further round, so that the whole ends within ten minutes. */
const shareMs = (options.quick ? 60_000 : 400_000) / scenarios.length;

async function roundsOf(scenario: Scenario): Promise<Round[]> {
  const startedAt = Date.now();
  const measureRound = await scenario.prepare();
  const rounds: Round[] = [];
  do {
    console.error(`${scenario.name}: round ${rounds.length + 1}`);
    rounds.push(await measureRound(rounds.length));
  } while (rounds.length < mostRounds && Date.now() - startedAt < shareMs);
  await cleanUp();
  return rounds;
}

try {
  const results = [];
  for (const scenario of scenarios) results.push(summarise(scenario, await roundsOf(scenario)));
  const starts = measuresStarts ? await measureStarts(startRounds) : [];
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? "unknown", node: process.version };
  const shown = renderAll(results, starts, machine);
  console.log(options.json ? JSON.stringify({ machine, results, starts }, null, 2) : shown);
  if (options.write !== undefined) writeFigures(options.write, shown);
} finally {
  await cleanUp();
}
