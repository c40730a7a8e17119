import type { RunReport } from "../../packages/core/src/report/types.ts";
import { cliPath, nodePath } from "./programs.ts";
import { type ChildResult, runChild } from "./run-child.ts";

export interface CliResult extends ChildResult {
  /** Standard output as the `--json` report; null when it is not one JSON object. */
  readonly json: RunReport | null;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The program that runs it; Node 24 if not given. */
  readonly node?: string;
}

/** Runs the built command to its end with a clean environment (no CI variables, no token). */
export async function runCli(args: readonly string[], { node = nodePath(), ...options }: CliOptions): Promise<CliResult> {
  const result = await runChild(node, [cliPath(), ...args], options);
  return { ...result, json: parseReport(result.stdout) };
}

function parseReport(stdout: string): RunReport | null {
  if (!stdout.trimStart().startsWith("{")) return null;
  return JSON.parse(stdout) as RunReport;
}
