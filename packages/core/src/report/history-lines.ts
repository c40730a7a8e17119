import { escapeMarkdown } from "./escape-markdown.ts";
import { logLines, revertLine } from "./log-lines.ts";
import type { AgentReport } from "./types.ts";

const MOST_PUSHES = 50;

/** The pushes of each agent, and what became of one that was to be taken back, as Markdown. */
export function historyLines(agents: readonly AgentReport[]): readonly string[] {
  return agents.flatMap(({ agent, log = [], revert }) => {
    const lines = [
      ...(revert === undefined ? [] : [revertLine(revert)]),
      ...(log.length === 0 ? [] : logLines(log.slice(0, MOST_PUSHES))),
    ];
    const left = log.length - MOST_PUSHES;
    const items = lines.map((line) => `- ${escapeMarkdown(`${agent}: ${line}`)}`);
    return items.length === 0 ? [] : ["", ...items, ...(left > 0 ? ["", `… and ${left} more.`] : [])];
  });
}
