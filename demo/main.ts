import { mkdtemp, realpath, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { endAll } from "./processes.ts";
import { tellStory } from "./story.ts";

const startedAt = performance.now();
const folder = await mkdtemp(join(await realpath(tmpdir()), "agentfs-sync-demo-"));

/** Ends what runs, removes what was written: however the demo ends. */
async function tidyUp(): Promise<void> {
  await endAll();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

const interrupted = new Promise<NodeJS.Signals>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, resolve);
  process.stdout.on("error", () => resolve("SIGPIPE")); // nobody reads any more: `npm run demo | head`
});

try {
  const end = await Promise.race([tellStory(folder), interrupted]);
  await tidyUp();
  if (typeof end === "string") {
    console.log(`\ndemo: interrupted by ${end}; nothing of it is left`);
    process.exitCode = 128 + constants.signals[end];
  } else if (end.length > 0) {
    console.log(
      `\n${end.map((fault) => `  ${fault}`).join("\n")}\ndemo: ${end.length} writes of 4 jobs are not as they should be`,
    );
    process.exitCode = 1;
  } else {
    console.log(`\n(${((performance.now() - startedAt) / 1000).toFixed(1)} s)\ndemo: every write of 4 jobs is there`);
  }
} catch (error) {
  await tidyUp();
  console.log(`\ndemo: failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
