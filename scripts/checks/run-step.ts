import { type ChildProcess, spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { constants } from "node:os";
import type { Step, StepResult } from "./step.ts";
import { countVitest } from "./vitest-result.ts";

/** Longer than any step takes on two slow cores; a step that hangs is ended and has failed. */
const LONGEST_STEP_MS = 20 * 60_000;

/**
 * Runs one step with its output shown, and counts it. Its temporary files go to `temp`.
 * @param started Receives the process, so that a signal can reach it.
 */
export async function runStep(step: Step, temp: string, started: (child: ChildProcess) => void): Promise<StepResult> {
  if (step.resultFile !== undefined) await rm(step.resultFile, { force: true });
  const child = spawn(process.execPath, step.args, {
    env: { ...process.env, TMPDIR: temp },
    stdio: "inherit",
    timeout: LONGEST_STEP_MS,
  });
  started(child);
  const exitCode = await exitOf(child);
  if (step.resultFile !== undefined) return countVitest(await readIfThere(step.resultFile), exitCode);
  return exitCode === 0 ? { passed: 1, failed: 0, problems: [] } : { passed: 0, failed: 1, problems: [`ended with ${exitCode}`] };
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
