import { setOutput } from "@actions/core";
import { type RunReport, reportFacts } from "@agentfs-sync/core";
import type { PulledAgent } from "./state.ts";

/** The outputs of action.yml, as the texts that workflows read. */
export interface ActionOutputs {
  readonly pulled: string;
  readonly pushed: string;
  readonly changed: string;
  readonly conflicts: string;
  readonly "cache-hit": string;
  readonly revision: string;
  readonly report: string;
  readonly rescue: string;
}

/** What holds until something else is known. */
export const NO_OUTPUTS: ActionOutputs = {
  pulled: "false",
  pushed: "false",
  changed: "false",
  conflicts: "0",
  "cache-hit": "false",
  revision: "",
  report: "",
  rescue: "",
};

/** The outputs that the main step knows. */
export function pullOutputs(report: RunReport, pulled: readonly Pick<PulledAgent, "restored">[] = []): ActionOutputs {
  const pulls = report.agents.map(({ agent, pull }) => ({ agent, revision: pull?.revision ?? "" }));
  const [only] = pulls;
  return {
    ...NO_OUTPUTS,
    ...commonOutputs(report),
    pulled: String(reportFacts(report.agents).pulled),
    "cache-hit": String(pulled.length > 0 && pulled.every(({ restored }) => restored !== null)),
    revision: pulls.length === 1 ? (only?.revision ?? "") : pulls.map(({ agent, revision }) => `${agent} ${revision}`).join("\n"),
  };
}

/** The outputs that the post step adds. GitHub drops outputs of post steps; runners that keep them, such as act, show these. */
export function pushOutputs(report: RunReport): Partial<ActionOutputs> {
  const { pushed, changed } = reportFacts(report.agents);
  return { ...commonOutputs(report), pushed: String(pushed), changed: String(changed) };
}

function commonOutputs(report: RunReport) {
  const { conflicts, rescues } = reportFacts(report.agents);
  return { conflicts: String(conflicts), report: boundedJson(report), rescue: rescues.join("\n") };
}

/** A longer text cannot be handed to a program in its environment, as `env:` of a step does. */
const LARGEST_REPORT_BYTES = 100_000;
const MOST_CONFLICTS = 1024;

/** The report, with fewer conflicts if they are too many for a step to read. */
function boundedJson(report: RunReport): string {
  for (let most = MOST_CONFLICTS; ; most >>= 1) {
    const agents = report.agents.map((agent) => ({ ...agent, conflicts: agent.conflicts.slice(0, most) }));
    const text = JSON.stringify({ ...report, agents });
    if (most === 0 || Buffer.byteLength(text) <= LARGEST_REPORT_BYTES) return text;
  }
}

export function writeOutputs(outputs: Partial<ActionOutputs>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}
