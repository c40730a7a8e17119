import { chmod, file, link, symlink, unlink } from "../merge-ops.ts";
import { always, type ConflictCase, kept, oursAt, theirsAt } from "./case.ts";

const OLD = ["/hard1", "/hard2"];
const retarget = (path: string, target: string) => [unlink(path), symlink(target, path)];

/** Hard links: several names of one file. */
const HARD: readonly ConflictCase[] = [
  {
    row: "F8",
    name: "a hard link here to a file that was deleted there",
    ours: [link("/a.txt", "/a-too")],
    theirs: [unlink("/a.txt")],
    found: [["/a-too", "created", "removed"]],
    outcomes: always(oursAt("/a-too"), { files: { "/a.txt": null, "/a-too": "a" } }),
  },
  {
    row: "F8",
    name: "a file deleted here, to which a hard link was made there",
    ours: [unlink("/a.txt")],
    theirs: [link("/a.txt", "/a-too")],
    found: [["/a.txt", "removed", "created"]],
    outcomes: always(theirsAt("/a-too"), { files: { "/a.txt": null, "/a-too": "a" } }),
  },
  {
    row: "F11",
    name: "each side removed the hard link that the other kept",
    ours: [unlink("/hard1")],
    theirs: [unlink("/hard2")],
    found: [["/hard1", "removed", "removed"]],
    outcomes: always(theirsAt("/hard1"), { files: { "/hard2": null }, hardLinks: [] }),
  },
  {
    row: "F11",
    name: "each side removed the hard link that the other kept, and ours edited the file",
    ours: [unlink("/hard1"), file("/hard2", "ours")],
    theirs: [unlink("/hard2")],
    found: [["/hard1", "removed", "removed"]],
    outcomes: always(theirsAt("/hard1"), { files: { "/hard1": "ours", "/hard2": null }, hardLinks: [] }),
  },
  {
    row: "F3",
    name: "a file with two names edited otherwise on both sides",
    ours: [file("/hard2", "ours")],
    theirs: [file("/hard1", "theirs")],
    found: [["/hard1", "changed", "changed"]],
    outcomes: {
      "keep-both": {
        endings: [kept("/hard1.conflict-<push>", "/hard1")],
        result: { files: { "/hard1": "theirs", "/hard2": "theirs", "/hard1.conflict-<push>": "ours" } },
      },
      ours: { endings: [oursAt("/hard1")], result: { files: { "/hard1": "ours", "/hard2": "ours" } } },
      theirs: { endings: [theirsAt("/hard1")], result: { files: { "/hard1": "theirs", "/hard2": "theirs" } } },
    },
  },
  {
    row: "F6",
    name: "a file with two names edited here and deleted there",
    ours: [file("/hard2", "ours")],
    theirs: [unlink("/hard1"), unlink("/hard2")],
    found: [["/hard1", "changed", "removed"]],
    outcomes: always(oursAt("/hard1"), { files: { "/hard1": "ours", "/hard2": "ours" }, hardLinks: [OLD] }),
  },
  {
    row: "F6",
    name: "a file with two names deleted here and edited there",
    ours: [unlink("/hard1"), unlink("/hard2")],
    theirs: [file("/hard2", "theirs")],
    found: [["/hard1", "removed", "changed"]],
    outcomes: always(theirsAt("/hard1"), { files: { "/hard1": "theirs", "/hard2": "theirs" }, hardLinks: [OLD] }),
  },
];

const SYMBOLIC: readonly ConflictCase[] = [
  {
    row: "F3",
    name: "one symbolic link set to different targets",
    ours: retarget("/link", "/b.txt"),
    theirs: retarget("/link", "/big"),
    found: [["/link", "changed", "changed"]],
    outcomes: {
      "keep-both": {
        endings: [kept("/link.conflict-<push>", "/link")],
        result: { symlinks: { "/link": "/big", "/link.conflict-<push>": "/b.txt" } },
      },
      ours: { endings: [oursAt("/link")], result: { symlinks: { "/link": "/b.txt" } } },
      theirs: { endings: [theirsAt("/link")], result: { symlinks: { "/link": "/big" } } },
    },
  },
  {
    row: "F6",
    name: "a symbolic link set to another target here and deleted there",
    ours: retarget("/link", "/b.txt"),
    theirs: [unlink("/link")],
    found: [["/link", "changed", "removed"]],
    outcomes: always(oursAt("/link"), { symlinks: { "/link": "/b.txt" } }),
  },
  {
    row: "F6",
    name: "a symbolic link deleted here and set to another target there",
    ours: [unlink("/link")],
    theirs: retarget("/link", "/b.txt"),
    found: [["/link", "removed", "changed"]],
    outcomes: always(theirsAt("/link"), { symlinks: { "/link": "/b.txt" } }),
  },
  {
    row: "F14",
    name: "different links at one new path",
    ours: [symlink("/a.txt", "/new")],
    theirs: [symlink("/b.txt", "/new")],
    found: [["/new", "created", "created"]],
    outcomes: {
      "keep-both": {
        endings: [kept("/new.conflict-<push>", "/new")],
        result: { symlinks: { "/new": "/b.txt", "/new.conflict-<push>": "/a.txt" } },
      },
      ours: { endings: [oursAt("/new")], result: { symlinks: { "/new": "/a.txt" } } },
      theirs: { endings: [theirsAt("/new")], result: { symlinks: { "/new": "/b.txt" } } },
    },
  },
  {
    row: "F14",
    name: "a file here and a link there at one new path",
    ours: [file("/new", "ours"), chmod("/new", 0o600)],
    theirs: [symlink("/b.txt", "/new")],
    found: [["/new", "created", "created"]],
    outcomes: {
      "keep-both": {
        endings: [kept("/new.conflict-<push>", "/new")],
        result: { symlinks: { "/new": "/b.txt" }, files: { "/new.conflict-<push>": "ours" } },
      },
      ours: { endings: [oursAt("/new")], result: { files: { "/new": "ours" } } },
      theirs: { endings: [theirsAt("/new")], result: { symlinks: { "/new": "/b.txt" } } },
    },
  },
];

export const LINKS: readonly ConflictCase[] = [...HARD, ...SYMBOLIC];
