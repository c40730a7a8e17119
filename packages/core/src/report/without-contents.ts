import type { RunReport } from "./types.ts";

/** A report that says how much was changed, and where two sides met, and not what: for a log, or a page with little room. */
export function withoutContents(report: RunReport): RunReport {
  const agents = report.agents.map(({ changes: _, conflicts, ...agent }) => ({
    ...agent,
    conflicts: conflicts.map(({ contents: _, ...conflict }) => conflict),
  }));
  return { ...report, agents };
}
