import { beforeAll, describe, expect, test } from "vitest";
import type { AgentListing, AgentOp } from "../parts/agent.ts";
import { expectResult } from "../parts/case-check.ts";
import { conflictsOf, named } from "../parts/case-conflicts.ts";
import { CHUNK_SIZES } from "../parts/cases/keys.ts";
import { CONFLICTS, OURS_WINS } from "../parts/conflict-cases.ts";
import { Hand } from "../parts/hand.ts";
import { performByHand } from "../parts/hand-ops.ts";
import { basePath } from "../parts/image.ts";
import { machine } from "../parts/machine.ts";
import { digestOf, makeSeed, makeWorld, remotePages } from "../parts/merge-world.ts";

let seed: { readonly db: string; readonly listing: AgentListing };
beforeAll(async () => {
  seed = await makeSeed();
});

type Policy = "keep-both" | "ours" | "theirs";

/** Theirs, written by plain SQL, is pushed; then ours, written by the real SDK. What a machine finds that has nothing: */
async function merged(ours: readonly AgentOp[], theirs: readonly AgentOp[], conflict: Policy) {
  const { url, first, second } = await makeWorld(seed.db);
  {
    using hand = new Hand(first.db);
    for (const op of theirs) performByHand(hand, op);
  }
  await second.write(...ours);
  await first.ok("push");
  const { push, conflicts } = await second.ok("push", { conflict });
  const suffix = push?.pushId?.slice(0, 8) ?? "";
  const fresh = await machine(url);
  await fresh.ok("pull");
  const listing = await fresh.list();
  expect((await fresh.ok("verify", { verifyRemote: true })).findings).toEqual([]);
  return { listing, db: basePath(fresh), suffix, conflicts: named(conflicts, suffix) };
}

describe("I3: what both sides changed is there from both, and the report says where", () => {
  test.for([...CONFLICTS, ...OURS_WINS])("$row: $name", async (of) => {
    const outcome = of.outcomes["keep-both"];
    const { conflicts, ...state } = await merged(of.ours, of.theirs, "keep-both");
    expect(conflicts).toEqual(conflictsOf(of, outcome));
    expectResult(state, seed.listing, outcome.result);
  });
});

/** The first case of each row that a policy ends otherwise; `merge-policies.test.ts` has all of them. */
const DECIDED = (["ours", "theirs"] as const).flatMap((policy) =>
  [...Map.groupBy(CONFLICTS, ({ row }) => row).values()].flatMap(([of]) => {
    const outcome = of?.outcomes[policy];
    return of === undefined || outcome === undefined ? [] : [{ of, policy, outcome }];
  }),
);

describe("I3: by policy, one side's content is there", () => {
  test.for(DECIDED)("$policy, $of.row: $of.name", async ({ of, policy, outcome }) => {
    const { conflicts, ...state } = await merged(of.ours, of.theirs, policy);
    expect(conflicts).toEqual(conflictsOf(of, outcome));
    expectResult(state, seed.listing, outcome.result);
  });
});

test.for(["keep-both", "ours", "theirs", "fail"] as const)(
  `I2: ${CHUNK_SIZES.row}: ${CHUNK_SIZES.name} is refused, and nothing is changed: %s`,
  async (conflict) => {
    const { url, first, second } = await makeWorld(seed.db);
    await first.write(...CHUNK_SIZES.theirs);
    await second.write(...CHUNK_SIZES.ours);
    await first.ok("push");
    const before = await digestOf(await remotePages(url));
    const { error, push } = await second.run("push", { conflict });
    expect({ code: error?.code, outcome: push?.outcome }).toEqual({ code: CHUNK_SIZES.code, outcome: "failed" });
    expect(await digestOf(await remotePages(url))).toBe(before);
  },
);
