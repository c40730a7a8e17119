import { escapeMarkdown } from "./escape-markdown.ts";
import { sizeText } from "./size.ts";
import type { AgentReport, ConflictSide } from "./types.ts";

const MOST_SHOWN = 10;
const MOST_LINES = 10;
const MOST_LINE_CHARACTERS = 120;

/** What both sides of each conflict have, where the report knows it, beside each other and folded: the beginning of each. */
export function sideLines(agents: readonly AgentReport[]): readonly string[] {
  const known = agents.flatMap(({ agent, conflicts }) =>
    conflicts.flatMap(({ path, contents }) => (contents === undefined ? [] : [{ agent, path, ...contents }])),
  );
  const lines = known.slice(0, MOST_SHOWN).flatMap(({ agent, path, base, ours, theirs }) => {
    const columns = [["this job's version", ours] as const, ["the other version", theirs] as const];
    const all = base === null ? columns : [...columns, ["before both", base] as const];
    return [
      "",
      `<details><summary>Both versions of ${escapeMarkdown(path)} of ${escapeMarkdown(agent)}</summary>`,
      "",
      row(all.map(([title]) => escapeMarkdown(title))),
      row(all.map(() => "---")),
      row(all.map(([, side]) => cell(side))),
      "",
      "</details>",
    ];
  });
  const left = known.length - MOST_SHOWN;
  return left > 0 ? [...lines, "", `… and both versions of ${left} more.`] : lines;
}

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function cell(side: ConflictSide | null): string {
  if (side === null) return "nothing is there";
  const { kind, sizeBytes, text } = side;
  const size = kind === "file" || kind === "value" ? sizeText(sizeBytes) : kind;
  if (text === null) return kind === "directory" ? kind : `${size}, not shown`;
  const lines = text.replace(/\n$/, "").split("\n");
  const left = lines.length - MOST_LINES;
  const shown = lines.slice(0, MOST_LINES).map((line) => escapeMarkdown(cut(line)));
  return [...shown, ...(left > 0 ? [`… and ${left} more lines`] : [])].join("<br>");
}

const cut = (line: string): string =>
  line.length <= MOST_LINE_CHARACTERS
    ? line
    : `${line.slice(0, MOST_LINE_CHARACTERS).toWellFormed()}… (${line.length} characters)`;
