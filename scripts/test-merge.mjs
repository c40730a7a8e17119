// `npm run test:merge -- --runs 50000 --seed 7`: installs and builds, then runs only the model test of the merge, as often as wanted.
import { parseArgs } from "node:util";
import { build, install, runOnNode24 } from "./setup.mjs";

const USAGE = "Usage: npm run test:merge -- [--runs N] [--seed N]";

/**
 * @param {string} name
 * @param {string | undefined} value
 */
function setNumber(name, value) {
  if (value === undefined) return;
  if (!/^\d+$/.test(value)) throw new Error(`${value} is no whole number`);
  process.env[name] = value;
}

try {
  const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
  setNumber("AGENTFS_SYNC_RUNS", values.runs);
  setNumber("AGENTFS_SYNC_SEED", values.seed);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
install();
await build();
// The console as it comes: a long run says how far it is.
const vitest = ["node_modules/vitest/vitest.mjs", "run", "test/model/", "--project", "property", "--disable-console-intercept"];
process.exitCode = await runOnNode24(vitest);
