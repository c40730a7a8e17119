import { readFileSync, writeFileSync } from "node:fs";
import type { Counts } from "./counts.ts";
import { growthOf, type TimesRead } from "./growth.ts";
import type { Costs } from "./work.ts";

/** What may be spent at most: the one table, `bounds.json`. */
export interface Bounds {
  readonly commands: Readonly<Record<string, Counts>>;
  /** By what was changed: what a larger database may add to it. */
  readonly growth: Readonly<Record<string, TimesRead>>;
}

const TABLE = new URL("bounds.json", import.meta.url);

export const readBounds = (): Bounds => JSON.parse(readFileSync(TABLE, "utf8")) as Bounds;

export const asTable = (bounds: Bounds): string => `${JSON.stringify(bounds, null, 2)}\n`;

export const writeBounds = (bounds: Bounds): void => writeFileSync(TABLE, asTable(bounds));

/** The bounds that hold what was counted, and little more. */
export function boundsOf(costs: Costs): Bounds {
  const commands = [...costs].map(([name, { counts }]) => {
    const bounds = Object.entries(counts).map(([count, found]) => [count, boundOf(count as keyof Counts, found)]);
    return [name, Object.fromEntries(bounds) as unknown as Counts] as const;
  });
  const growth = Object.entries(growthOf(costs)).map(
    ([change, { readBytes, writtenBytes }]) =>
      [change, { readBytes: above(readBytes), writtenBytes: above(writtenBytes) }] as const,
  );
  return { commands: Object.fromEntries(commands), growth: Object.fromEntries(growth) };
}

/** How often the database is read: what a page more here and there adds to that. */
const above = (times: number): number => Number((times + 0.05).toFixed(2));

/** Only bytes vary from run to run: by the length of a time or a port, and by what compresses well. */
function boundOf(count: keyof Counts, found: number): number {
  if (!count.endsWith("Bytes") || found === 0) return found;
  const isOfFiles = count === "readBytes" || count === "writtenBytes";
  const [allowance, unit] = isOfFiles ? [16_384, 1000] : [64, 100];
  return Math.ceil((found * 1.01 + allowance) / unit) * unit;
}
