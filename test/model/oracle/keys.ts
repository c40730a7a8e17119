import type { ConflictPolicy } from "../../../packages/core/src/config/types.ts";
import type { Did, Notebook } from "./notebook.ts";

type Values = ReadonlyMap<string, string>;

/** Keys: what both sides set otherwise is kept beside theirs, or chosen by the policy. */
export function mergeKeys(
  base: Values,
  ours: Values,
  theirs: Values,
  policy: ConflictPolicy,
  suffix: string,
  notes: Notebook,
): Values {
  const merged = new Map(theirs);
  for (const key of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const [before, our, their] = [base.get(key), ours.get(key), theirs.get(key)];
    if (our === before) continue;
    if (their === before) {
      set(merged, key, our);
      continue;
    }
    if (our === their) {
      if (our !== undefined) notes.hit("K1");
      continue;
    }
    if (our !== undefined && their !== undefined) {
      notes.conflict("K2", "key", [key], [didTo(before, our)], [didTo(before, their)]);
      if (policy === "ours") merged.set(key, our);
      if (policy === "keep-both") merged.set(freeKey(merged, `${key}.conflict-${suffix}`), our);
      continue;
    }
    notes.conflict("K3", "key", [key], [didTo(before, our)], [didTo(before, their)]);
    set(merged, key, our ?? their);
  }
  return merged;
}

/** The overlay's configuration is of one machine: ours, and nobody is told. */
export function mergeSettings(base: Values, ours: Values, theirs: Values, notes: Notebook): Values {
  const merged = new Map(theirs);
  for (const key of new Set([...base.keys(), ...ours.keys()])) {
    if (ours.get(key) === base.get(key)) continue;
    if (theirs.get(key) !== base.get(key) && theirs.get(key) !== ours.get(key)) notes.hit("K4");
    set(merged, key, ours.get(key));
  }
  return merged;
}

function set(values: Map<string, string>, key: string, value: string | undefined): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}

function freeKey(taken: Values, name: string): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
  return free;
}

export function didTo(before: unknown, after: unknown): Did {
  if (after === undefined) return "removed";
  return before === undefined ? "created" : "changed";
}
