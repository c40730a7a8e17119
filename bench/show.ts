import { arch, cpus, totalmem, type } from "node:os";
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
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
}

export const thisMachine = (): Machine => ({
  cpus: cpus().length,
  model: cpus()[0]?.model ?? "unknown",
  memoryBytes: totalmem(),
  system: `${type()}, ${arch()}`,
  node: process.version,
});

/** All figures of one run, as Markdown that can be read as it is. */
export function renderAll(results: readonly Result[], starts: readonly Start[], machine: Machine): string {
  const parts = [
    `Measured on ${machine.cpus} × ${machine.model}, ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB, ${machine.system}, Node.js ${machine.node}.`,
    "Whole processes; medians of so many rounds (×); a ratio is that of one round, its median and, of times, its ends: below 1 we need less.",
    "Bytes are those on the wire, heads included.",
  ];
  for (const [group, title] of Object.entries(TITLES)) {
    const those = results.filter((result) => result.group === group);
    if (those.length === 0) continue;
    parts.push(`\n### ${title}\n`, renderTable(those));
    const trips = group === "latency" ? renderRoundTrips(those) : null;
    if (trips !== null) parts.push("", trips);
  }
  if (starts.length > 0) parts.push("\n### Start, with nothing to do\n", renderStarts(starts));
  return parts.join("\n");
}
