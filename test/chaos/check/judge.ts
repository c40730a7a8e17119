import type { Upheaval } from "../world/remote.ts";
import type { Thing } from "../writer/journal.ts";
import { type Deed, mayBeForgotten } from "./evidence.ts";
import type { Receipt } from "./read-receipts.ts";
import { followTakenBack } from "./taken-back.ts";

export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/**
 * Holds what the writers wrote against what the remote holds in the end. A write counts until another one, which saw it, took its place;
 * what two sides wrote without seeing each other must both be there, under its name or as a conflict's copy. What a push wrote that was
 * taken back must be gone, and what it had replaced be there again: all of it, or nothing, as its receipt says.
 */
export function judge(
  deeds: readonly Deed[],
  there: readonly Thing[],
  upheavals: readonly Upheaval[],
  receipts: readonly Receipt[] = [],
): Verdict {
  const takenBack = followTakenBack(deeds, receipts, upheavals.length === 0);
  const found = Map.groupBy(there, keyOf);
  const contents = Map.groupBy(there, contentOf);
  const replacedBy = Map.groupBy(
    deeds.filter(({ replaced }) => replaced !== null),
    ({ replaced }) => nameOf(replaced),
  );
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const deed of deeds) {
    const { made } = deed;
    const successors = (replacedBy.get(nameOf(made)) ?? []).filter(({ id }) => id !== deed.id);
    const fate = takenBack.fateOf(deed);
    if (made === null || !deed.isDone || fate === "uncertain" || mayBeForgotten(deed, upheavals)) continue;
    const elsewhere = contents.get(contentOf(made)) ?? [];
    if (fate === "gone") {
      const left = elsewhere.filter((thing) => isNameFor(thing, made));
      if (left.length > 0) lost.push(`${describe(made)}, written as ${deed.id}, is there although its push was taken back`);
      continue;
    }
    if (successors.length > 0 && fate !== "back") continue;
    if (elsewhere.length === 0) lost.push(`${describe(made)}, written as ${deed.id}, is not there`);
    else if (!deed.isTwofold && upheavals.length === 0 && !elsewhere.some((thing) => isNameFor(thing, made))) {
      lost.push(`${describe(made)}, written as ${deed.id}, is only there as ${elsewhere.map(({ name }) => name).join(", ")}`);
    }
  }
  // A call is there once, whatever happened; anything else may come back where a folder or a database was put back.
  for (const [, same] of found) {
    const [first] = same;
    if (first?.kind === "call" && same.length > 1) doubled.push(`${describe(first)} is there ${same.length} times`);
  }
  if (upheavals.length > 0) return { lost, doubled };
  const makers = Map.groupBy(
    deeds.filter(({ made }) => made !== null),
    ({ made }) => contentOf(made),
  );
  for (const [content, same] of contents) {
    const deed = makers.get(content)?.[0];
    if (deed === undefined || deed.isTwofold || takenBack.isTouched(deed) || same[0]?.kind === "call") continue;
    if (same.length > 1) doubled.push(`${deed.id} is there as ${same.map(({ name }) => name).join(", ")}`);
  }
  return { lost, doubled };
}

const nameOf = (thing: Thing | null): string => (thing === null ? "" : `${thing.kind} ${thing.name} ${thing.digest}`);
const keyOf = ({ kind, name }: Thing): string => `${kind} ${name}`;
const contentOf = (thing: Thing | null): string =>
  thing === null ? "" : thing.kind === "call" ? `call ${thing.name}` : `${thing.kind} ${thing.digest}`;
const describe = ({ kind, name }: Thing): string => `${kind} ${name}`;

/** Its own name, or what a conflict calls it. */
function isNameFor(found: Thing, made: Thing): boolean {
  return found.name.replace(/\.conflict-[0-9a-z-]+/, "") === made.name;
}
