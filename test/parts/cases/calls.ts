import { call, callEnds, callFails, callGoes, sql } from "../merge-ops.ts";
import { always, type ConflictCase, kept, type MergeCase, oursAt, theirsAt } from "./case.ts";

/** `<id>` stands for the call's number, `<new>` for another one. */
const [HERE, NEW] = ["build (<id>)", "build (<new>)"];
const DEPLOY = "deploy pending null";

export const CALLS: readonly ConflictCase[] = [
  {
    row: "T3",
    name: "one tool call that ended otherwise on both sides",
    ours: [callEnds("build", "built")],
    theirs: [callFails("build", "no disk")],
    found: [[HERE, "changed", "changed", "tool-call"]],
    outcomes: {
      "keep-both": {
        endings: [kept(NEW, HERE)],
        result: { calls: ["build error no disk", "build success built", DEPLOY] },
      },
      ours: { endings: [oursAt(HERE)], result: { calls: ["build success built", DEPLOY] } },
      theirs: { endings: [theirsAt(HERE)], result: { calls: ["build error no disk", DEPLOY] } },
    },
  },
  {
    row: "T3",
    name: "one tool call that failed here and succeeded there",
    ours: [callFails("build", "no disk")],
    theirs: [callEnds("build", "built")],
    found: [[HERE, "changed", "changed", "tool-call"]],
    outcomes: {
      "keep-both": {
        endings: [kept(NEW, HERE)],
        result: { calls: ["build error no disk", "build success built", DEPLOY] },
      },
      ours: { endings: [oursAt(HERE)], result: { calls: ["build error no disk", DEPLOY] } },
      theirs: { endings: [theirsAt(HERE)], result: { calls: ["build success built", DEPLOY] } },
    },
  },
  {
    row: "T4",
    name: "a tool call that ended here and was deleted there",
    ours: [callEnds("build", "built")],
    theirs: [callGoes("build")],
    found: [[HERE, "changed", "removed", "tool-call"]],
    outcomes: always(oursAt(NEW), { calls: ["build success built", DEPLOY] }),
  },
  {
    row: "T4",
    name: "a tool call deleted here that ended there",
    ours: [callGoes("build")],
    theirs: [callEnds("build", "built")],
    found: [[HERE, "removed", "changed", "tool-call"]],
    outcomes: always(theirsAt(HERE), { calls: ["build success built", DEPLOY] }),
  },
];

const note = (name: string) => sql("UPDATE tool_calls SET parameters = ? WHERE name = ?", '{"tries":2}', name);

export const CALL_MERGES: readonly MergeCase[] = [
  {
    row: "T1",
    name: "new tool calls",
    one: [call("lint", 2000)],
    other: [call("test", 1000)],
    result: { calls: ["build pending null", DEPLOY, 'lint success {"of":"lint"}', 'test success {"of":"test"}'] },
  },
  {
    row: "T1",
    name: "new tool calls that are alike in all columns",
    one: [call("test", 1000)],
    other: [call("test", 1000)],
    result: { calls: ["build pending null", DEPLOY, 'test success {"of":"test"}', 'test success {"of":"test"}'] },
  },
  {
    row: "T2",
    name: "one tool call that goes on here and ended there",
    one: [note("build")],
    other: [callEnds("build", "built")],
    result: { calls: ["build success built", DEPLOY] },
  },
  {
    row: "T2",
    name: "different pending tool calls that ended, well and badly",
    one: [callEnds("build", "built")],
    other: [callFails("deploy", "no network")],
    result: { calls: ["build success built", "deploy error no network"] },
  },
];
