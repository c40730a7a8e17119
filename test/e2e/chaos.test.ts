import { expect, it } from "vitest";
import { FAULT_KINDS } from "../chaos/draw/fault-kinds.ts";
import { ours } from "../chaos/engines/ours.ts";
import { runMany } from "../chaos/runs.ts";
import { isGood } from "../chaos/show/result.ts";
import { renderTable, sum } from "../chaos/show/table.ts";

const RUNS = 60;
const JOBS = 3;
/** Long enough for slow cores: whatever hangs is found long before. */
const TIMEOUT_MS = 900_000;

it(
  `I1, I2, I7, I10: ${RUNS} runs of ${JOBS} jobs under faults of every kind: nothing is lost, doubled, or hangs`,
  async () => {
    const seed = Number(process.env["AGENTFS_SYNC_SEED"]);
    const runs = Array.from({ length: RUNS }, (_, run) => run);
    const options = {
      seed,
      jobs: JOBS,
      engine: ours,
      kinds: FAULT_KINDS,
      runs,
      atOnce: 2,
      hasReverts: true,
      onResult: () => undefined,
    };
    const startedAt = performance.now();
    const results = await runMany(options);
    console.log(renderTable({ seed, ...sum(results), durationMs: performance.now() - startedAt }));
    const failed = results.filter((result) => !isGood(result));
    expect(failed, `pnpm chaos --seed ${seed} --jobs ${JOBS} --reverts --replay RUN repeats a run`).toEqual([]);
  },
  TIMEOUT_MS,
);
