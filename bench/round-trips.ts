import type { ContenderName } from "./contenders.ts";
import { alignedTable, type Result } from "./table.ts";

const AWAY = /^(.*), (\d+) ms away$/;

/** How many requests wait for one another: what is sent side by side waits once. By the line with the most latency, where none is missed. */
export function renderRoundTrips(results: readonly Result[]): string | null {
  const far = results.flatMap((result) => {
    const [, name = "", latency = ""] = AWAY.exec(result.scenario) ?? [];
    return name === "" ? [] : [{ name, latencyMs: Number(latency), result }];
  });
  const others = new Set(far.flatMap(({ result }) => result.others.map(({ name }) => name)));
  const rows = [...Map.groupBy(far, ({ name }) => name)].flatMap(([name, measured]) => {
    const [farthest] = measured.toSorted((a, b) => b.latencyMs - a.latencyMs);
    if (farthest === undefined) return [];
    const of = (other: ContenderName) => farthest.result.others.find((one) => one.name === other)?.compared?.medians.roundTrips;
    return [[name, String(farthest.result.ours.roundTrips), ...[...others].map((other) => String(of(other) ?? ""))]];
  });
  return rows.length === 0 ? null : alignedTable(["round trips one after the other", "ours", ...others], rows, 1);
}
