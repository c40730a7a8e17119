import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { machine } from "../parts/machine.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { copyDatabase } from "./files.ts";
import { Shelf } from "./plain-remote.ts";
import { Pool } from "./pool.ts";
import { revertPlain } from "./revert-plain.ts";
import { runPlain } from "./run-plain.ts";
import { runServer } from "./run-server.ts";
import { scenario } from "./scenario.ts";
import { writeSeed } from "./seed.ts";
import { Statistics } from "./statistics.ts";

/** All runs of the model test together. */
const RUNS = Number(process.env.AGENTFS_SYNC_RUNS ?? 2000);

/** A part of them; each file of tests takes some, so that all cores have work. */
const share = (part: number) => Math.ceil(RUNS * part);

/** Long enough for slow cores: a test that takes longer hangs. */
export const LONGEST_MS = Math.max(300_000, RUNS * 450);

/** After this, a failure is told as short as it is by then. Runs that are not through have failed. */
const inTime = { interruptAfterTimeLimit: LONGEST_MS * 0.9, markInterruptAsFailure: true } as const;

/** Enough runs to come by every row of the page. */
const ENOUGH_RUNS = 800;

/** Draws of its own for each part, all told by the one seed that the run prints. */
const seeded = (part: number) => ({ seed: (Number(process.env.AGENTFS_SYNC_SEED) + part) | 0 });

/** Nine tenths of the runs are on files, in two halves. */
export async function runHalfOnFiles(half: 1 | 2): Promise<void> {
  const folder = await makeTempDir();
  const seeds = writeSeeds(folder);
  const statistics = new Statistics(share(0.45));
  let count = 0;
  const property = fc.property(scenario, (input) => {
    using shelf = new Shelf(join(folder, String(count++)));
    runPlain(input, seeds[`${input.reusesNumbers}`], shelf, statistics);
  });
  fc.assert(property, { numRuns: share(0.45), ...inTime, ...seeded(half) });
  console.log(String(statistics));
  if (statistics.runs >= ENOUGH_RUNS) expect(statistics.missing).toEqual([]);
  expect(statistics.doubted).toBeLessThan(statistics.pushes / 50);
}

/** Writers that go on from what they have, whatever conflicts there were: less can be said of it, but nothing may be lost. */
export async function runWithoutPulls(): Promise<void> {
  const folder = await makeTempDir();
  const seeds = writeSeeds(folder);
  const statistics = new Statistics(share(0.1));
  let count = 0;
  const property = fc.property(scenario, (input) => {
    using shelf = new Shelf(join(folder, String(count++)));
    runPlain(input, seeds[`${input.reusesNumbers}`], shelf, statistics, true);
  });
  fc.assert(property, { numRuns: share(0.1), ...inTime, ...seeded(5) });
}

/** Any push of a random run is taken back, and that again. */
export async function runReverts(): Promise<void> {
  const folder = await makeTempDir();
  const seeds = writeSeeds(folder);
  const statistics = new Statistics(share(0.1));
  let count = 0;
  const property = fc.property(scenario, fc.nat(11), (input, which) => {
    using shelf = new Shelf(join(folder, String(count++)));
    revertPlain(input, which, seeds[`${input.reusesNumbers}`], shelf, statistics);
  });
  fc.assert(property, { numRuns: share(0.1), endOnFailure: true, ...inTime, ...seeded(6) });
  console.log(String(statistics));
}

/** A tenth of the runs is with a real server, in two halves. */
export async function runHalfOnServers(half: 1 | 2): Promise<void> {
  const folder = await makeTempDir();
  const seed = await seedServer(folder);
  const statistics = new Statistics(share(0.05));
  const pool = new Pool();
  let count = 0;
  const property = fc.asyncProperty(scenario, fc.option(fc.nat(3)), (input, native) =>
    runServer(input, { folder: join(folder, String(count++)), seed, pool, statistics, native }),
  );
  // A run takes long: the seed repeats a failure, and its story tells it.
  await fc.assert(property, { numRuns: share(0.05), endOnFailure: true, ...inTime, ...seeded(2 + half) });
  console.log(String(statistics));
}

function writeSeeds(folder: string): Readonly<Record<"true" | "false", string>> {
  const seeds = { true: join(folder, "reuses.db"), false: join(folder, "counts.db") };
  for (const reuses of [true, false]) writeSeed(seeds[`${reuses}`], reuses);
  return seeds;
}

/** The file of a server that somebody pushed the seed to. */
async function seedServer(folder: string): Promise<string> {
  const server = await startServer();
  const seeder = await machine(server.url);
  writeSeed(join(folder, "seed.db"), false);
  copyDatabase(join(folder, "seed.db"), seeder.db);
  await seeder.ok("push");
  await server.stop();
  return copyDatabase(server.file, join(folder, "remote.db"));
}
