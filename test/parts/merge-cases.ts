import type { AgentOp } from "./agent.ts";
import { BIG, chmod, dir, file, forget, link, move, type Patch, remove, set, symlink, unlink } from "./merge-world.ts";

export interface MergeCase {
  readonly name: string;
  readonly one: readonly AgentOp[];
  readonly other: readonly AgentOp[];
  readonly result: Patch;
}

const OLD_HARD_LINKS = ["/hard1", "/hard2"];

/** What two machines do to different things, and what is there after both pushed, in either order. */
export const MERGES: readonly MergeCase[] = [
  {
    name: "new files",
    one: [file("/n1", "1"), file("/dir/n1", BIG)],
    other: [file("/n2", "2"), file("/dir/n2", "22")],
    result: { files: { "/n1": "1", "/dir/n1": BIG, "/n2": "2", "/dir/n2": "22" } },
  },
  {
    name: "the same new directory with different files in it",
    one: [dir("/new"), file("/new/p", "p")],
    other: [dir("/new"), file("/new/q", "q")],
    result: { files: { "/new/p": "p", "/new/q": "q" }, directories: { added: ["/new"] } },
  },
  {
    name: "the same new directories one in another with different files at the bottom",
    one: [dir("/new"), dir("/new/deep"), file("/new/deep/p", "p")],
    other: [dir("/new"), dir("/new/deep"), dir("/new/other"), file("/new/deep/q", "q")],
    result: {
      files: { "/new/deep/p": "p", "/new/deep/q": "q" },
      directories: { added: ["/new", "/new/deep", "/new/other"] },
    },
  },
  {
    name: "a file moved into a directory that both made",
    one: [dir("/new"), move("/a.txt", "/new/a")],
    other: [dir("/new"), move("/b.txt", "/new/b")],
    result: { files: { "/a.txt": null, "/b.txt": null, "/new/a": "a", "/new/b": "b" }, directories: { added: ["/new"] } },
  },
  {
    name: "the same new file with equal bytes",
    one: [file("/same", BIG), file("/n1", "1")],
    other: [file("/same", BIG)],
    result: { files: { "/same": BIG, "/n1": "1" } },
  },
  {
    name: "the same new file with equal bytes, which one side links once more",
    one: [file("/same", "s"), link("/same", "/same-too")],
    other: [file("/same", "s")],
    result: { files: { "/same": "s", "/same-too": "s" }, hardLinks: [OLD_HARD_LINKS, ["/same", "/same-too"]] },
  },
  {
    name: "the same new symbolic link",
    one: [symlink("/b.txt", "/to-b"), file("/n1", "1")],
    other: [symlink("/b.txt", "/to-b")],
    result: { symlinks: { "/to-b": "/b.txt" }, files: { "/n1": "1" } },
  },
  {
    name: "the same edit of a file",
    one: [file("/a.txt", "edited"), file("/n1", "1")],
    other: [file("/a.txt", "edited")],
    result: { files: { "/a.txt": "edited", "/n1": "1" } },
  },
  {
    name: "a hard link to one file and an edit of another",
    one: [link("/a.txt", "/a-too")],
    other: [file("/b.txt", "edited")],
    result: { files: { "/a-too": "a", "/b.txt": "edited" }, hardLinks: [["/a-too", "/a.txt"], OLD_HARD_LINKS] },
  },
  {
    name: "a hard link to a file and an edit of the same file",
    one: [link("/a.txt", "/a-too")],
    other: [file("/a.txt", "edited")],
    result: { files: { "/a-too": "edited", "/a.txt": "edited" }, hardLinks: [["/a-too", "/a.txt"], OLD_HARD_LINKS] },
  },
  {
    name: "one hard link each to the same file",
    one: [link("/a.txt", "/a-one")],
    other: [link("/a.txt", "/a-two")],
    result: { files: { "/a-one": "a", "/a-two": "a" }, hardLinks: [["/a-one", "/a-two", "/a.txt"], OLD_HARD_LINKS] },
  },
  {
    name: "one of two hard links removed and an edit through the other",
    one: [unlink("/hard1")],
    other: [file("/hard2", "edited")],
    result: { files: { "/hard1": null, "/hard2": "edited" }, hardLinks: [] },
  },
  {
    name: "a rename of one file and an edit of another",
    one: [move("/a.txt", "/a2.txt")],
    other: [file("/b.txt", "edited")],
    result: { files: { "/a.txt": null, "/a2.txt": "a", "/b.txt": "edited" } },
  },
  {
    name: "a rename and an edit of one file",
    one: [move("/big", "/dir/bigger")],
    other: [file("/big", `${BIG.slice(0, 5000)}!${BIG.slice(5001)}`)],
    result: { files: { "/big": null, "/dir/bigger": `${BIG.slice(0, 5000)}!${BIG.slice(5001)}` } },
  },
  {
    name: "the same rename of a file, and an edit of it",
    one: [move("/a.txt", "/a2.txt")],
    other: [move("/a.txt", "/a2.txt"), file("/a2.txt", "edited")],
    result: { files: { "/a.txt": null, "/a2.txt": "edited" } },
  },
  {
    name: "two files that change places and a new file",
    one: [move("/a.txt", "/t"), move("/b.txt", "/a.txt"), move("/t", "/b.txt")],
    other: [file("/n1", "1")],
    result: { files: { "/a.txt": "b", "/b.txt": "a", "/n1": "1" } },
  },
  {
    name: "a new file at a place that was given up, and an edit of what was there",
    one: [move("/a.txt", "/a-old"), file("/a.txt", "new")],
    other: [file("/a.txt", "edited")],
    result: { files: { "/a-old": "edited", "/a.txt": "new" } },
  },
  {
    name: "a renamed directory and new, edited and removed files in it",
    one: [move("/dir", "/renamed")],
    other: [file("/dir/n1", "1"), file("/dir/x", "edited"), unlink("/dir/y")],
    result: {
      files: {
        "/dir/x": null,
        "/dir/y": null,
        "/dir/sub/z": null,
        "/renamed/x": "edited",
        "/renamed/n1": "1",
        "/renamed/sub/z": "z",
      },
      directories: { removed: ["/dir", "/dir/sub"], added: ["/renamed", "/renamed/sub"] },
    },
  },
  {
    name: "permissions on one side and content on the other",
    one: [chmod("/a.txt", 0o600)],
    other: [file("/a.txt", "edited")],
    result: { files: { "/a.txt": "edited" } },
  },
  {
    name: "different keys set, changed and deleted",
    one: [set("three", [3]), forget("one")],
    other: [set("four", "4"), set("two", { n: 22 })],
    result: { keys: { one: null, two: { n: 22 }, three: [3], four: "4" } },
  },
  {
    name: "the same value set under a key, and the same key deleted",
    one: [set("three", 3), forget("one"), set("four", 4)],
    other: [set("three", 3), forget("one")],
    result: { keys: { one: null, three: 3, four: 4 } },
  },
  {
    name: "different files deleted",
    one: [unlink("/a.txt"), remove("/dir/sub")],
    other: [unlink("/b.txt"), unlink("/dir/x")],
    result: {
      files: { "/a.txt": null, "/b.txt": null, "/dir/sub/z": null, "/dir/x": null },
      directories: { removed: ["/dir/sub"] },
    },
  },
  {
    name: "the same file and the same directory deleted",
    one: [unlink("/a.txt"), remove("/dir"), file("/n1", "1")],
    other: [unlink("/a.txt"), remove("/dir")],
    result: {
      files: { "/a.txt": null, "/dir/x": null, "/dir/y": null, "/dir/sub/z": null, "/n1": "1" },
      directories: { removed: ["/dir", "/dir/sub"] },
    },
  },
  {
    name: "a directory deleted here, and there one of the files in it",
    one: [remove("/dir")],
    other: [unlink("/dir/x")],
    result: {
      files: { "/dir/x": null, "/dir/y": null, "/dir/sub/z": null },
      directories: { removed: ["/dir", "/dir/sub"] },
    },
  },
  {
    name: "an atomic save of one file and an edit of another",
    one: [file("/.a.txt.tmp", "saved"), move("/.a.txt.tmp", "/a.txt")],
    other: [file("/b.txt", "edited")],
    result: { files: { "/a.txt": "saved", "/b.txt": "edited" } },
  },
  {
    name: "a file that became a directory and an edit elsewhere",
    one: [unlink("/a.txt"), dir("/a.txt"), file("/a.txt/in", "in")],
    other: [file("/b.txt", "edited")],
    result: { files: { "/a.txt": null, "/a.txt/in": "in", "/b.txt": "edited" }, directories: { added: ["/a.txt"] } },
  },
  {
    name: "directory moves that make no cycle",
    one: [move("/dir", "/other/dir")],
    other: [move("/third", "/dir/third"), file("/dir/third/n1", "1")],
    result: {
      files: {
        "/dir/x": null,
        "/dir/y": null,
        "/dir/sub/z": null,
        "/other/dir/x": "x",
        "/other/dir/y": "y",
        "/other/dir/sub/z": "z",
        "/other/dir/third/n1": "1",
      },
      directories: {
        removed: ["/dir", "/dir/sub", "/third"],
        added: ["/other/dir", "/other/dir/sub", "/other/dir/third"],
      },
    },
  },
];
