import type { Bounds } from "./bounds.ts";
import { COUNT_NAMES, type Counted, type Counts } from "./counts.ts";
import { growthOf, pairsOf } from "./growth.ts";
import type { Costs } from "./work.ts";

/** What to do about a finding that is meant. */
export const PIN =
  "If that is meant, pin what it costs now: npm run build && node_modules/.bin/node test/decay/main.ts --write (test/decay/bounds.json)";

const COUNTS = Object.keys(COUNT_NAMES) as (keyof Counts)[];

/** Each count that is above its bound, with what was counted. */
export function grown(name: string, counted: Counted, { commands }: Bounds): string[] {
  const bound = commands[name];
  if (bound === undefined) return [`${name}: nothing is pinned.`];
  return COUNTS.filter((count) => counted.counts[count] > bound[count]).map(
    (count) => `${said(name, count, counted)}, at most ${digits(bound[count])} pinned.${detail(count, counted)}`,
  );
}

/** Each bound under which one request, or one copy of the database, more than there is now would pass unseen. */
export function loose(name: string, counted: Counted, { commands }: Bounds): string[] {
  const { counts, databaseBytes } = counted;
  const oneMore: Readonly<Partial<Record<keyof Counts, number>>> = {
    ...{ requests: 1, roundTrips: 1, sqlSent: 1, filesOpened: 1 },
    ...{ readBytes: databaseBytes, writtenBytes: databaseBytes },
  };
  return COUNTS.flatMap((count) => {
    const [more, bound] = [oneMore[count], commands[name]?.[count]];
    if (more === undefined || bound === undefined || counts[count] + more > bound) return [];
    return [`${said(name, count, counted)}, so much fewer than the ${digits(bound)} pinned that the bound guards nothing.`];
  });
}

/** What the same change costs more in the larger database. */
export function grownWithDatabase(change: string, costs: Costs, { growth }: Bounds): string[] {
  const [pair, times, most] = [pairsOf(costs)[change], growthOf(costs)[change], growth[change]];
  if (pair === undefined || times === undefined || most === undefined) return [`${change}: nothing is pinned.`];
  const { small, large } = pair;
  const others = COUNTS.filter((count) => count !== "readBytes" && count !== "writtenBytes");
  const unlike = others.filter((count) => large.counts[count] > small.counts[count] + (ALLOWANCES[count] ?? 0));
  const onDisk = (["readBytes", "writtenBytes"] as const).filter((count) => times[count] > most[count]);
  return [
    ...unlike.map(
      (count) => `${said(change, count, large)} in the larger database, ${digits(small.counts[count])} in the smaller one.`,
    ),
    ...onDisk.map(
      (count) =>
        `${change}: for each byte that the database is larger, ${times[count].toFixed(2)} ${COUNT_NAMES[count]}, at most ${most[count]} pinned.`,
    ),
  ];
}

/** Digits; and pages: where a row finds its page full, or a tree is one level higher, a page or two more come over the wire. */
const ALLOWANCES: Readonly<Partial<Record<keyof Counts, number>>> = { sentBytes: 64, receivedBytes: 3 * 4200 };

const digits = (value: number) => value.toLocaleString("en");
const said = (name: string, count: keyof Counts, { counts }: Counted) =>
  `${name}: ${digits(counts[count])} ${COUNT_NAMES[count]}`;

function detail(count: keyof Counts, { requests, opened }: Counted): string {
  if (count === "requests" || count === "roundTrips") return ` They are: ${requests.join(", ")}.`;
  if (count !== "filesOpened") return "";
  const times = [...Map.groupBy(opened, (path) => path)].map(([path, all]) => `\n  ${all.length} × ${path}`);
  return ` They are:${times.join("")}`;
}
