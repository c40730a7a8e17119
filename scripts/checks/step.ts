import { join } from "node:path";

/** One thing that `npm test` runs: a program on this Node, which ends with 0 if all is well. */
export interface Step {
  readonly name: string;
  readonly what: string;
  /** Script and arguments, from the folder of the clone. */
  readonly args: readonly string[];
  /** True if it reads what the steps `types` and `build` write. */
  readonly needsBuild?: boolean;
  /** Where it writes its result by vitest's JSON reporter. A step without it counts as one test. */
  readonly resultFile?: string;
}

/** How many tests passed and failed, and why a failure is counted that no test shows. */
export interface StepResult {
  readonly passed: number;
  readonly failed: number;
  readonly problems: readonly string[];
}

const RESULTS = ".cache/test-results";

/** The script of an installed program, to be run without its shell wrapper. */
export function cli(packageName: string, script: string): string {
  return join("node_modules", packageName, script);
}

/** One project of vitest.config.ts. Snapshots are never written and `.only` is an error, here as in CI. */
export function vitest(project: string, what: string): Step {
  const resultFile = `${RESULTS}/${project}.json`;
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultFile}`];
  const args = [cli("vitest", "vitest.mjs"), "run", "--project", project, "--update=none", "--allowOnly=false", ...reporters];
  return { name: project, what, args, needsBuild: true, resultFile };
}
