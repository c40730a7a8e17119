/**
 * Compares `agentfs-sync` with the official client, and with the real `agentfs` if AGENTFS_BINARY names it: each measurement is one
 * whole process, they take turns in one run, a wire between them and the real server counts the bytes. It measures and never judges.
 *
 *     pnpm bench [--quick] [--json] [--only TEXT] [--rounds N] [--write FILE]
 */
import { parseArgs } from "node:util";
import { cleanUp } from "../test/parts/cleanup.ts";
import { writeFigures } from "./document.ts";
import type { Round, Scenario } from "./scenario.ts";
import { renderAll, thisMachine } from "./show.ts";
import { measureStarts } from "./starts.ts";
import { FULL, QUICK } from "./suite.ts";
import { summarise } from "./table.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    json: { type: "boolean" },
    only: { type: "string" },
    rounds: { type: "string" },
    write: { type: "string" },
  },
});

const scenarios = (options.quick ? QUICK : FULL).filter(({ name, group }) => `${group}: ${name}`.includes(options.only ?? ""));
const measuresStarts = "starts".includes(options.only ?? "");
const startRounds = options.quick ? 5 : 21;
const mostRounds = Number(options.rounds ?? (options.quick ? 1 : 5));
const STARTS_MS = 60_000;
const SHORT_ROUND_MS = 4000;
/** So that the whole, with what is installed and built first, ends within ten minutes. */
const deadline = Date.now() + 550_000 - (measuresStarts ? STARTS_MS : 0);

/** At least one round, three if they are short, and no further one that would take longer than what is left of the share. */
async function roundsOf(scenario: Scenario, shareMs: number): Promise<Round[]> {
  const startedAt = Date.now();
  const measureRound = await scenario.prepare();
  const rounds: Round[] = [];
  let roundMs = 0;
  do {
    console.error(`${scenario.name}: round ${rounds.length + 1}`);
    const roundAt = Date.now();
    rounds.push(await measureRound(rounds.length));
    roundMs = Date.now() - roundAt;
  } while (
    rounds.length < mostRounds &&
    (Date.now() - startedAt + roundMs < shareMs || (roundMs < SHORT_ROUND_MS && rounds.length < 3))
  );
  await cleanUp();
  return rounds;
}

try {
  const results = [];
  // What one does not use of its share the next ones have.
  for (const [index, scenario] of scenarios.entries()) {
    const shareMs = (deadline - Date.now()) / (scenarios.length - index);
    results.push(summarise(scenario, await roundsOf(scenario, shareMs)));
  }
  const starts = measuresStarts ? await measureStarts(startRounds) : [];
  const machine = thisMachine();
  const shown = renderAll(results, starts, machine);
  console.log(options.json ? JSON.stringify({ machine, results, starts }, null, 2) : shown);
  if (options.write !== undefined) writeFigures(options.write, shown);
  console.error(`${Math.round(process.uptime())} s`);
} finally {
  await cleanUp();
}
