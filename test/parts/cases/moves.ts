import { dir, file, move, remove, unlink } from "../merge-ops.ts";
import type { Patch } from "../merge-result.ts";
import { always, type ConflictCase, kept, oursAt, theirsAt } from "./case.ts";

const DIR_GONE = { "/dir/x": null, "/dir/y": null, "/dir/sub/z": null };
/** `/dir` with all in it, elsewhere. */
const dirAt = (path: string, files: Patch["files"] = {}, added: readonly string[] = []): Patch => ({
  files: { ...DIR_GONE, [`${path}/x`]: "x", [`${path}/y`]: "y", [`${path}/sub/z`]: "z", ...files },
  directories: { removed: ["/dir", "/dir/sub"], added: [path, `${path}/sub`, ...added] },
});

export const MOVES: readonly ConflictCase[] = [
  {
    row: "F7",
    name: "a file moved here and deleted there",
    ours: [move("/a.txt", "/ours")],
    theirs: [unlink("/a.txt")],
    found: [["/ours", "moved", "removed"]],
    outcomes: always(oursAt("/ours"), { files: { "/a.txt": null, "/ours": "a" } }),
  },
  {
    row: "F7",
    name: "a file deleted here and moved there",
    ours: [unlink("/a.txt")],
    theirs: [move("/a.txt", "/theirs")],
    found: [["/a.txt", "removed", "moved"]],
    outcomes: always(theirsAt("/theirs"), { files: { "/a.txt": null, "/theirs": "a" } }),
  },
  {
    row: "F7",
    name: "a directory deleted here, out of which a file was moved there",
    ours: [remove("/dir")],
    theirs: [move("/dir/x", "/x")],
    found: [["/dir/x", "removed", "moved"]],
    outcomes: always(theirsAt("/x"), { files: { ...DIR_GONE, "/x": "x" }, directories: { removed: ["/dir", "/dir/sub"] } }),
  },
  {
    row: "F7",
    name: "a file moved here out of a directory deleted there",
    ours: [move("/dir/x", "/x")],
    theirs: [remove("/dir")],
    found: [["/x", "moved", "removed"]],
    outcomes: always(oursAt("/x"), { files: { ...DIR_GONE, "/x": "x" }, directories: { removed: ["/dir", "/dir/sub"] } }),
  },
  {
    row: "F7",
    name: "a directory moved here and deleted there, with all in it",
    ours: [move("/dir", "/moved")],
    theirs: [remove("/dir")],
    found: [["/moved", "moved", "removed"]],
    outcomes: always(oursAt("/moved"), dirAt("/moved")),
  },
  {
    row: "F7",
    name: "a directory deleted here, with all in it, and moved there",
    ours: [remove("/dir")],
    theirs: [move("/dir", "/moved")],
    found: [["/dir", "removed", "moved"]],
    outcomes: always(theirsAt("/moved"), dirAt("/moved")),
  },
  {
    row: "F10",
    name: "one file moved to two places",
    ours: [move("/a.txt", "/ours")],
    theirs: [move("/a.txt", "/dir/theirs")],
    found: [["/ours", "moved", "moved"]],
    outcomes: always(theirsAt("/dir/theirs"), { files: { "/a.txt": null, "/dir/theirs": "a" } }),
  },
  {
    row: "F10",
    name: "one file moved to two places, and edited here",
    ours: [move("/a.txt", "/ours"), file("/ours", "edited")],
    theirs: [move("/a.txt", "/dir/theirs")],
    found: [["/ours", "moved", "moved"]],
    outcomes: always(theirsAt("/dir/theirs"), { files: { "/a.txt": null, "/dir/theirs": "edited" } }),
  },
  {
    row: "F10",
    name: "one directory moved to two places, with a new file in it on both sides",
    ours: [move("/dir", "/ours"), file("/ours/n1", "1")],
    theirs: [move("/dir", "/other/theirs"), file("/other/theirs/n2", "2")],
    found: [["/ours", "moved", "moved"]],
    outcomes: always(theirsAt("/other/theirs"), dirAt("/other/theirs", { "/other/theirs/n1": "1", "/other/theirs/n2": "2" })),
  },
  {
    row: "F15",
    name: "two files moved to one place",
    ours: [move("/a.txt", "/new")],
    theirs: [move("/b.txt", "/new")],
    found: [["/new", "moved", "moved"]],
    outcomes: always(kept("/new.conflict-<push>", "/new"), {
      files: { "/a.txt": null, "/b.txt": null, "/new": "b", "/new.conflict-<push>": "a" },
    }),
  },
  {
    row: "F15",
    name: "a file moved here to where one was made there",
    ours: [move("/a.txt", "/new.txt")],
    theirs: [file("/new.txt", "theirs")],
    found: [["/new.txt", "moved", "created"]],
    outcomes: always(kept("/new.conflict-<push>.txt", "/new.txt"), {
      files: { "/a.txt": null, "/new.txt": "theirs", "/new.conflict-<push>.txt": "a" },
    }),
  },
  {
    row: "F15",
    name: "a file made here where one was moved to there",
    ours: [file("/new.txt", "ours")],
    theirs: [move("/a.txt", "/new.txt")],
    found: [["/new.txt", "created", "moved"]],
    outcomes: always(kept("/new.conflict-<push>.txt", "/new.txt"), {
      files: { "/a.txt": null, "/new.txt": "a", "/new.conflict-<push>.txt": "ours" },
    }),
  },
  {
    row: "F15",
    name: "two directories moved to one place",
    ours: [move("/dir", "/new.d")],
    theirs: [move("/other", "/new.d")],
    found: [["/new.d", "moved", "moved"]],
    outcomes: always(kept("/new.d.conflict-<push>", "/new.d"), {
      files: {
        ...dirAt("/new.d.conflict-<push>").files,
        "/other/o": null,
        "/new.d/o": "o",
      },
      directories: {
        removed: ["/dir", "/dir/sub", "/other"],
        added: ["/new.d", "/new.d.conflict-<push>", "/new.d.conflict-<push>/sub"],
      },
    }),
  },
  {
    row: "F15",
    name: "a directory moved here to where one was made there",
    ours: [move("/dir", "/new")],
    theirs: [dir("/new"), file("/new/in", "theirs")],
    found: [["/new", "moved", "created"]],
    outcomes: always(kept("/new.conflict-<push>", "/new"), dirAt("/new.conflict-<push>", { "/new/in": "theirs" }, ["/new"])),
  },
  {
    row: "F17",
    name: "moves that would make a cycle of two directories",
    ours: [move("/dir", "/other/dir")],
    theirs: [move("/other", "/dir/other")],
    found: [["/other/dir", "moved", "moved"]],
    outcomes: always(theirsAt("/dir"), {
      files: { "/other/o": null, "/dir/other/o": "o" },
      directories: { removed: ["/other"], added: ["/dir/other"] },
    }),
  },
  {
    row: "F17",
    name: "the same moves the other way round",
    ours: [move("/other", "/dir/other")],
    theirs: [move("/dir", "/other/dir")],
    found: [["/dir/other", "moved", "moved"]],
    outcomes: always(theirsAt("/other"), dirAt("/other/dir")),
  },
  {
    row: "F17",
    name: "moves that would make a cycle through a new directory",
    ours: [dir("/other/new"), move("/dir", "/other/new/dir")],
    theirs: [move("/other", "/dir/sub/other")],
    found: [["/other/new/dir", "moved", "moved"]],
    outcomes: always(theirsAt("/dir"), {
      files: { "/other/o": null, "/dir/sub/other/o": "o" },
      directories: { removed: ["/other"], added: ["/dir/sub/other", "/dir/sub/other/new"] },
    }),
  },
];
