/**
 * Compares `agentfs-sync pull` and `push` with the official client: each measurement is one whole process, the two take
 * turns in one run, a proxy between them and the real server counts the bytes. It measures and never judges.
 *
 *     pnpm bench [--quick] [--json] [--only TEXT]
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { cleanUp } from "../test/parts/cleanup.ts";
import {
  coldPull,
  diffOneChanged,
  diffUnchanged,
  push,
  pushMuch,
  pushSmallFiles,
  type Round,
  type Scenario,
  smallPull,
  unchangedPull,
} from "./scenarios.ts";
import { measureStarts, renderStarts } from "./starts.ts";
import { type Result, renderTable, summarise } from "./table.ts";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, json: { type: "boolean" }, only: { type: "string" } },
});

const small = [coldPull(1), coldPull(20), unchangedPull(1), smallPull(1), push(1), pushSmallFiles(1000), diffOneChanged(30)];
const full = [
  coldPull(1),
  coldPull(20),
  coldPull(60),
  unchangedPull(20),
  smallPull(20),
  push(1),
  pushSmallFiles(10_000),
  pushMuch(30),
  pushMuch(300),
  diffUnchanged(300),
  diffOneChanged(30),
  diffOneChanged(300),
];
const scenarios = (options.quick ? small : full).filter(({ name }) => name.includes(options.only ?? ""));
const measuresStarts = "starts".includes(options.only ?? "");
const startRounds = options.quick ? 5 : 21;
const mostRounds = options.quick ? 1 : 5;
/** A scenario that has used up its share starts no further round, so that the whole ends within five minutes. */
const shareMs = (options.quick ? 60_000 : 300_000) / scenarios.length;

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
  for (const scenario of scenarios) results.push(summarise(scenario.name, await roundsOf(scenario)));
  const starts = measuresStarts ? await measureStarts(startRounds) : [];
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? "unknown", node: process.version };
  if (options.json) {
    console.log(JSON.stringify({ machine, results, starts }, null, 2));
  } else {
    if (results.length > 0) sayResults(results, `${machine.cpus} × ${machine.model}`);
    if (starts.length > 0)
      console.log(`\nStart to end with nothing to do; a ratio is to the empty program.\n\n${renderStarts(starts)}`);
  }
} finally {
  await cleanUp();
}

function sayResults(results: readonly Result[], machine: string): void {
  console.log(renderTable(results));
  console.log(`\nMedians; a ratio is ours / official, below 1 we need less. Whole processes, ${machine}.`);
  console.log(`Ours is checked and published as two files (the base and the working copy); official is one replica.`);
  console.log(
    "Where official has no line, it has nothing like it, or (a push of 30 MB and more) takes gigabytes and ends itself.",
  );
}
