import { changeLines } from "./change-lines.ts";
import { bounded, escapeMarkdown, table } from "./escape-markdown.ts";
import { historyLines } from "./history-lines.ts";
import { sideLines } from "./side-lines.ts";
import { sizeText } from "./size.ts";
import type { AgentReport, PullOutcome, PullReport, PushReport, RunReport } from "./types.ts";

const MOST_AGENTS = 100;
const MOST_CONFLICTS = 50;
/** GitHub shows none of a summary that is larger than 1 MiB. */
const MOST_BYTES = 1_000_000;

/** What is known of an agent's pull, where the report is one of a push. */
interface KnownPull {
  readonly agent: string;
  readonly pull: PullOutcome;
  readonly bytesReceived: number;
}

/** A report as Markdown, for the page of a job; "" when there is nothing to say. */
export const renderMarkdown = (report: RunReport): string => renderSummary([], report);

/** The job summary: a row an agent, then conflicts, errors and changes; "" when there is nothing to say. All that comes from outside is escaped. */
export function renderSummary(pulls: readonly KnownPull[], report: RunReport): string {
  const agents = report.agents.filter((agent) => isWorthSaying(agent));
  if (agents.length === 0) return "";
  const rows = agents
    .slice(0, MOST_AGENTS)
    .map((agent) => [
      agent.agent,
      cameIn(agent.pull ?? pulls.find(({ agent: name }) => name === agent.agent) ?? null),
      wentOut(agent),
      ...changes(agent.push),
    ]);
  const quiet = report.agents.length - agents.length;
  const lines = [
    "### Agents of this job",
    "",
    ...table(["agent", "came in", "went out", "files", "keys", "tool calls"], rows),
    ...more(agents.length - MOST_AGENTS, "agents"),
    "",
    `${quiet === 0 ? "" : `Nothing changed in ${quiet} more. `}Took ${seconds(report.durationMs)}.`,
    ...conflictLines(agents),
    // Before what agents have written, which may be so much that the page takes nothing after it.
    ...errorLines(agents),
    ...sideLines(agents),
    ...historyLines(agents),
    ...changeLines(agents),
    "",
  ];
  return bounded(lines, MOST_BYTES, "\n… and more than this page takes; the log has all of it.\n").join("\n");
}

function isWorthSaying({ push, conflicts, error, rescue, log = [], revert, diff }: AgentReport): boolean {
  const isQuiet = push === null || push.outcome === "unchanged" || push.outcome === "skipped";
  if (!isQuiet || conflicts.length > 0 || error !== null || rescue !== null) return true;
  // What was asked for by `log`, `revert` or `diff`.
  return log.length > 0 || revert !== undefined || diff?.workingCopy === "changed";
}

function cameIn(pull: PullReport | KnownPull | null): string {
  if (pull === null) return "";
  const outcome = "pull" in pull ? pull.pull : pull.outcome;
  // Engine `agentfs` does not count.
  if (outcome === "pulled") return pull.bytesReceived === 0 ? "something new" : sizeText(pull.bytesReceived);
  return { unchanged: "nothing new", new: "a new agent", skipped: "from the cache", failed: "failed" }[outcome];
}

function wentOut({ push, error }: AgentReport): string {
  if (push === null) return error === null ? "" : "failed";
  const { outcome, sequence, bytesSent } = push;
  const sent = sequence === null ? "" : `, as push ${sequence}, ${sizeText(bytesSent)}`;
  return outcome === "unchanged" ? "nothing changed" : `${outcome}${sent}`;
}

function changes(push: PushReport | null): readonly string[] {
  if (push === null) return ["", "", ""];
  const { files, keys, toolCalls } = push;
  const counts = (kinds: Readonly<Record<string, number>>) =>
    Object.entries(kinds)
      .flatMap(([did, count]) => (count === 0 ? [] : [`${count} ${did}`]))
      .join(", ");
  return [counts({ ...files }), counts({ ...keys }), counts({ ...toolCalls })];
}

function conflictLines(agents: readonly AgentReport[]): readonly string[] {
  const rows = agents.flatMap(({ agent, conflicts }) =>
    conflicts.map(({ path, ours, theirs, oursAt, theirsAt }) => [
      agent,
      path,
      `${ours}: ${oursAt ?? "not kept"}`,
      `${theirs}: ${theirsAt ?? "not kept"}`,
    ]),
  );
  if (rows.length === 0) return [];
  return [
    "",
    "#### Changed here and by another job",
    "",
    ...table(["agent", "what", "this job's version", "the other version"], rows.slice(0, MOST_CONFLICTS)),
    ...more(rows.length - MOST_CONFLICTS, "conflicts"),
  ];
}

function errorLines(agents: readonly AgentReport[]): readonly string[] {
  const failed = agents.filter(({ error, rescue }) => error !== null || rescue !== null).slice(0, MOST_AGENTS);
  if (failed.length === 0) return [];
  const lines = failed.map(({ agent, error, rescue }) => {
    const kept =
      rescue === null ? "" : ` What could not be pushed is kept in ${rescue}; agentfs-sync rescue push takes it, on any machine.`;
    return `- ${escapeMarkdown(`${agent}: ${error === null ? "" : `${error.message} ${error.hint}`}${kept}`)}`;
  });
  return ["", "#### What to do next", "", ...lines];
}

const more = (count: number, what: string) => (count > 0 ? ["", `… and ${count} more ${what}.`] : []);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
