/**
 * Jobs, faults, and a count of what was lost: each run starts a real server and real commands, and does with them what the seed says.
 *
 *     pnpm chaos --runs N --seed S --jobs J [--json] [--only KIND,…] [--replay RUN] [--at-once N] [--reverts] [--engine agentfs-raw]
 */
import { randomInt } from "node:crypto";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { cleanUp } from "../parts/cleanup.ts";
import { FAULT_KINDS, kindsNamed } from "./draw/fault-kinds.ts";
import { drawSchedule } from "./draw/schedule.ts";
import { ours } from "./engines/ours.ts";
import { raw } from "./engines/raw.ts";
import { runMany } from "./runs.ts";
import { isGood, type RunResult } from "./show/result.ts";
import { renderTable, sum } from "./show/table.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    jobs: { type: "string", default: "3" },
    "at-once": { type: "string", default: String(cpus().length) },
    only: { type: "string" },
    replay: { type: "string" },
    engine: { type: "string", default: ours.name },
    reverts: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const kinds = values.only === undefined ? FAULT_KINDS : kindsNamed(values.only.split(","));
if (kinds === undefined) throw new Error(`--only takes kinds of faults, or their families: ${FAULT_KINDS.join(", ")}`);
const seed = Number(values.seed);
const jobs = Number(values.jobs);
const runs = values.replay === undefined ? Array.from({ length: Number(values.runs) }, (_, run) => run) : [Number(values.replay)];

const engine = [ours, raw].find(({ name }) => name === values.engine);
if (engine === undefined) throw new Error(`--engine takes ${ours.name} or ${raw.name}`);
const hasReverts = values.reverts;
if (hasReverts && engine === raw) throw new Error(`${raw.name} takes nothing back`);

function repeat({ run }: RunResult): string {
  const only = values.only === undefined ? "" : ` --only ${values.only}`;
  const reverts = hasReverts ? " --reverts" : "";
  return `pnpm chaos --engine ${values.engine} --seed ${seed} --jobs ${jobs}${only}${reverts} --replay ${run}`;
}

let done = 0;

/** A long run says how far it is. */
function onResult(result: RunResult): void {
  if (++done % 50 === 0) console.error(`${done} of ${runs.length} runs`);
  if (isGood(result)) return;
  const { lost, doubled, hangs, problems, story } = result;
  console.error(`\n${repeat(result)}`);
  console.error(JSON.stringify({ lost, doubled, hangs, problems, story }, null, 2));
  console.error(JSON.stringify(drawSchedule(seed, result.run, jobs, kinds ?? [], hasReverts)));
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
}
try {
  if (values.replay !== undefined) {
    console.error(JSON.stringify(drawSchedule(seed, Number(values.replay), jobs, kinds, hasReverts), null, 1));
  }
  const startedAt = performance.now();
  const results = await runMany({ seed, jobs, engine, kinds, runs, atOnce: Number(values["at-once"]), hasReverts, onResult });
  const total = { seed, ...sum(results), durationMs: Math.round(performance.now() - startedAt) };
  console.log(values.json ? JSON.stringify({ ...total, failed: results.filter((one) => !isGood(one)) }) : renderTable(total));
  process.exitCode = results.every(isGood) ? 0 : 1;
} finally {
  await cleanUp();
}
