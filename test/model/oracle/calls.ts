import type { ConflictPolicy } from "../../../packages/core/src/config/types.ts";
import type { Call, Id } from "../state.ts";
import { didTo } from "./keys.ts";
import type { Notebook } from "./notebook.ts";

type Calls = ReadonlyMap<Id, Call>;

/** The log of both. Calls of ours that need a new number have an id that says so: `ours:…`. */
export function mergeCalls(base: Calls, ours: Calls, theirs: Calls, policy: ConflictPolicy, notes: Notebook): Calls {
  const merged = new Map(theirs);
  for (const id of new Set([...base.keys(), ...ours.keys()])) {
    const [before, our, their] = [base.get(id), ours.get(id), theirs.get(id)];
    if (same(our, before) || same(our, their)) continue;
    if (before === undefined && our !== undefined) merged.set(id, our);
    else if (same(their, before)) set(merged, id, our);
    else if (our !== undefined && their !== undefined) {
      notes.conflict("T3", "tool-call", pathsOf(id, before), ["changed"], ["changed"]);
      if (policy === "ours") merged.set(id, our);
      if (policy === "keep-both") merged.set(`ours:${id}`, our);
    } else {
      notes.conflict("T4", "tool-call", pathsOf(id, before), [didTo(before, our)], [didTo(before, their)]);
      if (our !== undefined) merged.set(`ours:${id}`, our);
    }
  }
  note(base, ours, theirs, notes);
  return merged;
}

function note(base: Calls, ours: Calls, theirs: Calls, notes: Notebook): void {
  const isNewIn = (calls: Calls) => [...calls.keys()].some((id) => !base.has(id));
  if (isNewIn(ours) && isNewIn(theirs)) notes.hit("T1");
  for (const [id, { status }] of base) {
    const statuses = [ours.get(id)?.status, theirs.get(id)?.status];
    const isEnded = statuses.some((now) => now !== undefined && now !== "pending");
    if (status === "pending" && statuses.includes("pending") && isEnded) notes.hit("T2");
  }
}

const pathsOf = (id: Id, call: Call | undefined) => [`${call?.name} (${id})`];

function set(calls: Map<Id, Call>, id: Id, call: Call | undefined): void {
  if (call === undefined) calls.delete(id);
  else calls.set(id, call);
}

const same = (a: Call | undefined, b: Call | undefined) => JSON.stringify(a) === JSON.stringify(b);
