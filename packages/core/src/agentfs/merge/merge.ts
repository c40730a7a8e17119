import type { IdMap } from "../../replica/id-map.ts";
import type { Changeset } from "../changeset.ts";
import type { Marks } from "../facts.ts";
import type { Theirs } from "../theirs.ts";
import { mergeEntries } from "./entries.ts";
import { mergeLinkCounts } from "./link-counts.ts";
import { mergeObjects } from "./objects.ts";
import { mergeRows } from "./rows.ts";
import { MergeState } from "./state.ts";
import { mergeToolCalls } from "./tool-calls.ts";
import type { MergeResult } from "./types.ts";
import { unifyCreated } from "./unify.ts";

export interface MergeOptions {
  /** The working copy's numbers in terms of the remote's, as of the origin. */
  readonly map: IdMap;
  /** The remote's high-water marks. */
  readonly marks: Marks;
  /** A copy of the same folder has pushed already: calls equal to ones that are there are the same calls. */
  readonly sameCalls: boolean;
}

/**
 * Rebases what the job changed onto what the remote holds now. What only one side touched is kept from that side; what both sides
 * made the same is one; anything else that both sides touched is a conflict, and then nothing may be committed.
 * No I/O but what `theirs` looks up; the same input gives the same plan.
 */
export function merge(changeset: Changeset, theirs: Theirs, options: MergeOptions): MergeResult {
  const state = new MergeState(changeset, theirs, options);
  unifyCreated(state);
  mergeObjects(state);
  mergeEntries(state);
  mergeLinkCounts(state);
  mergeRows(state);
  mergeToolCalls(state);
  return state.result();
}
