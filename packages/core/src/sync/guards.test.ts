import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../test/parts/hand.ts";
import { OPTIONS } from "../../../../test/parts/merged.ts";
import { refusedBy } from "../../../../test/parts/refused-by.ts";
import { diff } from "../agentfs/diff.ts";
import { factsOf } from "../agentfs/facts.ts";
import { merge } from "../agentfs/merge/merge.ts";
import { SYNC_TABLES } from "../agentfs/schema.ts";
import { openSides } from "../agentfs/side.ts";
import { Database } from "../replica/sqlite.ts";
import { emptyDirectories, type Guard, guardsOf } from "./guards.ts";

const UUID = "0b7e6f3a-0000-4000-8000-000000000000";

/** A remote on which a native client and agentfs-sync have pushed. */
let remote: string;
let guards: readonly Guard[];
beforeAll(async () => {
  remote = await written((hand) => {
    for (const sql of Object.values(SYNC_TABLES)) hand.sql(sql);
    for (const [key, value] of [
      ["uuid", UUID],
      ["sequence", "4"],
      ["mark.inode", "100"],
    ] as const) {
      hand.sql("INSERT INTO agentfs_sync_meta VALUES (?, ?)", key, value);
    }
    hand.sql("CREATE TABLE turso_sync_last_change_id (client_id TEXT PRIMARY KEY, pull_gen INTEGER, change_id INTEGER)");
    hand.sql("INSERT INTO turso_sync_last_change_id VALUES ('c1', 0, 9), ('c2', 0, NULL)");
    hand.file("/a", "a");
    hand.file('/it\'s "odd" é', "o");
    hand.directory("/dir");
    hand.file("/dir/x", "x");
    hand.key("one", '{"é": "\\""}');
    hand.key("large", `"${"x".repeat(5000)}"`);
    hand.key("large bytes", Buffer.alloc(5000));
    hand.call("build", "pending");
  });
  const ours = (hand: Hand) => {
    hand.file("/dir/n", "n");
    hand.edit("/a", "edited");
    hand.remove('/it\'s "odd" é');
    hand.key("one", "2");
    hand.key("two", "2");
    hand.key("large", "2");
    hand.sql("DELETE FROM kv_store WHERE key = 'large bytes'");
    hand.sql("UPDATE tool_calls SET status = 'success'");
  };
  guards = await guardsFor(ours);
});

async function planFor(ours: (hand: Hand) => void) {
  using facts = Database.openImmutable(remote);
  const snapshot = await changed(remote, ours);
  using sides = openSides(remote, snapshot, remote);
  const { plan } = merge(diff(remote, snapshot), sides, { ...OPTIONS, marks: factsOf(facts).marks });
  return { plan, facts: factsOf(facts) };
}

async function guardsFor(ours: (hand: Hand) => void): Promise<readonly Guard[]> {
  const { plan, facts } = await planFor(ours);
  return guardsOf(plan, facts);
}

test("all guards hold on the remote that the plan was made for, and leave nothing behind", async () => {
  const copy = await changed(remote, () => undefined);
  expect(refusedBy(guards, copy)).toEqual([]);
  const db = new DatabaseSync(copy);
  expect(db.prepare("SELECT count(*) AS n FROM agentfs_sync_meta").get()).toEqual({ n: 3 });
  db.close();
});

const meta = (key: string, value: string) => (hand: Hand) =>
  hand.sql("INSERT INTO agentfs_sync_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);

describe("a commit is refused after", () => {
  test.for<[name: string, refused: readonly string[], write: (hand: Hand) => void]>([
    ["another database took this one's place", ["uuid"], meta("uuid", "other")],
    ["another commit", ["sequence"], meta("sequence", "5")],
    ["a higher mark of inodes", ["mark.inode"], meta("mark.inode", "101")],
    ["a first mark of entries", ["mark.entry"], meta("mark.entry", "1")],
    ["a first mark of calls", ["mark.tool_call"], meta("mark.tool_call", "1")],
    [
      "a push of a native client",
      ["native mark"],
      (hand) => hand.sql("UPDATE turso_sync_last_change_id SET change_id = 10 WHERE client_id = 'c1'"),
    ],
    [
      "a first push of a native client that had only pulled",
      ["native mark"],
      (hand) => hand.sql("UPDATE turso_sync_last_change_id SET change_id = 1 WHERE client_id = 'c2'"),
    ],
    ["a new native client", ["native mark"], (hand) => hand.sql("INSERT INTO turso_sync_last_change_id VALUES ('c3', 0, 1)")],
    [
      "a native client that is gone",
      ["native mark"],
      (hand) => hand.sql("DELETE FROM turso_sync_last_change_id WHERE client_id = 'c1'"),
    ],
    [
      "an inode as high as ours",
      ["numbers of fs_inode"],
      (hand) => hand.sql("INSERT INTO fs_inode (ino, mode, atime, mtime, ctime) VALUES (9000000, 1, 1, 1, 1)"),
    ],
    [
      "an entry as high as ours",
      ["numbers of fs_dentry"],
      (hand) => hand.sql("INSERT INTO fs_dentry VALUES (9000000, 'high', 1, 2)"),
    ],
    [
      "a changed row that we replace",
      ["rows of fs_inode"],
      (hand) => hand.sql("UPDATE fs_inode SET size = 99 WHERE ino = ?", hand.ino("/a")),
    ],
    [
      "a write within the second to a file that we replace",
      ["rows of fs_inode"],
      (hand) => hand.sql("UPDATE fs_inode SET mtime_nsec = mtime_nsec + 1 WHERE ino = ?", hand.ino("/a")),
    ],
    [
      "a removed directory that we write into",
      ["rows of fs_inode"],
      (hand) => hand.sql("DELETE FROM fs_inode WHERE ino = ?", hand.ino("/dir")),
    ],
    [
      "a renamed file that we remove",
      ["rows of fs_dentry"],
      (hand) => hand.sql("UPDATE fs_dentry SET name = 'moved' WHERE ino = 3"),
    ],
    ["another value of a key that we set", ["rows of kv_store"], (hand) => hand.key("one", "3")],
    [
      "another size of a large value that we replace",
      ["rows of kv_store"],
      (hand) => hand.sql("UPDATE kv_store SET value = value || ' ' WHERE key = 'large'"),
    ],
    [
      "another time of a large value that we remove",
      ["rows of kv_store"],
      (hand) => hand.sql("UPDATE kv_store SET updated_at = updated_at + 1 WHERE key = 'large bytes'"),
    ],
    ["a key that we add", ["new rows of kv_store"], (hand) => hand.key("two", "3")],
    ["the end of a call that we end", ["rows of tool_calls"], (hand) => hand.sql("UPDATE tool_calls SET status = 'error'")],
  ])("%s", async ([, refused, write]) => {
    expect(refusedBy(guards, await changed(remote, write))).toEqual(refused);
  });

  test("a write to a file of which we replace the content and nothing else", async () => {
    const { plan, facts } = await planFor((hand) => hand.sql("UPDATE fs_data SET data = x'62' WHERE ino = ?", hand.ino("/a")));
    expect([plan.contents.length, plan.inodes.update]).toEqual([1, []]);
    const contentAlone = guardsOf(plan, facts);
    expect(refusedBy(contentAlone, await changed(remote, () => undefined))).toEqual([]);
    const edited = await changed(remote, (hand) => hand.edit("/a", "c"));
    expect(refusedBy(contentAlone, edited)).toEqual(["rows of fs_inode"]);
  });

  test("a first native client at all", async () => {
    const alone = guards.map(({ name }) => name).indexOf("native mark");
    const { plan, facts } = await planFor((hand) => hand.edit("/a", "edited"));
    const withoutNative = guardsOf(plan, { ...facts, nativeMark: null });
    expect(alone).toBeGreaterThan(0);
    expect(refusedBy(withoutNative, await changed(remote, () => undefined))).toEqual(["native mark"]);
    const gone = await changed(remote, (hand) => hand.sql("DROP TABLE turso_sync_last_change_id"));
    expect(refusedBy(withoutNative, gone)).toEqual([]);
  });

  test("a file appeared in a directory that we remove", async () => {
    const { plan } = await planFor((hand) => {
      hand.remove("/dir/x");
      hand.remove("/dir");
    });
    const asInTheCommit = (write: (hand: Hand) => void) =>
      changed(remote, (hand) => {
        hand.sql("DELETE FROM fs_dentry WHERE name IN ('dir', 'x')");
        write(hand);
      });
    expect(refusedBy(emptyDirectories(plan), await asInTheCommit(() => undefined))).toEqual([]);
    const write = (hand: Hand) => hand.sql("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('new', 4, 2)");
    expect(refusedBy(emptyDirectories(plan), await asInTheCommit(write))).toEqual(["removed directories are empty"]);
  });
});

test("what is not touched is not guarded: a read there changes nothing here", async () => {
  const write = (hand: Hand) => hand.sql("UPDATE fs_inode SET atime = 99");
  expect(refusedBy(guards, await changed(remote, write))).toEqual([]);
});

test("an entry that leads to what is touched has to be where it was", async () => {
  const { plan, facts } = await planFor((hand) => hand.file("/dir/n", "n"));
  const leading = { ...plan, unchanged: [{ id: 3n, name: "dir", parentIno: 1n, ino: 4n }] };
  const list = guardsOf(leading, facts);
  expect(refusedBy(list, await changed(remote, () => undefined))).toEqual([]);
  expect(refusedBy(list, await changed(remote, (hand) => hand.move("/dir", "/moved")))).toEqual(["entries that lead there"]);
});
