import { summary } from "@actions/core";
import type { AgentReport, PushReport, RunReport } from "@agentfs-sync/core";
import type { PulledAgent } from "./state.ts";

/** The job summary: one row an agent, then the errors. Everything that comes from outside is escaped. */
export function renderSummary(pulls: readonly Pick<PulledAgent, "agent" | "pull">[], report: RunReport): string {
  const rows = report.agents.map((agent) =>
    row([
      agent.agent,
      pulls.find((pulled) => pulled.agent === agent.agent)?.pull ?? "",
      agent.push?.outcome ?? "failed",
      ...changes(agent.push),
      String(agent.conflicts.length),
    ]),
  );
  return [
    "#### Agents of this job",
    "",
    "| agent | pull | push | files | keys | tool calls | conflicts |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    ...report.agents.flatMap(errorLines),
    "",
  ].join("\n");
}

/** Appends to the summary page of the step, where the runner has one. */
export async function writeSummary(markdown: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (env.GITHUB_STEP_SUMMARY) await summary.addRaw(markdown, true).write();
}

/** Letters, digits and harmless signs as they are, all else as a numeric reference: inert in Markdown and in HTML alike. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[^\p{L}\p{N} .,;=%+'-]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}

const row = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;

function changes(push: PushReport | null): readonly string[] {
  if (push === null) return ["", "", ""];
  const { files, keys, toolCalls } = push;
  const list = (parts: readonly (readonly [string, number])[]) =>
    parts.flatMap(([sign, count]) => (count === 0 ? [] : [`${sign} ${count}`])).join(", ") || "none";
  return [
    list([
      ["added", files.added],
      ["changed", files.changed],
      ["removed", files.removed],
      ["renamed", files.renamed],
    ]),
    list([
      ["added", keys.added],
      ["changed", keys.changed],
      ["removed", keys.removed],
    ]),
    list([["added", toolCalls.added]]),
  ];
}

function errorLines({ agent, error, rescue }: AgentReport): readonly string[] {
  if (error === null) return [];
  const kept = rescue === null ? "" : ` Kept in ${rescue}.`;
  return ["", escapeMarkdown(`${agent}: ${error.message} ${error.hint}${kept}`)];
}
