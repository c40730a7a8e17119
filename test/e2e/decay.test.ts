import { beforeAll, describe, expect, it } from "vitest";
import { readBounds } from "../decay/bounds.ts";
import { grown, grownWithDatabase, loose, PIN } from "../decay/check.ts";
import type { Counted } from "../decay/counts.ts";
import { CHANGES, type Costs, doFixedWork, PUSHED_MB } from "../decay/work.ts";

const BOUNDS = readBounds();
let costs: Costs;
// Seven seconds; a machine that is busy with ten other things may take its time, and counts the same.
beforeAll(async () => {
  costs = await doFixedWork();
}, 180_000);

function costOf(name: string): Counted {
  const cost = costs.get(name);
  if (cost === undefined) throw new Error(`"${name}" was not counted`);
  return cost;
}

/** None, or the test fails with what they say. */
const expectNone = (findings: readonly string[]) => expect(findings, [...findings, PIN].join("\n")).toEqual([]);

describe("a command costs no more than is pinned, in things that can be counted", () => {
  it.each(Object.keys(BOUNDS.commands))("%s", (name) => expectNone(grown(name, costOf(name), BOUNDS)));

  it("and each that is counted is pinned, so closely that one request or one copy of the database more is seen", () => {
    expect([...costs.keys()]).toEqual(Object.keys(BOUNDS.commands));
    expectNone([...costs].flatMap(([name, cost]) => loose(name, cost, BOUNDS)));
  });

  it("and what costs more is told with what it was spent on", () => {
    const name = "pull of nothing new, 1 MB there";
    const bound = BOUNDS.commands[name];
    if (bound === undefined) throw new Error(`"${name}" is not pinned`);
    const counts = { ...bound, requests: 3, filesOpened: bound.filesOpened + 1, readBytes: 1_234_567 };
    const found = grown(
      name,
      { counts, databaseBytes: 0, requests: ["probe", "pages", "look"], opened: ["a", "b", "a"] },
      BOUNDS,
    );
    expect(found).toEqual([
      `${name}: 3 requests, at most 2 pinned. They are: probe, pages, look.`,
      `${name}: ${counts.filesOpened} files opened, at most ${bound.filesOpened} pinned. They are:\n  2 × a\n  1 × b`,
      `${name}: 1,234,567 bytes read from files, at most ${bound.readBytes.toLocaleString("en")} pinned.`,
    ]);
  });
});

describe("a change costs the same in a larger database", () => {
  it.each(CHANGES)("%s", (change) => expectNone(grownWithDatabase(change, costs, BOUNDS)));
});

describe("content travels once", () => {
  it("as the pages of the database in a cold pull", () => {
    const { counts, databaseBytes } = costOf("cold pull, 8 MB there");
    expect(counts.receivedBytes / databaseBytes).toBeLessThan(1.01);
  });

  it("as base64 in a push, and as pages when it is read back", () => {
    const { counts } = costOf(`push of ${PUSHED_MB} MB, 1 MB there`);
    const contentBytes = PUSHED_MB * 1e6;
    expect(counts.sentBytes / contentBytes).toBeLessThan(1.37);
    expect(counts.receivedBytes / contentBytes).toBeLessThan(1.15);
  });
});
