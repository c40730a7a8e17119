import { beforeAll, describe, expect, test } from "vitest";
import type { Conflict } from "../../packages/core/src/index.ts";
import { type AgentListing, type AgentOp, listAgents } from "../parts/agent.ts";
import { expectResult } from "../parts/case-check.ts";
import { conflictsOf, named } from "../parts/case-conflicts.ts";
import { CONFLICTS, OURS_WINS } from "../parts/conflict-cases.ts";
import { MERGES } from "../parts/merge-cases.ts";
import { SEED } from "../parts/merge-world.ts";
import { PlainRemote, Shelf } from "../parts/rebase.ts";
import { makeTempDir } from "../parts/temp.ts";

/**
 * The merge alone, without a server, which `merge-cases.test.ts` has: the cases that another policy than `keep-both` ends otherwise,
 * and what is no conflict in the other order.
 */
const DECIDED = (["ours", "theirs"] as const).flatMap((policy) =>
  [...CONFLICTS, ...OURS_WINS].flatMap((of) => {
    const outcome = of.outcomes[policy] ?? (of.row === "F15" || of.row === "F16" ? of.outcomes["keep-both"] : undefined);
    return outcome === undefined ? [] : [{ policy, of, outcome }];
  }),
);

interface Done {
  readonly db: string;
  readonly suffix: string;
  readonly conflicts: readonly Conflict[];
  listing?: AgentListing | undefined;
}

let seed: AgentListing;
let decided: readonly Done[];
let turned: readonly Done[];

beforeAll(async () => {
  const shelf = new Shelf(await makeTempDir());
  const start = new PlainRemote(shelf, SEED, false).file;
  const merged = (ours: readonly AgentOp[], theirs: readonly AgentOp[], policy: "ours" | "theirs" | "fail"): Done => {
    const remote = new PlainRemote(shelf, start, false);
    const [first, second] = [remote.pull(), remote.pull()];
    first.write(theirs);
    second.write(ours);
    remote.push(first);
    const { conflicts, suffix } = remote.pushed(second, policy);
    return { db: remote.file, conflicts, suffix };
  };
  decided = DECIDED.map(({ of, policy }) => merged(of.ours, of.theirs, policy));
  turned = MERGES.map(({ one, other }) => merged(other, one, "fail"));
  const [first, ...listings] = await listAgents([start, ...[...decided, ...turned].map(({ db }) => db)]);
  if (first === undefined) throw new Error("no listing of the seed");
  seed = first;
  for (const [index, done] of [...decided, ...turned].entries()) done.listing = listings[index];
}, 120_000);

const listed = (done: Done | undefined) => {
  if (done?.listing === undefined) throw new Error("not merged");
  return { ...done, listing: done.listing };
};

describe("I3: by policy", () => {
  test.for(DECIDED.map((decision, index) => ({ ...decision, index })))("$policy, $of.row: $of.name", ({ of, outcome, index }) => {
    const done = listed(decided[index]);
    expect(named(done.conflicts, done.suffix)).toEqual(conflictsOf(of, outcome));
    expectResult(done, seed, outcome.result);
  });
});

describe("I3: what is no conflict is none in the other order", () => {
  test.for(MERGES.map((of, index) => ({ ...of, index })))("$row: $name", ({ result, index }) => {
    const done = listed(turned[index]);
    expect(done.conflicts).toEqual([]);
    expectResult(done, seed, result);
  });
});
