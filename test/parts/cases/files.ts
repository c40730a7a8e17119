import { chmod, dir, file, link, move, reuseNumber, save, unlink } from "../merge-ops.ts";
import { always, type ConflictCase, kept, oursAt, theirsAt, twoContents } from "./case.ts";

const MODE_600 = { mode: "0o100600" };

export const FILES: readonly ConflictCase[] = [
  {
    row: "F3",
    name: "one file edited otherwise on both sides",
    ours: [file("/a.txt", "ours")],
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "changed", "changed"]],
    outcomes: twoContents("/a.txt", "/a.conflict-<push>.txt"),
  },
  {
    row: "F3",
    name: "a file saved anew here (written aside, renamed over it) and edited there",
    ours: save("/a.txt", "ours"),
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "changed", "changed"]],
    outcomes: twoContents("/a.txt", "/a.conflict-<push>.txt"),
  },
  {
    row: "F3",
    name: "a file edited here and saved anew there",
    ours: [file("/a.txt", "ours")],
    theirs: save("/a.txt", "theirs"),
    found: [["/a.txt", "changed", "changed"]],
    outcomes: twoContents("/a.txt", "/a.conflict-<push>.txt"),
  },
  {
    row: "F3",
    name: "a file saved anew on both sides",
    ours: save("/a.txt", "ours"),
    theirs: save("/a.txt", "theirs"),
    found: [["/a.txt", "changed", "changed"]],
    outcomes: twoContents("/a.txt", "/a.conflict-<push>.txt"),
  },
  {
    row: "F3",
    name: "a file edited otherwise on both sides, which theirs moved",
    ours: [file("/a.txt", "ours")],
    theirs: [file("/a.txt", "theirs"), move("/a.txt", "/dir/a2.txt")],
    found: [["/a.txt", "changed", "changed"]],
    outcomes: twoContents("/dir/a2.txt", "/dir/a2.conflict-<push>.txt", { files: { "/a.txt": null } }),
  },
  {
    row: "F3",
    name: "a file edited otherwise on both sides, which ours moved",
    ours: [file("/a.txt", "ours"), move("/a.txt", "/dir/a2.txt")],
    theirs: [file("/a.txt", "theirs")],
    found: [["/dir/a2.txt", "changed", "changed"]],
    outcomes: twoContents("/dir/a2.txt", "/dir/a2.conflict-<push>.txt", { files: { "/a.txt": null } }),
  },
  {
    row: "F3",
    name: "a file edited otherwise on both sides and its permissions here",
    ours: [file("/a.txt", "ours"), chmod("/a.txt", 0o600)],
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "changed", "changed"]],
    outcomes: {
      "keep-both": {
        endings: [kept("/a.conflict-<push>.txt", "/a.txt")],
        result: {
          files: { "/a.txt": "theirs", "/a.conflict-<push>.txt": "ours" },
          attributes: { "/a.txt": { mode: "0o100644" }, "/a.conflict-<push>.txt": MODE_600 },
        },
      },
      ours: { endings: [oursAt("/a.txt")], result: { files: { "/a.txt": "ours" }, attributes: { "/a.txt": MODE_600 } } },
      theirs: {
        endings: [theirsAt("/a.txt")],
        result: { files: { "/a.txt": "theirs" }, attributes: { "/a.txt": { mode: "0o100644" } } },
      },
    },
  },
  {
    row: "F6",
    name: "a file edited here and deleted there",
    ours: [file("/a.txt", "ours")],
    theirs: [unlink("/a.txt")],
    found: [["/a.txt", "changed", "removed"]],
    outcomes: always(oursAt("/a.txt"), { files: { "/a.txt": "ours" } }),
  },
  {
    row: "F6",
    name: "a file deleted here and edited there",
    ours: [unlink("/a.txt")],
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "removed", "changed"]],
    outcomes: always(theirsAt("/a.txt"), { files: { "/a.txt": "theirs" } }),
  },
  {
    row: "F6",
    name: "a file deleted here, whose permissions changed there",
    ours: [unlink("/a.txt")],
    theirs: [chmod("/a.txt", 0o600)],
    found: [["/a.txt", "removed", "changed"]],
    outcomes: always(theirsAt("/a.txt"), { attributes: { "/a.txt": MODE_600 } }),
  },
  {
    row: "F6",
    name: "a file whose permissions changed here, and which was deleted there",
    ours: [chmod("/a.txt", 0o600)],
    theirs: [unlink("/a.txt")],
    found: [["/a.txt", "changed", "removed"]],
    outcomes: always(oursAt("/a.txt"), { attributes: { "/a.txt": MODE_600 } }),
  },
  {
    row: "F6",
    name: "a file deleted here, its inode number given to a new one, and edited there",
    ours: reuseNumber("a.txt", "reused", "ours"),
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "removed", "changed"]],
    outcomes: always(theirsAt("/a.txt"), { files: { "/a.txt": "theirs", "/reused": "ours" } }),
  },
  {
    row: "F6",
    name: "a file edited here and deleted there, its inode number given to a new one",
    ours: [file("/a.txt", "ours")],
    theirs: reuseNumber("a.txt", "reused", "theirs"),
    found: [["/a.txt", "changed", "removed"]],
    outcomes: always(oursAt("/a.txt"), { files: { "/a.txt": "ours", "/reused": "theirs" } }),
  },
  {
    row: "F14",
    name: "one new path with different content",
    ours: [file("/dir/new", "ours")],
    theirs: [file("/dir/new", "theirs")],
    found: [["/dir/new", "created", "created"]],
    outcomes: twoContents("/dir/new", "/dir/new.conflict-<push>"),
  },
  {
    row: "F14",
    name: "one new path with different content in a directory that both made",
    ours: [dir("/new"), file("/new/f.md", "ours"), file("/new/mine", "m")],
    theirs: [dir("/new"), file("/new/f.md", "theirs")],
    found: [["/new/f.md", "created", "created"]],
    outcomes: twoContents("/new/f.md", "/new/f.conflict-<push>.md", {
      files: { "/new/mine": "m" },
      directories: { added: ["/new"] },
    }),
  },
  {
    row: "F14",
    name: "one new path with different content, which ours has under a second name too",
    ours: [file("/new", "ours"), link("/new", "/new-too")],
    theirs: [file("/new", "theirs")],
    found: [["/new", "created", "created"]],
    outcomes: {
      "keep-both": {
        endings: [kept("/new.conflict-<push>", "/new")],
        result: {
          files: { "/new": "theirs", "/new.conflict-<push>": "ours", "/new-too": "ours" },
          hardLinks: [
            ["/hard1", "/hard2"],
            ["/new-too", "/new.conflict-<push>"],
          ],
        },
      },
      ours: {
        endings: [oursAt("/new")],
        result: {
          files: { "/new": "ours", "/new-too": "ours" },
          hardLinks: [
            ["/hard1", "/hard2"],
            ["/new", "/new-too"],
          ],
        },
      },
      theirs: { endings: [theirsAt("/new")], result: { files: { "/new": "theirs", "/new-too": "ours" } } },
    },
  },
];
