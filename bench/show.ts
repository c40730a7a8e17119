import { renderRoundTrips } from "./round-trips.ts";
import { renderStarts, type Start } from "./starts.ts";
import { type Result, renderTable } from "./table.ts";

const TITLES: Readonly<Record<Result["group"], string>> = {
  pull: "Pull",
  push: "Push",
  diff: "Diff",
  agents: "Many agents",
  latency: "With latency",
  growth: "The same change, in databases of other sizes",
};

export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly node: string;
}

/** All figures of one run, as Markdown that can be read as it is. */
export function renderAll(results: readonly Result[], starts: readonly Start[], machine: Machine): string {
  const parts = [
    `Measured on ${machine.cpus} × ${machine.model}, Node.js ${machine.node}. Whole processes; medians; a ratio is ours / official of the`,
    "same round, its median and its ends: below 1 we need less. Bytes are those on the wire, heads included.",
  ];
  for (const [group, title] of Object.entries(TITLES)) {
    const those = results.filter((result) => result.group === group);
    if (those.length === 0) continue;
    parts.push(`\n### ${title}\n`, renderTable(those));
    const trips = group === "latency" ? renderRoundTrips(those) : null;
    if (trips !== null) parts.push("\nFrom what the two latencies cost:\n", trips);
  }
  if (starts.length > 0) parts.push("\n### Start, with nothing to do\n", renderStarts(starts));
  return parts.join("\n");
}
