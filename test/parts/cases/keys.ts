import { file, forget, move, set, sql, unlink } from "../merge-ops.ts";
import { always, type ConflictCase, kept, type Outcomes, oursAt, type RefusedCase, theirsAt } from "./case.ts";

const twoValues = (key: string, [ours, theirs]: readonly [unknown, unknown] = ["ours", "theirs"]): Outcomes => {
  const copy = `${key}.conflict-<push>`;
  return {
    "keep-both": { endings: [kept(copy, key)], result: { keys: { [key]: theirs, [copy]: ours } } },
    ours: { endings: [oursAt(key)], result: { keys: { [key]: ours } } },
    theirs: { endings: [theirsAt(key)], result: { keys: { [key]: theirs } } },
  };
};

const ODD_KEY = 'a/b.txt "quoted"\n🦊';
/** 1 MB each. */
const LARGE = ["o", "t"].map((letter) => letter.repeat(2 ** 20));

export const KEYS: readonly ConflictCase[] = [
  {
    row: "K2",
    name: "one key set to different values",
    ours: [set("one", "ours")],
    theirs: [set("one", "theirs")],
    found: [["one", "changed", "changed", "key"]],
    outcomes: twoValues("one"),
  },
  {
    row: "K2",
    name: "one new key with different values",
    ours: [set("new", "ours")],
    theirs: [set("new", "theirs")],
    found: [["new", "created", "created", "key"]],
    outcomes: twoValues("new"),
  },
  {
    row: "K2",
    name: "one new key with an odd name and different values",
    ours: [set(ODD_KEY, { of: "ours" })],
    theirs: [set(ODD_KEY, ["theirs"])],
    found: [[ODD_KEY, "created", "created", "key"]],
    outcomes: twoValues(ODD_KEY, [{ of: "ours" }, ["theirs"]]),
  },
  {
    row: "K2",
    name: "one key set to different values of 1 MB",
    ours: [set("one", LARGE[0])],
    theirs: [set("one", LARGE[1])],
    found: [["one", "changed", "changed", "key"]],
    outcomes: twoValues("one", [LARGE[0], LARGE[1]]),
  },
  {
    row: "K3",
    name: "a key set here and deleted there",
    ours: [set("one", "ours")],
    theirs: [forget("one")],
    found: [["one", "changed", "removed", "key"]],
    outcomes: always(oursAt("one"), { keys: { one: "ours" } }),
  },
  {
    row: "K3",
    name: "a key deleted here and set there",
    ours: [forget("one")],
    theirs: [set("one", "theirs")],
    found: [["one", "removed", "changed", "key"]],
    outcomes: always(theirsAt("one"), { keys: { one: "theirs" } }),
  },
  {
    row: "K2",
    name: "two things at once, among much that would merge",
    ours: [file("/a.txt", "ours"), set("one", "ours"), file("/mine", "m"), move("/dir", "/moved"), unlink("/big")],
    theirs: [file("/a.txt", "theirs"), set("one", "theirs"), file("/dir/theirs", "t")],
    found: [
      ["/a.txt", "changed", "changed"],
      ["one", "changed", "changed", "key"],
    ],
    outcomes: (() => {
      const merged = { "/mine": "m", "/big": null, "/dir/x": null, "/dir/y": null, "/dir/sub/z": null };
      const moved = { "/moved/x": "x", "/moved/y": "y", "/moved/sub/z": "z", "/moved/theirs": "t" };
      const directories = { removed: ["/dir", "/dir/sub"], added: ["/moved", "/moved/sub"] };
      const result = (files: Record<string, string>, keys: Record<string, unknown>) => ({
        files: { ...merged, ...moved, ...files },
        directories,
        keys,
      });
      return {
        "keep-both": {
          endings: [kept("/a.conflict-<push>.txt", "/a.txt"), kept("one.conflict-<push>", "one")],
          result: result(
            { "/a.txt": "theirs", "/a.conflict-<push>.txt": "ours" },
            { one: "theirs", "one.conflict-<push>": "ours" },
          ),
        },
        ours: { endings: [oursAt("/a.txt"), oursAt("one")], result: result({ "/a.txt": "ours" }, { one: "ours" }) },
        theirs: { endings: [theirsAt("/a.txt"), theirsAt("one")], result: result({ "/a.txt": "theirs" }, { one: "theirs" }) },
      };
    })(),
  },
];

const setBase = (path: string) => sql("UPDATE fs_overlay_config SET value = ? WHERE key = 'base_path'", path);
const copyUp = (base: number) =>
  sql("INSERT INTO fs_origin (delta_ino, base_ino) SELECT ino, ? FROM fs_dentry WHERE name = 'a.txt'", base);

/** What belongs to one machine: ours, without a conflict. */
export const OVERLAYS: readonly ConflictCase[] = [
  {
    row: "K4",
    name: "another base of an overlay on each machine",
    ours: [setBase("/here"), file("/n1", "1")],
    theirs: [setBase("/there")],
    found: [],
    outcomes: { "keep-both": { endings: [], result: { overlay: { basePath: "/here" }, files: { "/n1": "1" } } } },
  },
  {
    row: "K4",
    name: "one file copied up from another base file on each machine",
    ours: [copyUp(7)],
    theirs: [copyUp(8), setBase("/there")],
    found: [],
    outcomes: {
      "keep-both": { endings: [], result: { overlay: { basePath: "/there", origins: { "/a.txt": 7, "/sizes/empty": 5 } } } },
    },
  },
];

const setChunkSize = (sizeBytes: number) => sql("UPDATE fs_config SET value = ? WHERE key = 'chunk_size'", String(sizeBytes));

export const CHUNK_SIZES: RefusedCase = {
  row: "K5",
  name: "another chunk size than the remote's",
  ours: [setChunkSize(8192)],
  theirs: [set("new", 1)],
  code: "schema-conflict",
};
