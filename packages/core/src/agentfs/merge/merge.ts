import type { Changeset } from "../changeset.ts";
import type { Sides } from "../side.ts";
import { mergeEntries } from "./entries.ts";
import { mergeLinkCounts } from "./link-counts.ts";
import { mergeObjects } from "./objects.ts";
import { mergeRows } from "./rows.ts";
import { checkChunkSize } from "./schema.ts";
import { MergeState } from "./state.ts";
import { mergeTables } from "./tables.ts";
import { mergeToolCalls } from "./tool-calls.ts";
import type { MergeOptions, MergeResult } from "./types.ts";
import { unifyCreated } from "./unify.ts";

/**
 * Rebases what the job changed onto what the remote holds now. What only one side touched is kept from that side; what both sides
 * made the same is one; anything else that both sides touched is a conflict, and then nothing may be committed.
 * No I/O but what `sides` look up; the same input gives the same plan.
 */
export function merge(changeset: Changeset, sides: Sides, options: MergeOptions): MergeResult {
  const state = new MergeState(changeset, sides, options);
  checkChunkSize(changeset.rows, sides.theirs);
  unifyCreated(state);
  mergeObjects(state);
  mergeEntries(state);
  mergeLinkCounts(state);
  mergeRows(state);
  mergeToolCalls(state);
  const { origin, ours, theirs } = sides;
  const { map, policy, suffix, sameCalls } = options;
  const tables = mergeTables({
    changeset,
    origin: origin.tables,
    ours: ours.tables,
    theirs: theirs.tables,
    before: map,
    after: state.numbers.map,
    policy,
    suffix,
    sameRows: sameCalls,
  });
  return state.result(tables);
}
