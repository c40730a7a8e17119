import { test } from "vitest";
import type { AgentOp } from "../parts/agent.ts";
import { chmod, dir, file, forget, link, move, set, unlink } from "../parts/merge-world.ts";
import { play } from "./play.ts";

/** What random programs have found, each as short as it gets. The seed has `/a`, `/c/a`, `/c/b.txt`, `/c/c/`, and `/d.d/a` = `/d.d/b.txt`. */

const save = (path: string, text: string): AgentOp[] => [file(`${path}.tmp`, text), move(`${path}.tmp`, path)];
const rmdir = (path: string): AgentOp => ({ op: "rmdir", path });

const REMOVE_C = [unlink("/c/a"), unlink("/c/b.txt"), rmdir("/c/c"), rmdir("/c")];

/** A content that no other file has. */
const text = (word: string) => `${word} `.repeat(20);

test("a file that theirs moved and ours saved anew, and removed after that push, stays where theirs has it", () =>
  play(
    "keep-both",
    [1, move("/c/b.txt", "/b.txt"), "push"],
    [0, ...save("/c/b.txt", text("new")), "push", unlink("/c/b.txt"), "push"],
  ));

test("a file that theirs moved and ours saved anew, and moved after that push, stays where theirs has it", () =>
  play("keep-both", [1, move("/c/a", "/x"), "push"], [0, ...save("/c/a", text("new")), "push", move("/c/a", "/y"), "push"]));

test("a new file with the names of two that it replaces is no conflict", () =>
  play("keep-both", [0, unlink("/c/a"), unlink("/c/b.txt"), file("/c/a", text("new")), link("/c/a", "/c/b.txt"), "push"]));

test("a directory that ours moved with something new in it, and theirs removed, is reported itself", () =>
  play("keep-both", [1, rmdir("/c/c"), "push"], [0, move("/c/a", "/c/c/a"), move("/c/c", "/x"), "push"]));

test("a directory that ours moved and moved something into, and theirs removed, comes back with all that was in it", () =>
  play("keep-both", [1, ...REMOVE_C, "push"], [0, move("/a", "/c/d.d"), move("/c", "/x"), "push"]));

test("a file that theirs moved out of a directory before they moved that one too is reported when ours removed all of it", () =>
  play("keep-both", [1, move("/c/a", "/y"), move("/c", "/x"), "push"], [0, ...REMOVE_C, "push"]));

test("a key that is set to what it was is as it was", () =>
  play("keep-both", [1, set("k1", 7), "push"], [0, set("k1", 1), "push"]));

test("a key that is set to what it was is deleted if theirs deleted it", () =>
  play("keep-both", [1, forget("k1"), "push"], [0, set("k1", 1), "push"]));

test("two links of one file that each side moved one of to one place are one link there", () =>
  play("keep-both", [1, move("/d.d/a", "/x"), "push"], [0, move("/d.d/b.txt", "/x"), "push"]));

test("a link to a file where theirs has moved that file is that one", () =>
  play("keep-both", [1, move("/c/a", "/x"), "push"], [0, link("/c/a", "/x"), "push"]));

test("a directory made anew keeps what theirs made in it", () =>
  play("keep-both", [1, file("/c/c/n", text("theirs")), "push"], [0, rmdir("/c/c"), dir("/c/c"), "push"]));

test("a file that theirs moved and ours edited in place, and removed after that push, stays where theirs has it", () =>
  play(
    "keep-both",
    [1, move("/c/b.txt", "/b.txt"), "push"],
    [0, file("/c/b.txt", text("new")), "push", unlink("/c/b.txt"), "push"],
  ));

test("a directory that ours moved and theirs removed comes back also with a link to a file that theirs has elsewhere", () =>
  play(
    "keep-both",
    [1, unlink("/d.d/a"), unlink("/d.d/c"), move("/d.d/b.txt", "/b.txt"), rmdir("/d.d"), "push"],
    [0, move("/d.d", "/x"), "push"],
  ));

test("a directory that came back, and out of which ours moved all that is in it before removing it, is no conflict", () =>
  play(
    "keep-both",
    [1, ...REMOVE_C, "push"],
    [0, chmod("/c/a", 0o600), "push"],
    [2, unlink("/c/b.txt"), move("/c/a", "/x"), rmdir("/c/c"), rmdir("/c"), "push"],
  ));

test("a link that theirs made to where ours moved another link of the same file is that one", () =>
  play("keep-both", [1, link("/d.d/a", "/x"), "push"], [0, move("/d.d/b.txt", "/x"), "push"]));

test("a link that is removed and made again is as it was, also where theirs made another file of it", () =>
  play(
    "keep-both",
    [0, unlink("/d.d/b.txt"), file("/d.d/b.txt", text("theirs")), "push"],
    [1, unlink("/d.d/b.txt"), link("/d.d/a", "/d.d/b.txt"), "push"],
  ));

test("a file that theirs saved anew and moved before ours looked again is to ours a removed one, and its edit comes back", () =>
  play(
    "keep-both",
    [2, move("/c/b.txt", "/b.txt"), "push"],
    [1, chmod("/a", 0o600), "push", "pull"],
    [0, link("/c/b.txt", "/c/d"), "push", "pull", unlink("/b.txt"), file("/b.txt", text("new"))],
    [1, move("/b.txt", "/x")],
    [0, "push"],
    [2, "push"],
    [1, "push"],
    [2, file("/b.txt", text("edited")), "push"],
  ));

test("a name that theirs replaced by another name of the same file is removed, and the other one is moved", () =>
  play(
    "keep-both",
    [0, ...REMOVE_C, "push"],
    [1, unlink("/a"), move("/d.d/a", "/c/a")],
    [0, move("/d.d/b.txt", "/x"), unlink("/d.d/a"), move("/x", "/d.d/a"), "push"],
    [1, "push"],
  ));

test("one row of two jobs that both lost it to a third is kept in a file of each", () => {
  const label = (value: string): AgentOp => ({
    op: "sql",
    sql: "INSERT OR REPLACE INTO labels (name, value) VALUES (?, ?)",
    args: ["l1", value],
  });
  return play("keep-both", [2, label("theirs")], [0, label("alike")], [1, label("alike")], [2, "push"], [0, "push"], [1, "push"]);
});

test("a name that ours moved to where theirs had linked the same file is that link, and an edit of it is one of that file", () =>
  play(
    "keep-both",
    [2, link("/d.d/b.txt", "/b.txt"), "push", "pull"],
    [0, move("/d.d/b.txt", "/b.txt")],
    [1, unlink("/d.d/a")],
    [2, file("/d.d/a", text("theirs"))],
    [0, "push"],
    [1, "push"],
    [2, "push", "pull"],
    [0, file("/b.txt", text("ours")), "push"],
  ));

for (const policy of ["ours", "theirs"] as const) {
  test(`a removed file that another job's edit brought back is not dropped for a link in its place, with ${policy}`, () =>
    play(
      policy,
      [0, unlink("/c/a")],
      [1, unlink("/c/a"), link("/a", "/c/a")],
      [2, file("/c/a", text("edited"))],
      [0, "push"],
      [2, "push", "pull"],
      [1, "push"],
    ));
}

test("of two names that have become one, the removal of the one that theirs moved may be a conflict", () =>
  play(
    "fail",
    [1, move("/d.d/a", "/b.txt")],
    [0, move("/d.d/b.txt", "/b.txt")],
    [1, "push"],
    [0, "push", unlink("/d.d/a"), "push"],
  ));

test("a link made anew where theirs had put another file is no name of that one, which stays when the link is removed", () =>
  play(
    "keep-both",
    [2, ...save("/d.d/b.txt", text("theirs")), "push"],
    [0, unlink("/d.d/b.txt"), link("/d.d/a", "/d.d/b.txt"), "push", unlink("/d.d/b.txt"), unlink("/d.d/a"), "push"],
  ));
