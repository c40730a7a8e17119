import { chmod, dir, file, link, move, remove, rmdir, unlink } from "../merge-ops.ts";
import { always, type ConflictCase, kept, oursAt, theirsAt } from "./case.ts";

const OLD_HARD_LINKS = ["/hard1", "/hard2"];
/** `/dir` is empty but for its directory. */
const EMPTIED = { "/dir/x": null, "/dir/y": null, "/dir/sub/z": null };
const DIR_IN_THIRD = {
  files: { ...EMPTIED, "/third/dir/x": "x", "/third/dir/y": "y", "/third/dir/sub/z": "z" },
  directories: { removed: ["/dir", "/dir/sub"], added: ["/third/dir", "/third/dir/sub"] },
};

/** Something comes into a directory that the other side removed, or is edited in it. */
export const DIRECTORIES: readonly ConflictCase[] = [
  {
    row: "F12",
    name: "a file added here below a directory deleted there",
    ours: [file("/dir/sub/new", "ours")],
    theirs: [remove("/dir")],
    found: [["/dir/sub/new", "created", "removed"]],
    outcomes: always(oursAt("/dir/sub/new"), { files: { ...EMPTIED, "/dir/sub/new": "ours" } }),
  },
  {
    row: "F12",
    name: "a directory added here, with a file in it, in a directory deleted there",
    ours: [dir("/third/new"), file("/third/new/f", "ours")],
    theirs: [rmdir("/third")],
    found: [["/third/new", "created", "removed"]],
    outcomes: always(oursAt("/third/new"), { files: { "/third/new/f": "ours" }, directories: { added: ["/third/new"] } }),
  },
  {
    row: "F12",
    name: "a file moved here into a directory deleted there",
    ours: [move("/a.txt", "/third/a")],
    theirs: [remove("/third")],
    found: [["/third/a", "moved", "removed"]],
    outcomes: always(oursAt("/third/a"), { files: { "/a.txt": null, "/third/a": "a" } }),
  },
  {
    row: "F12",
    name: "a directory moved here into a directory deleted there",
    ours: [move("/dir", "/third/dir")],
    theirs: [rmdir("/third")],
    found: [["/third/dir", "moved", "removed"]],
    outcomes: always(oursAt("/third/dir"), DIR_IN_THIRD),
  },
  {
    row: "F12",
    name: "a hard link made here in a directory deleted there",
    ours: [link("/a.txt", "/third/a")],
    theirs: [rmdir("/third")],
    found: [["/third/a", "created", "removed"]],
    outcomes: always(oursAt("/third/a"), { files: { "/third/a": "a" }, hardLinks: [["/a.txt", "/third/a"], OLD_HARD_LINKS] }),
  },
  {
    row: "F12",
    name: "a file edited here in a directory deleted there",
    ours: [file("/dir/x", "ours")],
    theirs: [remove("/dir")],
    found: [["/dir/x", "changed", "removed"]],
    outcomes: always(oursAt("/dir/x"), { files: { ...EMPTIED, "/dir/x": "ours" }, directories: { removed: ["/dir/sub"] } }),
  },
  {
    row: "F13",
    name: "a directory deleted here, below which a file was added there",
    ours: [remove("/dir")],
    theirs: [file("/dir/sub/new", "theirs")],
    found: [["/dir/sub", "removed", "changed"]],
    outcomes: always(theirsAt("/dir/sub"), { files: { ...EMPTIED, "/dir/sub/new": "theirs" } }),
  },
  {
    row: "F13",
    name: "a directory deleted here, into which a file was moved there",
    ours: [remove("/third")],
    theirs: [move("/a.txt", "/third/a")],
    found: [["/third", "removed", "changed"]],
    outcomes: always(theirsAt("/third"), { files: { "/a.txt": null, "/third/a": "a" } }),
  },
  {
    row: "F13",
    name: "a directory deleted here, into which a directory was moved there",
    ours: [rmdir("/third")],
    theirs: [move("/dir", "/third/dir")],
    found: [["/third", "removed", "changed"]],
    outcomes: always(theirsAt("/third"), DIR_IN_THIRD),
  },
  {
    row: "F13",
    name: "a directory deleted here, in which a hard link was made there",
    ours: [rmdir("/third")],
    theirs: [link("/a.txt", "/third/a")],
    found: [["/third", "removed", "changed"]],
    outcomes: always(theirsAt("/third"), { files: { "/third/a": "a" }, hardLinks: [["/a.txt", "/third/a"], OLD_HARD_LINKS] }),
  },
  {
    row: "F13",
    name: "a directory deleted here, in which a file was edited there",
    ours: [remove("/dir")],
    theirs: [file("/dir/x", "theirs")],
    found: [
      ["/dir/x", "removed", "changed"],
      ["/dir", "removed", "changed"],
    ],
    outcomes: {
      "keep-both": {
        endings: [theirsAt("/dir/x"), theirsAt("/dir")],
        result: { files: { ...EMPTIED, "/dir/x": "theirs" }, directories: { removed: ["/dir/sub"] } },
      },
    },
  },
  {
    row: "F6",
    name: "a directory whose permissions changed here, and which was deleted there, with all in it",
    ours: [chmod("/dir", 0o700)],
    theirs: [remove("/dir")],
    found: [["/dir", "changed", "removed"]],
    outcomes: always(oursAt("/dir"), {
      files: EMPTIED,
      directories: { removed: ["/dir/sub"] },
      attributes: { "/dir": { mode: "0o40700" } },
    }),
  },
  {
    row: "F6",
    name: "a directory deleted here, with all in it, whose permissions changed there",
    ours: [remove("/dir")],
    theirs: [chmod("/dir", 0o700)],
    found: [["/dir", "removed", "changed"]],
    outcomes: always(theirsAt("/dir"), {
      files: EMPTIED,
      directories: { removed: ["/dir/sub"] },
      attributes: { "/dir": { mode: "0o40700" } },
    }),
  },
];

/** A directory and something else under one name. */
export const MEETINGS: readonly ConflictCase[] = [
  {
    row: "F16",
    name: "a file here and a directory there at one new path",
    ours: [file("/new", "ours")],
    theirs: [dir("/new"), file("/new/in", "theirs")],
    found: [["/new", "created", "created"]],
    outcomes: always(kept("/new.conflict-<push>", "/new"), {
      files: { "/new/in": "theirs", "/new.conflict-<push>": "ours" },
      directories: { added: ["/new"] },
    }),
  },
  {
    row: "F16",
    name: "a directory here and a file there at one new path",
    ours: [dir("/new"), file("/new/in", "ours")],
    theirs: [file("/new", "theirs")],
    found: [["/new", "created", "created"]],
    outcomes: always(kept("/new", "/new.conflict-<push>"), {
      files: { "/new/in": "ours", "/new.conflict-<push>": "theirs" },
      directories: { added: ["/new"] },
    }),
  },
  {
    row: "F16",
    name: "a file moved here to where a directory was made there",
    ours: [move("/a.txt", "/new")],
    theirs: [dir("/new")],
    found: [["/new", "moved", "created"]],
    outcomes: always(kept("/new.conflict-<push>", "/new"), {
      files: { "/a.txt": null, "/new.conflict-<push>": "a" },
      directories: { added: ["/new"] },
    }),
  },
  {
    row: "F16",
    name: "a directory made here where a file was moved to there",
    ours: [dir("/new")],
    theirs: [move("/a.txt", "/new")],
    found: [["/new", "created", "moved"]],
    outcomes: always(kept("/new", "/new.conflict-<push>"), {
      files: { "/a.txt": null, "/new.conflict-<push>": "a" },
      directories: { added: ["/new"] },
    }),
  },
  {
    row: "F16",
    name: "a file replaced by a directory here and edited there",
    ours: [unlink("/a.txt"), dir("/a.txt"), file("/a.txt/in", "ours")],
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "removed", "changed"]],
    outcomes: always(["theirs", "/a.txt", "/a.conflict-<push>.txt"], {
      files: { "/a.txt": null, "/a.txt/in": "ours", "/a.conflict-<push>.txt": "theirs" },
      directories: { added: ["/a.txt"] },
    }),
  },
  {
    row: "F16",
    name: "a file edited here and replaced by a directory there",
    ours: [file("/a.txt", "ours")],
    theirs: [unlink("/a.txt"), dir("/a.txt"), file("/a.txt/in", "theirs")],
    found: [["/a.txt", "changed", "removed"]],
    outcomes: always(["ours", "/a.conflict-<push>.txt", "/a.txt"], {
      files: { "/a.txt": null, "/a.txt/in": "theirs", "/a.conflict-<push>.txt": "ours" },
      directories: { added: ["/a.txt"] },
    }),
  },
  {
    row: "F16",
    name: "a directory replaced by a file here, and a file added in it there",
    ours: [remove("/dir"), file("/dir", "ours")],
    theirs: [file("/dir/new", "theirs")],
    found: [["/dir", "removed", "changed"]],
    outcomes: always(["theirs", "/dir.conflict-<push>", "/dir"], {
      files: { ...EMPTIED, "/dir/new": "theirs", "/dir.conflict-<push>": "ours" },
      directories: { removed: ["/dir/sub"] },
    }),
  },
  {
    row: "F16",
    name: "a file added here in a directory that was replaced by a file there",
    ours: [file("/dir/new", "ours")],
    theirs: [remove("/dir"), file("/dir", "theirs")],
    found: [
      ["/dir/new", "created", "removed"],
      ["/dir", "changed", "created"],
    ],
    outcomes: {
      "keep-both": {
        endings: [oursAt("/dir/new"), kept("/dir", "/dir.conflict-<push>")],
        result: {
          files: { ...EMPTIED, "/dir/new": "ours", "/dir.conflict-<push>": "theirs" },
          directories: { removed: ["/dir/sub"] },
        },
      },
    },
  },
];
