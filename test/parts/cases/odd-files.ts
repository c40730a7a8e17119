import type { AgentOp } from "../agent.ts";
import { dir, file, sql, unlink } from "../merge-ops.ts";
import { type ConflictCase, kept, type MergeCase, type Outcomes, oursAt, theirsAt } from "./case.ts";

/** 255 bytes. With the mark, a name has to lose 22 of them, which is in the middle of a character. */
const LONGEST = `${"é".repeat(125)}x.txt`;
const CUT = `${"é".repeat(116)}.conflict-<push>.txt`;

/** Names that break what was not thought of, and what the copy beside each is called. `é.txt` twice: as one character and as two. */
const NAMES: Readonly<Record<string, string>> = {
  "new\nline.txt": "new\nline.conflict-<push>.txt",
  'it\'s "quoted".txt': 'it\'s "quoted".conflict-<push>.txt',
  "🦊.txt": "🦊.conflict-<push>.txt",
  "\u00e9.txt": "\u00e9.conflict-<push>.txt",
  "e\u0301.txt": "e\u0301.conflict-<push>.txt",
  "-rf": "-rf.conflict-<push>",
  ".hidden": ".hidden.conflict-<push>",
  [LONGEST]: CUT,
};
const names = Object.entries(NAMES);

const SIZES_BYTES = { empty: 0, under: 4095, chunk: 4096, over: 4097 } as const;
const sizes = Object.entries(SIZES_BYTES);
/** Another size each than what was there, and than what the other side wrote. */
const shifted = (letter: string, by: number) =>
  sizes.map(([name], index) => [`/sizes/${name}`, letter.repeat(sizes[(index + by) % sizes.length]?.[1] ?? 0)] as const);
const [ourSizes, theirSizes] = [shifted("o", 1), shifted("t", 2)];

const SPARSE = "/sizes/sparse";
/** Chunks 0 and 4 of a file of 20,000 bytes; the rest of it are holes, which the SDK's `readFile` leaves out. */
const [HEAD, TAIL] = ["a".repeat(4096), "b".repeat(3616)];
/** Found by what is in them: Turso knows no subqueries here. */
const hole = (chunk: string) => sql("DELETE FROM fs_data WHERE data = CAST(? AS BLOB)", chunk);
/** The first chunk becomes a hole as well. */
const PUNCH = [hole(HEAD)];
const PUNCHED = { chunks: "4", size: 20_000 };

/** What the seed has for these cases. */
export const ODD_FILES: readonly AgentOp[] = [
  dir("/odd"),
  ...names.map(([name]) => file(`/odd/${name}`, "odd")),
  dir("/sizes"),
  ...sizes.map(([name, sizeBytes]) => file(`/sizes/${name}`, "s".repeat(sizeBytes))),
  file(SPARSE, `${HEAD}${"-".repeat(3 * 4096)}${TAIL}`),
  hole("-".repeat(4096)),
];

const copyOf = (path: string) => `${path}.conflict-<push>`;

type Pair = readonly [path: string, copy: string];
const pairs = (folder: string): readonly Pair[] => names.map(([name, copy]) => [`${folder}/${name}`, `${folder}/${copy}`]);
const [EDITED, MADE] = [pairs("/odd"), pairs("/third")];
const write = (paths: readonly Pair[], text: string) => paths.map(([path]) => file(path, text));
const all = (paths: readonly Pair[], text: string) => Object.fromEntries(paths.map(([path]) => [path, text]));

/** The usual ends of many conflicts at once. */
const manyContents = (paths: readonly Pair[]): Outcomes => ({
  "keep-both": {
    endings: paths.map(([path, copy]) => kept(copy, path)),
    result: { files: { ...all(paths, "theirs"), ...Object.fromEntries(paths.map(([, copy]) => [copy, "ours"])) } },
  },
  ours: { endings: paths.map(([path]) => oursAt(path)), result: { files: all(paths, "ours") } },
  theirs: { endings: paths.map(([path]) => theirsAt(path)), result: { files: all(paths, "theirs") } },
});

const ODD_NAMES: readonly ConflictCase[] = [
  {
    row: "F3",
    name: "files with odd names edited otherwise on both sides",
    ours: write(EDITED, "ours"),
    theirs: write(EDITED, "theirs"),
    found: EDITED.map(([path]) => [path, "changed", "changed"]),
    outcomes: manyContents(EDITED),
  },
  {
    row: "F14",
    name: "files with odd names made on both sides",
    ours: write(MADE, "ours"),
    theirs: write(MADE, "theirs"),
    found: MADE.map(([path]) => [path, "created", "created"]),
    outcomes: manyContents(MADE),
  },
  {
    row: "F6",
    name: "files with odd names edited here and deleted there",
    ours: write(EDITED, "ours"),
    theirs: EDITED.map(([path]) => unlink(path)),
    found: EDITED.map(([path]) => [path, "changed", "removed"]),
    outcomes: {
      "keep-both": { endings: EDITED.map(([path]) => oursAt(path)), result: { files: all(EDITED, "ours") } },
    },
  },
];

const ODD_SIZES: readonly ConflictCase[] = [
  {
    row: "F3",
    name: "files of no bytes, a chunk, and a byte more or less, edited otherwise on both sides",
    ours: ourSizes.map(([path, text]) => file(path, text)),
    theirs: theirSizes.map(([path, text]) => file(path, text)),
    found: ourSizes.map(([path]) => [path, "changed", "changed"]),
    outcomes: {
      "keep-both": {
        endings: ourSizes.map(([path]) => kept(copyOf(path), path)),
        result: {
          files: {
            ...Object.fromEntries(theirSizes),
            ...Object.fromEntries(ourSizes.map(([path, text]) => [copyOf(path), text])),
          },
        },
      },
      ours: { endings: ourSizes.map(([path]) => oursAt(path)), result: { files: Object.fromEntries(ourSizes) } },
      theirs: { endings: ourSizes.map(([path]) => theirsAt(path)), result: { files: Object.fromEntries(theirSizes) } },
    },
  },
  {
    row: "F6",
    name: "files of no bytes, a chunk, and a byte more or less, deleted here and edited there",
    ours: theirSizes.map(([path]) => unlink(path)),
    theirs: theirSizes.map(([path, text]) => file(path, text)),
    found: theirSizes.map(([path]) => [path, "removed", "changed"]),
    outcomes: {
      "keep-both": { endings: theirSizes.map(([path]) => theirsAt(path)), result: { files: Object.fromEntries(theirSizes) } },
    },
  },
  {
    row: "F3",
    name: "a sparse file, of which a piece became a hole here, and written anew there",
    ours: PUNCH,
    theirs: [file(SPARSE, "theirs")],
    found: [[SPARSE, "changed", "changed"]],
    outcomes: {
      "keep-both": {
        endings: [kept(copyOf(SPARSE), SPARSE)],
        result: { files: { [SPARSE]: "theirs", [copyOf(SPARSE)]: TAIL }, attributes: { [copyOf(SPARSE)]: PUNCHED } },
      },
      ours: { endings: [oursAt(SPARSE)], result: { files: { [SPARSE]: TAIL }, attributes: { [SPARSE]: PUNCHED } } },
      theirs: { endings: [theirsAt(SPARSE)], result: { files: { [SPARSE]: "theirs" } } },
    },
  },
  {
    row: "F3",
    name: "a sparse file written anew here, and of which a piece became a hole there",
    ours: [file(SPARSE, "ours")],
    theirs: PUNCH,
    found: [[SPARSE, "changed", "changed"]],
    outcomes: {
      "keep-both": {
        endings: [kept(copyOf(SPARSE), SPARSE)],
        result: { files: { [SPARSE]: TAIL, [copyOf(SPARSE)]: "ours" }, attributes: { [SPARSE]: PUNCHED } },
      },
      ours: { endings: [oursAt(SPARSE)], result: { files: { [SPARSE]: "ours" } } },
      theirs: { endings: [theirsAt(SPARSE)], result: { files: { [SPARSE]: TAIL }, attributes: { [SPARSE]: PUNCHED } } },
    },
  },
];

export const ODD: readonly ConflictCase[] = [...ODD_NAMES, ...ODD_SIZES];

/** The same files, changed on one side alone. */
export const ODD_MERGES: readonly MergeCase[] = [
  {
    row: "F1",
    name: "files of no bytes, a chunk, and a byte more or less, edited on one side",
    one: ourSizes.map(([path, text]) => file(path, text)),
    other: [file("/b.txt", "edited")],
    result: { files: { ...Object.fromEntries(ourSizes), "/b.txt": "edited" } },
  },
  {
    row: "F1",
    name: "a sparse file of which a piece became a hole on one side",
    one: PUNCH,
    other: [file("/b.txt", "edited")],
    result: { files: { [SPARSE]: TAIL, "/b.txt": "edited" }, attributes: { [SPARSE]: PUNCHED } },
  },
  {
    row: "F1",
    name: "files with odd names edited on one side",
    one: write(EDITED, "edited"),
    other: [file("/b.txt", "edited")],
    result: { files: { ...all(EDITED, "edited"), "/b.txt": "edited" } },
  },
];
