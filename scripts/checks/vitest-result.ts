import type { StepResult } from "./step.ts";

/** The part of vitest's JSON report that is counted. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    name: string;
    status: string;
    message: string;
    assertionResults: readonly { status: string }[];
  }[];
}

/**
 * What a run of vitest counts as. Nothing may look better than it was: a file that could not be loaded, a skipped test, an
 * error outside of any test, a crash, a report that is missing and a run without tests are failures too.
 * @param text The report, or null if there is none.
 * @param exitCode What vitest ended with.
 */
export function countVitest(text: string | null, exitCode: number): StepResult {
  const report = text === null ? null : parseReport(text);
  if (report === null) return { passed: 0, failed: 1, problems: [`vitest left no report and ended with ${exitCode}`] };
  const problems: string[] = [];
  for (const file of report.testResults) {
    const shown = file.assertionResults.some((test) => test.status === "failed");
    if (file.status !== "passed" && !shown) problems.push(`${file.name}: ${file.message || "did not finish"}`);
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) problems.push(...Array<string>(skipped).fill("a test was skipped"));
  if (report.numPassedTests + report.numFailedTests === 0) problems.push("no test ran");
  if (exitCode !== 0 && report.numFailedTests + problems.length === 0) {
    problems.push(`an error outside of the tests: vitest ended with ${exitCode}`);
  }
  return { passed: report.numPassedTests, failed: report.numFailedTests + problems.length, problems };
}

function parseReport(text: string): VitestReport | null {
  try {
    const report: VitestReport = JSON.parse(text);
    const counts = [report.numPassedTests, report.numFailedTests, report.numPendingTests, report.numTodoTests];
    return counts.every(Number.isInteger) && Array.isArray(report.testResults) ? report : null;
  } catch {
    return null; // cut short by a crash: counted as missing
  }
}
