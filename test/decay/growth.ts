import type { Counted, Counts } from "./counts.ts";
import { CHANGES, type Costs, LARGE_MB, nameOf, SMALL_MB } from "./work.ts";

/** How many times what the database is larger by was read and written, for a change that has nothing to do with it. */
export interface TimesRead {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** The same command where little and where much was there. */
export interface Pair {
  readonly small: Counted;
  readonly large: Counted;
}

export function pairsOf(costs: Costs): Readonly<Record<string, Pair>> {
  const found = (name: string) => {
    const cost = costs.get(name);
    if (cost === undefined) throw new Error(`"${name}" was not counted`);
    return cost;
  };
  const pair = (change: string) => ({ small: found(nameOf(change, SMALL_MB)), large: found(nameOf(change, LARGE_MB)) });
  return Object.fromEntries(CHANGES.map((change) => [change, pair(change)]));
}

export function growthOf(costs: Costs): Readonly<Record<string, TimesRead>> {
  const times = ({ small, large }: Pair, count: keyof Counts) =>
    (large.counts[count] - small.counts[count]) / (large.databaseBytes - small.databaseBytes);
  return Object.fromEntries(
    Object.entries(pairsOf(costs)).map(([change, pair]) => [
      change,
      { readBytes: times(pair, "readBytes"), writtenBytes: times(pair, "writtenBytes") },
    ]),
  );
}
