import type { ChangeCounts } from "@agentfs-sync/core";

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/**
 * Counts as a person says them; "no changes" when all are 0.
 * @example countsText(counts) // "2 files added, 1 removed; 1 key changed; 3 tool calls added"
 */
export function countsText({ files, keys, toolCalls }: ChangeCounts): string {
  const kinds = [kindText("file", files), kindText("key", keys), kindText("tool call", toolCalls)];
  return kinds.filter((text) => text !== "").join("; ") || "no changes";
}

function kindText(name: string, counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([verb, count], index) => `${index === 0 ? plural(count, name) : count} ${verb}`)
    .join(", ");
}

/** @example sizeText(1536) // "1.5 kB" */
export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1000) return plural(sizeBytes, "byte");
  const units = ["kB", "MB", "GB"];
  let value = sizeBytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
