import type { Conflict } from "../../packages/core/src/index.ts";
import type { AgentOp } from "./agent.ts";
import { chmod, dir, file, forget, link, move, remove, set, symlink, unlink } from "./merge-world.ts";

type Did = Conflict["ours"];

export interface ConflictCase {
  readonly name: string;
  readonly ours: readonly AgentOp[];
  readonly theirs: readonly AgentOp[];
  /** Path, what ours did, what theirs did. */
  readonly found: readonly (readonly [path: string, ours: Did, theirs: Did, kind?: Conflict["kind"]])[];
}

/** What two machines do to one thing, and what the later push says of it. */
export const CONFLICTS: readonly ConflictCase[] = [
  {
    name: "one file edited otherwise on both sides",
    ours: [file("/a.txt", "ours")],
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "changed", "changed"]],
  },
  {
    name: "one new path with different content",
    ours: [file("/dir/new", "ours")],
    theirs: [file("/dir/new", "theirs")],
    found: [["/dir/new", "created", "created"]],
  },
  {
    name: "a file here and a directory there at one new path",
    ours: [file("/new", "ours")],
    theirs: [dir("/new"), file("/new/in", "theirs")],
    found: [["/new", "created", "created"]],
  },
  {
    name: "a directory here and a file there at one new path",
    ours: [dir("/new"), file("/new/in", "ours")],
    theirs: [file("/new", "theirs")],
    found: [["/new", "created", "created"]],
  },
  {
    name: "different links at one new path",
    ours: [symlink("/a.txt", "/new")],
    theirs: [symlink("/b.txt", "/new")],
    found: [["/new", "created", "created"]],
  },
  {
    name: "a file edited here and deleted there",
    ours: [file("/a.txt", "ours")],
    theirs: [unlink("/a.txt")],
    found: [["/a.txt", "changed", "removed"]],
  },
  {
    name: "a file deleted here and edited there",
    ours: [unlink("/a.txt")],
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "removed", "changed"]],
  },
  {
    name: "a file deleted here, whose permissions changed there",
    ours: [unlink("/a.txt")],
    theirs: [chmod("/a.txt", 0o600)],
    found: [["/a.txt", "removed", "changed"]],
  },
  {
    name: "a file whose permissions changed here, and which was deleted there",
    ours: [chmod("/a.txt", 0o600)],
    theirs: [unlink("/a.txt")],
    found: [["/a.txt", "changed", "removed"]],
  },
  {
    name: "a file saved anew here (written aside, renamed over it) and edited there",
    ours: [file("/tmp", "ours"), move("/tmp", "/a.txt")],
    theirs: [file("/a.txt", "theirs")],
    found: [["/a.txt", "changed", "changed"]],
  },
  {
    name: "a file saved anew on both sides",
    ours: [file("/tmp", "ours"), move("/tmp", "/a.txt")],
    theirs: [file("/tmp", "theirs"), move("/tmp", "/a.txt")],
    found: [["/a.txt", "changed", "changed"]],
  },
  {
    name: "a file added here below a directory deleted there",
    ours: [file("/dir/sub/new", "ours")],
    theirs: [remove("/dir")],
    found: [["/dir/sub/new", "created", "removed"]],
  },
  {
    name: "a directory deleted here, below which a file was added there",
    ours: [remove("/dir")],
    theirs: [file("/dir/sub/new", "theirs")],
    found: [["/dir/sub", "removed", "changed"]],
  },
  {
    name: "a directory deleted here, out of which a file was moved there",
    ours: [remove("/dir")],
    theirs: [move("/dir/x", "/x")],
    found: [["/dir/x", "removed", "moved"]],
  },
  {
    name: "a file moved here into a directory deleted there",
    ours: [move("/a.txt", "/third/a")],
    theirs: [remove("/third")],
    found: [["/third/a", "moved", "removed"]],
  },
  {
    name: "a directory deleted here, into which a file was moved there",
    ours: [remove("/third")],
    theirs: [move("/a.txt", "/third/a")],
    found: [["/third", "removed", "changed"]],
  },
  {
    name: "one file moved to two places",
    ours: [move("/a.txt", "/ours")],
    theirs: [move("/a.txt", "/dir/theirs")],
    found: [["/ours", "moved", "moved"]],
  },
  {
    name: "a file moved here and deleted there",
    ours: [move("/a.txt", "/ours")],
    theirs: [unlink("/a.txt")],
    found: [["/ours", "moved", "removed"]],
  },
  {
    name: "a file deleted here and moved there",
    ours: [unlink("/a.txt")],
    theirs: [move("/a.txt", "/theirs")],
    found: [["/a.txt", "removed", "moved"]],
  },
  {
    name: "a directory moved here and deleted there",
    ours: [move("/dir", "/moved")],
    theirs: [remove("/dir")],
    found: [["/moved", "moved", "removed"]],
  },
  {
    name: "a directory deleted here and moved there",
    ours: [remove("/dir")],
    theirs: [move("/dir", "/moved")],
    found: [["/dir", "removed", "moved"]],
  },
  {
    name: "two files moved to one place",
    ours: [move("/a.txt", "/new")],
    theirs: [move("/b.txt", "/new")],
    found: [["/new", "moved", "moved"]],
  },
  {
    name: "moves that would make a cycle of two directories",
    ours: [move("/dir", "/other/dir")],
    theirs: [move("/other", "/dir/other")],
    found: [["/other/dir", "moved", "moved"]],
  },
  {
    name: "moves that would make a cycle through a new directory",
    ours: [dir("/other/new"), move("/dir", "/other/new/dir")],
    theirs: [move("/other", "/dir/sub/other")],
    found: [["/other/new/dir", "moved", "moved"]],
  },
  {
    name: "a hard link here to a file that was deleted there",
    ours: [link("/a.txt", "/a-too")],
    theirs: [unlink("/a.txt")],
    found: [["/a-too", "created", "removed"]],
  },
  {
    name: "a file deleted here, to which a hard link was made there",
    ours: [unlink("/a.txt")],
    theirs: [link("/a.txt", "/a-too")],
    found: [["/a.txt", "removed", "created"]],
  },
  {
    name: "each side removed the hard link that the other kept",
    ours: [unlink("/hard1")],
    theirs: [unlink("/hard2")],
    found: [["/hard1", "removed", "removed"]],
  },
  {
    name: "one key set to different values",
    ours: [set("one", "ours")],
    theirs: [set("one", "theirs")],
    found: [["one", "changed", "changed", "key"]],
  },
  {
    name: "one new key with different values",
    ours: [set("new", "ours")],
    theirs: [set("new", "theirs")],
    found: [["new", "created", "created", "key"]],
  },
  {
    name: "a key set here and deleted there",
    ours: [set("one", "ours")],
    theirs: [forget("one")],
    found: [["one", "changed", "removed", "key"]],
  },
  {
    name: "a key deleted here and set there",
    ours: [forget("one")],
    theirs: [set("one", "theirs")],
    found: [["one", "removed", "changed", "key"]],
  },
  {
    name: "two things at once, among much that would merge",
    ours: [file("/a.txt", "ours"), set("one", "ours"), file("/mine", "m"), move("/dir", "/moved"), unlink("/big")],
    theirs: [file("/a.txt", "theirs"), set("one", "theirs"), file("/dir/theirs", "t")],
    found: [
      ["/a.txt", "changed", "changed"],
      ["one", "changed", "changed", "key"],
    ],
  },
];
