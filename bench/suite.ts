import { diffOneChanged, diffUnchanged } from "./diffs.ts";
import { pullAgents } from "./fleet.ts";
import { coldPull, scatteredPull, smallPull, unchangedPull } from "./pulls.ts";
import { pushFiles, pushMuch, pushNothing, pushOneFile, pushScattered, pushSmallFiles } from "./pushes.ts";
import type { Scenario } from "./scenario.ts";

const LATENCIES_MS = [25, 100] as const;

/** What is measured within a minute or two: a look, not a figure. */
export const QUICK: readonly Scenario[] = [
  coldPull(1),
  coldPull(20),
  unchangedPull(1),
  smallPull(1),
  pushNothing(1),
  pushOneFile(1),
  pushFiles(),
  pushSmallFiles(1000),
  diffOneChanged(30),
];

/** What is quick comes first: each leaves of its share to the next ones. */
export const FULL: readonly Scenario[] = [
  ...[1, 20].map((megabytes) => coldPull(megabytes)),
  unchangedPull(20),
  smallPull(20),
  pushNothing(20),
  pushOneFile(20),
  ...LATENCIES_MS.flatMap((latencyMs) => [
    coldPull(20, latencyMs),
    unchangedPull(1, latencyMs),
    smallPull(1, latencyMs),
    pushOneFile(1, latencyMs),
    pushFiles(latencyMs),
  ]),
  scatteredPull(60),
  pushScattered(60),
  pushFiles(),
  ...[20, 60, 300].flatMap((megabytes) => [smallPull(megabytes, 0, "growth"), pushOneFile(megabytes, 0, "growth")]),
  diffUnchanged(300),
  diffOneChanged(300),
  coldPull(60),
  coldPull(300),
  pushSmallFiles(10_000),
  pullAgents(50, 1),
  pushMuch(90),
  pushMuch(300, "ours"),
];
