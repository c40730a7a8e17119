import { expect } from "vitest";
import type { AgentListing } from "./agent.ts";
import { withoutPush } from "./case-conflicts.ts";
import { inconsistencies } from "./consistency.ts";
import { attributesOf, expected, overlayOf, type Patch, shown } from "./merge-result.ts";

/** A merged state: as the real SDK lists it, and the file itself, which nobody writes. */
export interface Merged {
  readonly listing: AgentListing;
  readonly db: string;
  /** Of the push that merged. */
  readonly suffix: string;
}

/** A merged state is what a case says, in full, and consistent. */
export function expectResult({ listing, db, suffix }: Merged, seed: AgentListing, result: Patch): void {
  expect(shown(withoutPush(listing, suffix))).toEqual(expected(seed, result));
  expect(withoutPush(attributesOf(db), suffix)).toMatchObject(result.attributes ?? {});
  expect(overlayOf(db)).toMatchObject(result.overlay ?? { basePath: "/base", origins: { "/sizes/empty": 5 } });
  expect(inconsistencies(db)).toEqual([]);
}
