import { expect, test } from "vitest";
import { NO_LABELS } from "../read-state.ts";
import type { Call, Row, State } from "../state.ts";
import { expectedMerge } from "./merge.ts";
import { Sketch } from "./sketch.ts";

const call = (name: string, status: string): Call => ({ name, status, rest: "" });
const note = (id: number, body: string, ref: number | null = null): Row => ({ id, body, ref });

const ORIGIN = state({
  keys: new Map([["k", "1"]]),
  calls: new Map([["1", call("build", "pending")]]),
  rows: {
    notes: [note(1, "one"), note(2, "two", 1)],
    labels: [{ name: "l", value: "v" }],
    lines: [{ text: "x" }, { text: "x" }],
  },
});

function state(rest: Partial<State>): State {
  return new Sketch().state(rest);
}

/** What is not said of a side is as in the origin. */
function merged(ours: Partial<State>, theirs: Partial<State>) {
  const [here, there] = [ours, theirs].map((side) => ({ ...ORIGIN, ...side, rows: { ...ORIGIN.rows, ...side.rows } }));
  const { state, notes, kept } = expectedMerge(ORIGIN, here ?? ORIGIN, there ?? ORIGIN, {
    policy: "keep-both",
    suffix: "push",
    labels: NO_LABELS,
  });
  return { ...state, found: notes.conflicts.map(({ row, paths }) => `${row} ${paths}`), kept };
}

test("K1 keys set alike are one, K2 set otherwise are two", () => {
  const { keys, found } = merged(
    { keys: new Map([...ORIGIN.keys, ["n", "2"], ["m", "3"]]) },
    { keys: new Map([...ORIGIN.keys, ["n", "2"], ["m", "4"]]) },
  );
  expect(Object.fromEntries(keys)).toEqual({ k: "1", n: "2", m: "4", "m.conflict-push": "3" });
  expect(found).toEqual(["K2 m"]);
});

test("K3 a key that one side changed and the other deleted is the changed one, both ways round", () => {
  const [changed, deleted] = [{ keys: new Map([["k", "2"]]) }, { keys: new Map<string, string>() }];
  for (const sides of [[changed, deleted] as const, [deleted, changed] as const]) {
    const { keys, found } = merged(...sides);
    expect(Object.fromEntries(keys)).toEqual({ k: "2" });
    expect(found).toEqual(["K3 k"]);
  }
});

test("K4 the overlay's configuration is ours", () => {
  const { settings, found } = merged({ settings: new Map([["base_path", "o"]]) }, { settings: new Map([["base_path", "t"]]) });
  expect(Object.fromEntries(settings)).toEqual({ base_path: "o" });
  expect(found).toEqual([]);
});

test("T1 new calls are all there, T2 the ended one stays", () => {
  const ours = new Map([...ORIGIN.calls, ["2", call("o", "success")]]);
  const theirs = new Map([
    ["1", call("build", "success")],
    ["2", call("t", "error")],
  ]);
  const { calls, found } = merged({ calls: ours }, { calls: theirs });
  expect([...calls].map(([id, { name, status }]) => `${id} ${name} ${status}`)).toEqual([
    "1 build success",
    "2 t error",
    "ours:2 o success",
  ]);
  expect(found).toEqual([]);
});

test("T3 a call that ended otherwise on each side is two, T4 a changed one stays although the other side deleted it", () => {
  const success = { calls: new Map([["1", call("build", "success")]]) };
  const error = { calls: new Map([["1", call("build", "error")]]) };
  const ended = merged(success, error);
  expect([...ended.calls.keys()]).toEqual(["1", "ours:1"]);
  expect(ended.found).toEqual(["T3 build (1)"]);
  expect([...merged(success, { calls: new Map() }).calls.keys()]).toEqual(["ours:1"]);
  expect([...merged({ calls: new Map() }, error).calls.keys()]).toEqual(["1"]);
});

test("R2 of two new rows under one number ours gets another one, and what refers to it follows", () => {
  const notes = ORIGIN.rows["notes"] ?? [];
  const { rows, found } = merged(
    { rows: { notes: [...notes, note(3, "ours"), note(4, "refers", 3)] } },
    { rows: { notes: [...notes, note(3, "theirs")] } },
  );
  expect(rows["notes"]).toEqual([
    ...notes,
    note(3, "theirs"),
    { id: "new:3", body: "ours", ref: null },
    { id: 4, body: "refers", ref: "new:3" },
  ]);
  expect(found).toEqual([]);
});

test("R3 a row changed otherwise on each side is theirs, and ours is kept; R4 a changed row stays", () => {
  const label = (value: string) => ({ rows: { labels: [{ name: "l", value }] } });
  const { rows, found, kept } = merged(label("o"), label("t"));
  expect(rows["labels"]).toEqual([{ name: "l", value: "t" }]);
  expect(kept.get("labels")).toEqual([{ name: "l", value: "o" }]);
  expect(found).toEqual(["R3 labels:l"]);
  expect(merged(label("o"), { rows: { labels: [] } }).rows["labels"]).toEqual([{ name: "l", value: "o" }]);
  expect(merged({ rows: { labels: [] } }, label("t")).found).toEqual(["R4 labels:l"]);
});

test("R5 rows without a key are counted", () => {
  const lines = (...texts: string[]) => ({ rows: { lines: texts.map((text) => ({ text })) } });
  expect(merged(lines("x", "x", "y"), lines("x", "z")).rows["lines"]).toEqual([{ text: "x" }, { text: "z" }, { text: "y" }]);
});
