import { describe, expect, test } from "vitest";
import { digestOf, type Thing } from "../writer/journal.ts";
import type { Deed } from "./evidence.ts";
import { judge } from "./judge.ts";
import type { Receipt } from "./read-receipts.ts";
import { judgeReceipts } from "./receipts.ts";

const file = (name: string, content: string): Thing => ({ kind: "file", name, digest: digestOf(content) });
const call = (name: string): Thing => ({ kind: "call", name, digest: "" });

function deed(made: Thing | null, replaced: Thing | null = null, changes: Partial<Deed> = {}): Deed {
  const id = `write-${(made ?? replaced)?.digest}${made === null ? "-gone" : ""}`;
  return { id, made, replaced, isDone: true, job: 0, begunAt: 10, commands: [], isTwofold: false, ...changes };
}

const push = (sequence: number, ...touched: readonly string[]): Receipt => ({
  pushId: `push-${sequence}`,
  sequence,
  touched: new Set(touched),
  reverts: null,
});
const revert = (sequence: number, reverts: number): Receipt => ({ ...push(sequence), reverts });

const lost = (deeds: readonly Deed[], there: readonly Thing[], ...receipts: readonly Receipt[]) =>
  judge(deeds, there, [], receipts).lost;

const [a, b] = [file("/a", "a"), file("/a", "b")];
const [made, changed] = [deed(a), deed(b, a)];

describe("a push that was taken back", () => {
  test("takes with it what it wrote: all of it, or it is said", () => {
    const deeds = [made, deed(call("c"))];
    const receipts = [push(1, "/a", "tool:c"), revert(2, 1)];
    expect(lost(deeds, [], ...receipts)).toEqual([]);
    expect(lost(deeds, [a], ...receipts)).toEqual([expect.stringContaining("although its push was taken back")]);
    expect(lost(deeds, [call("c")], ...receipts)).toHaveLength(1);
    expect(lost(deeds, [], ...receipts.slice(0, 1))).toHaveLength(2);
  });

  test("gives back what it had replaced, and touches nothing else", () => {
    const other = deed(file("/b", "other"));
    const receipts = [push(1, "/a", "/b"), push(2, "/a"), revert(3, 2)];
    expect(lost([made, changed, other], [a, file("/b", "other")], ...receipts)).toEqual([]);
    expect(lost([made, changed, other], [file("/b", "other")], ...receipts)).toHaveLength(1);
    expect(lost([made, changed, other], [b, file("/b", "other")], ...receipts)).toHaveLength(2);
    expect(lost([made, changed, other], [a], ...receipts)).toHaveLength(1);
  });

  test("leaves what a later one made of it", () => {
    expect(lost([made, changed], [b], push(1, "/a"), push(2, "/a"), revert(3, 1))).toEqual([]);
    expect(lost([made, changed], [], push(1, "/a"), push(2, "/a"), revert(3, 1))).toHaveLength(1);
  });

  test("moves a file back that it had moved, and brings one back that it had removed", () => {
    const moved = deed(file("/m", "a"), a);
    expect(lost([made, moved], [a], push(1, "/a"), push(2, "/a", "/m"), revert(3, 2))).toEqual([]);
    expect(lost([made, moved], [file("/m", "a")], push(1, "/a"), push(2, "/a", "/m"), revert(3, 2))).toHaveLength(2);
    const removed = deed(null, a);
    expect(lost([made, removed], [a], push(1, "/a"), push(2, "/a"), revert(3, 2))).toEqual([]);
    expect(lost([made, removed], [], push(1, "/a"), push(2, "/a"), revert(3, 2))).toHaveLength(1);
  });

  test("is in force again when that is taken back itself", () => {
    const receipts = [push(1, "/a"), revert(2, 1), revert(3, 2)];
    expect(lost([made], [a], ...receipts)).toEqual([]);
    expect(lost([made], [], ...receipts)).toHaveLength(1);
    expect(lost([made], [], ...receipts, revert(4, 3))).toEqual([]);
  });

  test("may have carried what several jobs write, and what a copied folder held: that is asked for neither way", () => {
    const [one, two] = [deed(file("/s", "1")), deed(file("/s", "2"), null, { job: 1 })];
    const receipts = [push(1, "/s"), push(2, "/s"), revert(3, 2)];
    for (const there of [[], [file("/s", "1")], [file("/s", "2")]]) expect(lost([one, two], there, ...receipts)).toEqual([]);
    const copied = deed(a, null, { isTwofold: true });
    for (const there of [[], [a]]) expect(lost([copied], there, push(1, "/a"), revert(2, 1))).toEqual([]);
  });
});

test("a command that says by which push one is taken back is held to that", () => {
  const said = (by: number) => ({
    args: [],
    startedAt: 0,
    endedAt: 1,
    exitCode: 0,
    signal: null,
    stderr: "",
    hung: false,
    isTwofold: true,
    report: {
      ...{ agent: "bot", ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null },
      revert: { pushId: "push-1", sequence: 1, state: "reverted" as const, by },
    },
  });
  const receipts = [push(1), revert(2, 1), revert(3, 2), revert(4, 3), push(5)];
  const lostBy = (by: number) => judgeReceipts(receipts, [said(by)], []).lost;
  expect([2, 4].flatMap(lostBy)).toEqual([]);
  for (const by of [3, 5, 6]) expect(lostBy(by), String(by)).toHaveLength(1);
});
