import type { AgentReport } from "./types.ts";

/** What a CI's later steps want to know of a run, all agents together. */
export interface ReportFacts {
  /** Every agent was. */
  readonly pulled: boolean;
  /** Something reached the remote. */
  readonly pushed: boolean;
  /** There was something to push. */
  readonly changed: boolean;
  readonly conflicts: number;
  /** Where the changes are that could not be pushed. */
  readonly rescues: readonly string[];
}

export function reportFacts(agents: readonly AgentReport[]): ReportFacts {
  const pulls = agents.map(({ pull }) => pull?.outcome ?? "failed");
  const pushes = agents.flatMap(({ push }) => push?.outcome ?? []);
  return {
    pulled: pulls.length > 0 && pulls.every((outcome) => outcome !== "failed" && outcome !== "skipped"),
    pushed: pushes.some((outcome) => outcome === "pushed" || outcome === "pushed-unverified"),
    changed: pushes.some((outcome) => outcome !== "unchanged" && outcome !== "skipped"),
    conflicts: agents.reduce((sum, { conflicts }) => sum + conflicts.length, 0),
    rescues: agents.flatMap(({ rescue }) => rescue ?? []),
  };
}
