/** Printed once a run, so that a failure can be repeated. */
export default function printSeed(): void {
  console.log(`Property tests: AGENTFS_SYNC_SEED=${process.env.AGENTFS_SYNC_SEED} repeats this run.`);
}
