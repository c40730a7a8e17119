import { readFile, rm } from "node:fs/promises";
import { type Group, startGroup } from "./group.ts";
import type { Step, StepResult } from "./step.ts";
import { countVitest } from "./vitest-result.ts";

/** Longer than any step takes on two slow cores; a step that hangs is ended and has failed. */
const LONGEST_STEP_MS = 22 * 60_000;

/**
 * Runs one step with its output shown, and counts it. Its temporary files go to `temp`. What it leaves running is ended.
 * @param started Receives what runs, so that a signal can reach it.
 */
export async function runStep(step: Step, temp: string, started: (group: Group) => void): Promise<StepResult> {
  if (step.resultFile !== undefined) await rm(step.resultFile, { force: true });
  const group = startGroup(step.args, { ...process.env, TMPDIR: temp }, LONGEST_STEP_MS);
  started(group);
  const exitCode = await group.ended;
  group.signal("SIGKILL");
  return step.resultFile === undefined ? countExit(exitCode) : countVitest(await readIfThere(step.resultFile), exitCode);
}

function countExit(exitCode: number): StepResult {
  return exitCode === 0 ? { passed: 1, failed: 0, problems: [] } : { passed: 0, failed: 1, problems: [`ended with ${exitCode}`] };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
