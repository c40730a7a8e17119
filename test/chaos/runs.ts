import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { machine } from "../parts/machine.ts";
import { writePlainly } from "../parts/plain-writer.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import type { FaultKind } from "./draw/fault-kinds.ts";
import { drawSchedule } from "./draw/schedule.ts";
import type { Engine } from "./engines/engine.ts";
import { type RunPlace, runOne } from "./run-one.ts";
import type { RunResult } from "./show/result.ts";

export interface RunsOptions {
  readonly seed: number;
  readonly jobs: number;
  readonly engine: Engine;
  readonly kinds: readonly FaultKind[];
  /** Their numbers. */
  readonly runs: readonly number[];
  /** How many at a time: most of a run is waiting. */
  readonly atOnce: number;
  /** Whether jobs also take pushes back. */
  readonly hasReverts: boolean;
  readonly onResult: (result: RunResult) => void;
}

export async function runMany({
  seed,
  jobs,
  engine,
  kinds,
  runs,
  atOnce,
  hasReverts,
  onResult,
}: RunsOptions): Promise<RunResult[]> {
  const place = await preparePlace(engine);
  const left = runs.slice();
  const results: RunResult[] = [];
  const worker = async (): Promise<void> => {
    for (let run = left.shift(); run !== undefined; run = left.shift()) {
      const result = await runOne(drawSchedule(seed, run, jobs, kinds, hasReverts), place);
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results.sort((a, b) => a.run - b.run);
}

async function preparePlace(engine: Engine): Promise<RunPlace> {
  const folder = await makeTempDir();
  const server = await startServer();
  const seeder = await machine(server.url);
  await seeder.ok("pull");
  writePlainly(seeder.db, "seed", "s".repeat(10_000));
  await seeder.ok("push");
  await server.stop();
  const seeded = join(folder, "seeded.db");
  for (const end of ["", "-wal"]) await copyFile(server.file + end, seeded + end);
  return { engine, seeded };
}
