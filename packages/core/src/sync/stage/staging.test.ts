import { describe, expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../../test/parts/hand.ts";
import { merged } from "../../../../../test/parts/merged.ts";
import { diff } from "../../agentfs/diff.ts";
import type { Base } from "../../replica/base.ts";
import { Database } from "../../replica/sqlite.ts";
import type { AgentContext } from "../context.ts";
import { Staging } from "./staging.ts";

const LARGE = "l".repeat(300_000);

const baseAt = (path: string): Base => ({
  path,
  agent: "a",
  url: "http://localhost",
  revision: "1",
  pageCount: 1,
  facts: {
    uuid: "u",
    agent: "a",
    format: "1",
    sequence: 1n,
    marks: { inode: 5_000_000n, entry: 10n, toolCall: 0n },
    receipt: null,
    nativeMark: null,
  },
  pulledAt: "",
});

/** Nobody is asked: every question would be an error. */
const NOBODY = {} as AgentContext;

async function scene(write: (hand: Hand) => void) {
  const origin = await written((hand) => void hand.file("/old", "old"));
  const staging = new Staging(NOBODY, diff(origin, await changed(origin, write)));
  return { origin, staging, expected: staging.expected(baseAt(origin)) };
}

describe("a push that will have to stage", () => {
  test("is planned with what it will be given: above marks and use, new content in the upper half", async () => {
    const write = (hand: Hand) => {
      hand.directory("/dir");
      hand.file("/dir/large", LARGE);
      hand.edit("/old", "new");
    };
    const { origin, expected } = await scene(write);
    if (expected === null) throw new Error("nothing is expected");
    const { inode, entry } = expected.ranges;
    expect([inode.first, entry.first]).toEqual([5_000_000n + 2n ** 20n, 10n + 2n ** 20n]);
    const { plan } = await merged(origin, write, undefined, { reserved: expected.reservation });
    const middle = inode.first + (inode.last - inode.first) / 2n;
    expect(plan.inodes.insert.map((row) => row["ino"])).toEqual([inode.first, middle]);
    expect(plan.contents.map(({ ino }) => ino)).toEqual([2n, middle]);
  });

  test("is planned again without, where the remote has most of it by now: then nothing is reserved", async () => {
    const write = (hand: Hand) => void hand.file("/large", LARGE);
    const { origin, staging, expected } = await scene(write);
    const { plan } = await merged(origin, write, write, { reserved: expected?.reservation ?? null });
    expect(plan.contents).toEqual([]);
    using source = Database.openImmutable(origin);
    expect(await staging.prepare(plan, baseAt(origin), "p", source, expected)).toBe("again");
    expect(await staging.prepare(plan, baseAt(origin), "p", source, null)).toBe("ready");
  });

  test("and one that does not is planned as any", async () => {
    const { expected } = await scene((hand) => void hand.file("/small", "s".repeat(200_000)));
    expect(expected).toBeNull();
  });
});
