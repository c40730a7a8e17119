import { escapeMarkdown, table } from "./escape-markdown.ts";
import type { AgentReport, ChangesReport } from "./types.ts";

const MOST_ROWS = 50;

/** What each agent changed or would push, by name, where the report has it: folded, and of bounded length. */
export function changeLines(agents: readonly AgentReport[]): readonly string[] {
  return agents.flatMap(({ agent, changes, diff }) => {
    const shown = changes ?? diff;
    const rows = shown === undefined ? [] : rowsOf(shown);
    if (rows.length === 0) return [];
    const left = rows.length - MOST_ROWS;
    return [
      "",
      `<details><summary>What ${escapeMarkdown(agent)} changed (${rows.length})</summary>`,
      "",
      ...table(["did", "what"], rows.slice(0, MOST_ROWS)),
      ...(left > 0 ? ["", `… and ${left} more.`] : []),
      "",
      "</details>",
    ];
  });
}

function rowsOf({ files, keys, toolCalls, rows, schema }: ChangesReport): readonly (readonly [string, string])[] {
  return [
    ...keys.map(({ did, key }) => [did, `key ${key}`] as const),
    ...toolCalls.map(({ did, name, after }) => [did, `tool call ${name}${after === null ? "" : ` (${after})`}`] as const),
    ...rows.map(({ did, table: of, key }) => [did, `row of ${of} ${key}`] as const),
    ...schema.map(({ did, type, name }) => [did, `${type} ${name}`] as const),
    ...files.map(({ did, path, from }) => [did, from === null ? path : `${from} → ${path}`] as const),
  ];
}
