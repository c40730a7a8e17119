import { ATTRIBUTES } from "./cases/attributes.ts";
import { CALL_MERGES } from "./cases/calls.ts";
import type { MergeCase } from "./cases/case.ts";
import { DIFFERENT } from "./cases/different.ts";
import { ODD_MERGES } from "./cases/odd-files.ts";

/** What two machines do that is no conflict, and what is there after both pushed, in either order. */
export const MERGES: readonly MergeCase[] = [...DIFFERENT, ...ATTRIBUTES, ...ODD_MERGES, ...CALL_MERGES];
