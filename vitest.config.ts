import { randomInt } from "node:crypto";
import { defineConfig } from "vitest/config";

/** AGENTFS_SYNC_SEED repeats the inputs of an earlier run of the property tests, which prints its seed. */
const seed = process.env.AGENTFS_SYNC_SEED ?? String(randomInt(2 ** 31));
process.env.AGENTFS_SYNC_SEED = seed;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts", "test/model/**/*.test.ts", "test/chaos/**/*.test.ts"],
          testTimeout: 20_000,
          maxWorkers: "100%",
        },
      },
      {
        test: {
          name: "property",
          include: ["packages/*/src/**/*.property.ts", "test/**/*.property.ts"],
          setupFiles: ["test/setup/use-seed.ts"],
          globalSetup: ["test/setup/print-seed.ts"],
          testTimeout: 180_000,
          maxWorkers: "100%",
          // A thousand runs leave thousands of files to remove.
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          // Each file starts servers and agents of its own, and mostly waits for one process at a time: two keep two cores at work.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
