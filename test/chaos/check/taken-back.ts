import type { Thing } from "../writer/journal.ts";
import type { Deed } from "./evidence.ts";
import type { Receipt } from "./read-receipts.ts";

/**
 * What reverts make of a write. `back`: it must be there, although another one replaced it; `gone`: it must not; `uncertain`: it is known
 * that a push was taken back which may have carried it, and no more.
 */
export type Fate = "as-written" | "back" | "gone" | "uncertain";

export interface TakenBack {
  fateOf(deed: Deed): Fate;
  /** Whether a push was taken back, be it brought back since, that touched what the write is about. */
  isTouched(deed: Deed): boolean;
}

/**
 * Follows what the remote's receipts say was touched, by name. Certain is only what one job alone wrote, each write under names that are its
 * own, where the pushes are as many as the writes, or one; of anything else it is known that it may have been taken back.
 * @param isCalm the database has stayed the same one
 */
export function followTakenBack(deeds: readonly Deed[], receipts: readonly Receipt[], isCalm: boolean): TakenBack {
  const fates = new Map<Deed, Fate>();
  const pushes = receipts.filter(({ reverts }) => reverts === null);
  for (const line of linesOf(deeds)) {
    const names = new Set(line.flatMap(namesOf));
    const carriers = pushes.filter(({ touched }) => touched === null || [...names].some((name) => touched.has(name)));
    const chains = carriers.map(({ sequence }) => chainOf(receipts, sequence));
    if (chains.every((length) => length === 0)) continue;
    const isCertain =
      isCalm &&
      carriers.every(({ touched }) => touched !== null) &&
      line.every(({ job, isDone, isTwofold }) => job === line[0]?.job && isDone && !isTwofold) &&
      (carriers.length === line.length || carriers.length === 1) &&
      (line.length === 1 || chains.every((length) => length <= 1));
    for (const [index, deed] of line.entries()) {
      const chain = (at: number) => chains[carriers.length === 1 ? 0 : at] ?? 0;
      fates.set(deed, isCertain ? fateIn(index, line.length, chain) : "uncertain");
    }
  }
  return { fateOf: (deed) => fates.get(deed) ?? "as-written", isTouched: (deed) => fates.has(deed) };
}

/** The last write of a line goes with its push, and the one before it comes back; what was taken back under others may stay. */
function fateIn(index: number, length: number, chain: (index: number) => number): Fate {
  const isGone = (at: number) => chain(at) % 2 === 1;
  if (index === length - 1) return isGone(index) ? "gone" : "as-written";
  if (isGone(index)) return "uncertain";
  return index === length - 2 && isGone(index + 1) ? "back" : "as-written";
}

/** How often a push was taken back and brought back, in turn. */
function chainOf(receipts: readonly Receipt[], sequence: number): number {
  const by = receipts.find(({ reverts }) => reverts === sequence);
  return by === undefined ? 0 : 1 + chainOf(receipts, by.sequence);
}

/** Writes that are about the same things, under whatever names, in the order in which they were journalled. */
function linesOf(deeds: readonly Deed[]): readonly (readonly Deed[])[] {
  const lines = new Map<string, Deed[]>();
  for (const deed of deeds) {
    const met = new Set(namesOf(deed).map((name) => lines.get(name)));
    const line = [...met].flatMap((one) => one ?? []).concat(deed);
    for (const name of line.flatMap(namesOf)) lines.set(name, line);
  }
  return [...new Set(lines.values())];
}

const namesOf = ({ made, replaced }: Deed): readonly string[] =>
  [made, replaced].flatMap((thing) => (thing ? [nameIn(thing)] : []));

/** As a receipt has it. */
const nameIn = ({ kind, name }: Thing): string => ({ file: "", key: "key:", call: "tool:" })[kind] + name;
