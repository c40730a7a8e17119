import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Group } from "./group.ts";
import { runStep } from "./run-step.ts";
import { selectSteps } from "./select.ts";
import { STEPS } from "./steps.ts";

/**
 * Runs the named steps, or all, one after the other: a failure does not stop the next ones. The last line is the total.
 * A signal ends the step under way and with it the run.
 */
async function main(names: readonly string[]): Promise<number> {
  const steps = selectSteps(STEPS, names);
  let running: Group | undefined;
  let interruptedBy: NodeJS.Signals | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      interruptedBy = name;
      running?.signal(name);
    });
  }
  // The server and other programs leave temporary files behind; this way they go with the run.
  const temp = await mkdtemp(join(await realpath(tmpdir()), "agentfs-sync-tests-"));
  const total = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const step of steps) {
    if (interruptedBy !== undefined) break;
    console.log(`\n== ${step.name}: ${step.what}`);
    const startedAt = performance.now();
    const result = await runStep(step, temp, (group) => {
      running = group;
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    total.passed += result.passed;
    total.failed += result.failed;
    const verdict = result.failed === 0 ? "ok    " : "FAILED";
    lines.push(
      `${verdict} ${step.name.padEnd(12)} ${`${seconds} s`.padStart(8)}  ${result.passed} passed, ${result.failed} failed`,
    );
    for (const problem of result.problems) lines.push(`       ${step.name}: ${problem}`);
    console.log(lines.slice(-1 - result.problems.length).join("\n"));
  }
  await rm(temp, { recursive: true, force: true, maxRetries: 3 });
  if (interruptedBy !== undefined) {
    lines.push(`FAILED interrupted by ${interruptedBy}`);
    total.failed += 1;
  }
  console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
