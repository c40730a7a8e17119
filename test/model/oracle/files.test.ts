import { describe, expect, test } from "vitest";
import type { ConflictPolicy } from "../../../packages/core/src/config/types.ts";
import { NO_LABELS } from "../read-state.ts";
import { expectedMerge } from "./merge.ts";
import { listing, Sketch } from "./sketch.ts";

const base = new Sketch();
for (const path of ["/a", "/b"]) base.file(path, path.slice(1));
for (const path of ["/d", "/d/s", "/e"]) base.directory(path);
base.file("/d/x", "x");
base.file("/h1", "h");
base.link("/h1", "/h2");
base.symlink("/l", "/a");
const ORIGIN = base.state();

type Do = (side: Sketch) => void;
/** Paths that are not as in the origin; null: not there. */
type Patch = Readonly<Record<string, string | null>>;

function merged(ours: Do, theirs: Do, policy: ConflictPolicy = "keep-both") {
  const [here, there] = [new Sketch(ORIGIN), new Sketch(ORIGIN)];
  ours(here);
  theirs(there);
  const { state, notes } = expectedMerge(ORIGIN, here.state(), there.state(), { policy, suffix: "push", labels: NO_LABELS });
  const rows = [...new Set(notes.conflicts.filter(({ optional }) => !optional).map(({ row }) => row))];
  return { shown: listing(state), rows, state };
}

function patched(patch: Patch): Readonly<Record<string, string>> {
  const all = Object.entries({ ...listing(ORIGIN), ...patch });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}

const nothing: Do = () => undefined;

/** Every row of the page by hand: what one side did, what the other did, what is there then, and the conflicts. */
const CASES: readonly (readonly [name: string, ours: Do, theirs: Do, patch: Patch, ...rows: string[]])[] = [
  ["F1 different things", (o) => o.write("/a", "A"), (t) => t.file("/n", "n"), { "/a": "A", "/n": "n" }],
  ["F2 edited alike", (o) => o.write("/a", "A"), (t) => t.save("/a", "A"), { "/a": "A" }],
  ["F3 edited otherwise", (o) => o.write("/a", "A"), (t) => t.save("/a", "T"), { "/a": "T", "/a.conflict-push": "A" }, "F3"],
  ["F4 edited, moved", (o) => o.save("/a", "A"), (t) => t.move("/a", "/e/a"), { "/a": null, "/e/a": "A" }],
  ["F6 edited, removed", (o) => o.write("/a", "A"), (t) => t.remove("/a"), { "/a": "A" }, "F6"],
  ["F6 removed, edited", (o) => o.remove("/a"), (t) => t.save("/a", "T"), { "/a": "T" }, "F6"],
  ["F6 made anew as it was, removed", (o) => o.save("/a", "a"), (t) => t.remove("/a"), { "/a": null }],
  ["F7 moved, removed", (o) => o.move("/a", "/e/a"), (t) => t.remove("/a"), { "/a": null, "/e/a": "a" }, "F7"],
  ["F7 removed, moved", (o) => o.remove("/a"), (t) => t.move("/a", "/e/a"), { "/a": null, "/e/a": "a" }, "F7"],
  [
    "F7 a directory moved, removed",
    (o) => o.move("/d", "/e/d"),
    (t) => t.remove("/d"),
    { "/d": null, "/d/x": null, "/d/s": null, "/e/d": "/", "/e/d/x": "x", "/e/d/s": "/" },
    "F7",
  ],
  ["F8 linked, removed", (o) => o.link("/a", "/e/a"), (t) => t.remove("/a"), { "/a": null, "/e/a": "a" }, "F8"],
  ["F8 removed, linked", (o) => o.remove("/a"), (t) => t.link("/a", "/e/a"), { "/a": null, "/e/a": "a" }, "F8"],
  ["F9 moved to one place", (o) => o.move("/a", "/e/a"), (t) => t.move("/a", "/e/a"), { "/a": null, "/e/a": "a" }],
  ["F10 moved apart", (o) => o.move("/a", "/o"), (t) => t.move("/a", "/t"), { "/a": null, "/t": "a" }, "F10"],
  ["F11 the last links", (o) => o.remove("/h1"), (t) => t.remove("/h2"), { "/h2": null }, "F11"],
  ["F12 added below, removed", (o) => o.file("/d/s/n", "n"), (t) => t.remove("/d"), { "/d/x": null, "/d/s/n": "n" }, "F12"],
  ["F13 removed, added below", (o) => o.remove("/d"), (t) => t.file("/d/s/n", "n"), { "/d/x": null, "/d/s/n": "n" }, "F13"],
  ["F13 removed, edited below", (o) => o.remove("/d"), (t) => t.write("/d/x", "T"), { "/d/s": null, "/d/x": "T" }, "F6"],
  ["F14 new files", (o) => o.file("/n.c", "o"), (t) => t.file("/n.c", "t"), { "/n.c": "t", "/n.conflict-push.c": "o" }, "F14"],
  ["made alike", (o) => o.file("/n", "n"), (t) => t.file("/n", "n"), { "/n": "n" }],
  [
    "one directory made on both sides",
    (o) => {
      o.directory("/n");
      o.file("/n/o", "o");
    },
    (t) => {
      t.directory("/n");
      t.file("/n/t", "t");
    },
    { "/n": "/", "/n/o": "o", "/n/t": "t" },
  ],
  [
    "F15 moved, made",
    (o) => o.move("/a", "/n"),
    (t) => t.file("/n", "t"),
    { "/a": null, "/n": "t", "/n.conflict-push": "a" },
    "F15",
  ],
  ["F16 a file, a directory", (o) => o.file("/n", "o"), (t) => t.directory("/n"), { "/n": "/", "/n.conflict-push": "o" }, "F16"],
  ["F16 a directory, a file", (o) => o.directory("/n"), (t) => t.file("/n", "t"), { "/n": "/", "/n.conflict-push": "t" }, "F16"],
  [
    "F17 two directories into each other",
    (o) => o.move("/d", "/e/d"),
    (t) => t.move("/e", "/d/e"),
    { "/e": null, "/d/e": "/" },
    "F17",
  ],
  ["removed on both sides", (o) => o.remove("/d"), (t) => t.remove("/d"), { "/d": null, "/d/x": null, "/d/s": null }],
  ["removed, made anew there", (o) => o.remove("/l"), nothing, { "/l": null }],
];

test.for(CASES)("%s", ([, ours, theirs, patch, ...rows]) => {
  const { shown, rows: found } = merged(ours, theirs);
  expect(shown).toEqual(patched(patch));
  expect(found).toEqual(rows);
});

describe("a policy", () => {
  const edits: readonly [Do, Do] = [(o) => o.write("/a", "A"), (t) => t.write("/a", "T")];
  const made: readonly [Do, Do] = [(o) => o.file("/n", "o"), (t) => t.file("/n", "t")];
  test.for<[ConflictPolicy, readonly [Do, Do], Patch]>([
    ["ours", edits, { "/a": "A" }],
    ["theirs", edits, { "/a": "T" }],
    ["ours", made, { "/n": "o" }],
    ["theirs", made, { "/n": "t" }],
    ["theirs", [(o) => o.write("/a", "A"), (t) => t.remove("/a")], { "/a": "A" }],
    ["ours", [(o) => o.remove("/a"), (t) => t.write("/a", "T")], { "/a": "T" }],
  ])("%s chooses a content, but removes nothing", ([policy, [ours, theirs], patch]) => {
    expect(merged(ours, theirs, policy).shown).toEqual(patched(patch));
  });
});

test("F5 attributes are merged one by one, and of one that both changed ours stays", () => {
  const { state } = merged(
    (o) => o.chmod("/a", 0o600),
    (t) => t.chmod("/a", 0o777),
  );
  expect([...state.things.values()].find(({ content }) => content === "a")).toMatchObject({ permissions: 0o600 });
});

test("a number that names another file by now is another file", () => {
  const reused = new Sketch(ORIGIN);
  const [id = "", , thing = ""] = [...reused.names].flatMap(([name, { name: text, thing }]) =>
    text === "a" ? [name, text, thing] : [],
  );
  reused.names.delete(id);
  reused.names.set("again", { parent: "1", name: "z", thing });
  reused.things.set(thing, { kind: "file", permissions: 0o644, content: "other" });
  const edited = new Sketch(ORIGIN);
  edited.write("/a", "A");
  const { state } = expectedMerge(ORIGIN, reused.state(), edited.state(), { policy: "fail", suffix: "push", labels: NO_LABELS });
  expect(listing(state)).toEqual(patched({ "/a": "A", "/z": "other" }));
});
