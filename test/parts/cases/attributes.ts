import { chmod, chown, file, read, symlink, unlink } from "../merge-ops.ts";
import type { ConflictCase, MergeCase } from "./case.ts";

export const ATTRIBUTES: readonly MergeCase[] = [
  {
    row: "F4",
    name: "permissions on one side and content on the other",
    one: [chmod("/a.txt", 0o600)],
    other: [file("/a.txt", "edited")],
    result: { files: { "/a.txt": "edited" }, attributes: { "/a.txt": { mode: "0o100600", size: 6 } } },
  },
  {
    row: "F5",
    name: "permissions on one side and the owner on the other",
    one: [chmod("/a.txt", 0o600)],
    other: [chown("/a.txt", 7)],
    result: { attributes: { "/a.txt": { mode: "0o100600", uid: 7 } } },
  },
  {
    row: "F5",
    name: "a file that was read on one side and deleted on the other",
    one: [read("/a.txt")],
    other: [unlink("/a.txt")],
    result: { files: { "/a.txt": null } },
  },
  {
    row: "F4",
    name: "the owner of a link on one side and its target on the other",
    one: [chown("/link", 7)],
    other: [unlink("/link"), symlink("/b.txt", "/link")],
    result: { symlinks: { "/link": "/b.txt" }, attributes: { "/link": { uid: 7 } } },
  },
];

/** Both changed one field: ours, without a conflict. */
export const ONE_FIELD: readonly ConflictCase[] = [
  {
    row: "F5",
    name: "different permissions on both sides",
    ours: [chmod("/a.txt", 0o600)],
    theirs: [chmod("/a.txt", 0o640), chown("/a.txt", 7)],
    found: [],
    outcomes: {
      "keep-both": { endings: [], result: { attributes: { "/a.txt": { mode: "0o100600", uid: 7 } } } },
    },
  },
  {
    row: "F5",
    name: "different owners of a directory on both sides",
    ours: [chown("/third", 7)],
    theirs: [chown("/third", 8), chmod("/third", 0o700)],
    found: [],
    outcomes: {
      "keep-both": { endings: [], result: { attributes: { "/third": { mode: "0o40700", uid: 7 } } } },
    },
  },
];
