import { alignedTable, type Result } from "./table.ts";

const AWAY = /^(.*), (\d+) ms away$/;

/**
 * How many requests wait for one another, from what two latencies cost: what is sent side by side waits once.
 *
 * @example one pull that takes 460 ms at 25 ms and 610 ms at 100 ms: (610 - 460) / (100 - 25) = 2 one after the other
 */
export function renderRoundTrips(results: readonly Result[]): string | null {
  const far = results.flatMap((result) => {
    const [, name = "", latency = ""] = AWAY.exec(result.scenario) ?? [];
    return name === "" ? [] : [{ name, latencyMs: Number(latency), result }];
  });
  const rows = [...Map.groupBy(far, ({ name }) => name)].flatMap(([name, measured]) => {
    const [near, away] = measured.toSorted((a, b) => a.latencyMs - b.latencyMs);
    if (near === undefined || away === undefined) return [];
    const trips = (of: (result: Result) => number | undefined): string => {
      const [a, b] = [of(near.result), of(away.result)];
      return a === undefined || b === undefined ? "" : ((b - a) / (away.latencyMs - near.latencyMs)).toFixed(1);
    };
    return [[name, trips(({ ours }) => ours.durationMs), trips(({ official }) => official?.durationMs)]];
  });
  return rows.length === 0 ? null : alignedTable(["round trips one after the other", "ours", "official"], rows, 1);
}
