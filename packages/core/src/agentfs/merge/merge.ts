import type { Changeset } from "../changeset.ts";
import type { Sides } from "../side.ts";
import { mergeEntries } from "./entries.ts";
import { mergeLinkCounts } from "./link-counts.ts";
import { mergeNames } from "./names.ts";
import { mergeObjects } from "./objects.ts";
import { dropOrphans } from "./orphans.ts";
import { planOf } from "./plan.ts";
import { mergeRows } from "./rows.ts";
import { checkChunkSize } from "./schema.ts";
import { settleTree } from "./settle-tree.ts";
import { MergeState } from "./state.ts";
import { mergeToolCalls } from "./tool-calls.ts";
import type { MergeOptions, MergeResult } from "./types.ts";
import { unifyCreated } from "./unify.ts";
import { mergeUserTables } from "./user-tables.ts";

/**
 * Rebases what the job changed onto what the remote holds now, by the rules of docs/merge.md. What only one side touched is kept from
 * that side; what both sides made the same is one; anything else that both touched is a conflict, resolved by the policy.
 * No I/O but what `sides` look up; the same input gives the same plan.
 * @throws SyncError `schema-conflict`
 */
export function merge(changeset: Changeset, sides: Sides, options: MergeOptions): MergeResult {
  const state = new MergeState(changeset, sides, options);
  checkChunkSize(changeset.rows, sides.theirs);
  unifyCreated(state);
  mergeObjects(state);
  mergeEntries(state);
  settleTree(state);
  mergeNames(state);
  dropOrphans(state);
  mergeLinkCounts(state);
  mergeRows(state);
  mergeToolCalls(state);
  const tables = mergeUserTables(state);
  return { plan: planOf(state, tables), conflicts: state.conflicts, contested: state.contested };
}
