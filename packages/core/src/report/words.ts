import type { ChangeCounts } from "./types.ts";

/** Counts in words: `3 files added, 1 key changed, 2 tool calls`, or `nothing but attributes` if all are 0. */
export function sayCounts({ files, keys, toolCalls, rows, schema }: ChangeCounts): string {
  const parts = [
    ...Object.entries(files).map(([did, count]) => say(count, "file", did)),
    ...Object.entries(keys).map(([did, count]) => say(count, "key", did)),
    say(toolCalls.added, "tool call", "added"),
    ...Object.entries(rows).map(([did, count]) => say(count, "row", did)),
    schema.added === 0 ? "" : `${schema.added} added to the schema`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing but directories or attributes" : parts.join(", ");
}

function say(count: number, what: string, did: string): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"} ${did}`;
}
