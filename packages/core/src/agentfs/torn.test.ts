import { beforeAll, describe, expect, test } from "vitest";
import { changed, type Hand, REGULAR, written } from "../../../../test/parts/hand.ts";
import { diff } from "./diff.ts";
import { findTorn } from "./torn.ts";

let origin: string;
beforeAll(async () => {
  origin = await written((hand) => {
    hand.file("/a", "a");
    hand.file("/odd", "o");
    // Damage that is there already: an agent of long ago, killed half-way.
    hand.sql("UPDATE fs_inode SET nlink = 5, size = 0 WHERE ino = ?", hand.ino("/odd"));
    hand.directory("/dir");
  });
});

async function found(write: (hand: Hand) => void) {
  const snapshot = await changed(origin, write);
  return findTorn(origin, snapshot, diff(origin, snapshot));
}

describe("half-way through a write, a snapshot shows", () => {
  test.for<[what: string, path: string, write: (hand: Hand) => void]>([
    ["its entry names no inode", "/n", (hand) => hand.entry("/n", 777n)],
    ["its link count is not the number of its entries", "/n", (hand) => hand.entry("/n", hand.ino("/a"))],
    [
      "it has more content than its size says",
      "/n",
      (hand) => hand.sql("INSERT INTO fs_data VALUES (?, 0, x'00')", hand.node("/n", REGULAR, 0)),
    ],
  ])("%s", async ([what, path, write]) => {
    expect(await found(write)).toEqual([{ path, what, isMaybeMeant: false }]);
  });

  test.for<[what: string, path: string, write: (hand: Hand) => void]>([
    ["it has less content than its size says", "/n", (hand) => hand.node("/n", REGULAR, 10)],
    ["it has no entry in a directory", "/dir", (hand) => hand.sql("DELETE FROM fs_dentry WHERE name = 'dir'")],
  ])("%s, which may be meant", async ([what, path, write]) => {
    expect(await found(write)).toEqual([{ path, what, isMaybeMeant: true }]);
  });
});

describe("nothing is torn in", () => {
  test.for<[name: string, write: (hand: Hand) => void]>([
    [
      "whole files, directories, links",
      (hand) => {
        hand.file("/n", "n".repeat(5000));
        hand.directory("/more");
        hand.symlink("/link", "/a");
        hand.link("/a", "/b");
        hand.edit("/a", "");
      },
    ],
    [
      "renames and removals",
      (hand) => {
        hand.move("/a", "/dir/a");
        hand.remove("/odd");
      },
    ],
    ["a file that was damaged before and is so still", (hand) => hand.sql("UPDATE fs_inode SET mode = mode | 1 WHERE nlink = 5")],
    ["a directory, however its writer counts links", (hand) => hand.sql("UPDATE fs_inode SET nlink = 9 WHERE ino = 1")],
  ])("%s", async ([, write]) => {
    expect(await found(write)).toEqual([]);
  });
});
