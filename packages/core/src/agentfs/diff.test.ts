import { beforeAll, describe, expect, test } from "vitest";
import { changed, type Hand, REGULAR, written } from "../../../../test/parts/hand.ts";
import { type Changeset, isEmptyChangeset } from "./changeset.ts";
import { countChanges, diff, removedFileCount } from "./diff.ts";

const BIG = "0123456789".repeat(1000);

let origin: string;
beforeAll(async () => {
  origin = await written((hand) => {
    hand.file("/a", "a");
    hand.file("/big", BIG);
    hand.directory("/dir");
    hand.file("/dir/x", "x");
    hand.symlink("/link", "/a");
    hand.key("one", "1");
    hand.call("build", "pending");
  });
});

const after = async (write: (hand: Hand) => void): Promise<Changeset> => diff(origin, await changed(origin, write));

/** What was found, in short. */
function shown({ objects, entries, rows, toolCalls }: Changeset) {
  const did = ({ before, after }: { before: unknown; after: unknown }) =>
    before === null ? "added" : after === null ? "removed" : "changed";
  return {
    objects: objects.map((change) => `${change.path} ${did(change)}`),
    entries: entries.map((change) => `${change.path} ${did(change)}`),
    rows: rows.map((change) => `${change.table} ${change.key} ${did(change)}`),
    calls: toolCalls.map((change) => `${(change.after ?? change.before)?.["name"]} ${did(change)}`),
  };
}

const NOTHING = { objects: [], entries: [], rows: [], calls: [] };

describe("a diff finds", () => {
  test.for<[name: string, write: (hand: Hand) => void, found: Partial<ReturnType<typeof shown>>]>([
    ["nothing in a copy", () => undefined, {}],
    ["nothing in a read", (hand) => hand.sql("UPDATE fs_inode SET atime = 99, atime_nsec = 9"), {}],
    ["a new file", (hand) => hand.file("/dir/n", "n"), { objects: ["/dir/n added"], entries: ["/dir/n added"] }],
    ["a new directory", (hand) => hand.directory("/n"), { objects: ["/n added"], entries: ["/n added"] }],
    ["other content", (hand) => hand.edit("/a", "b"), { objects: ["/a changed"] }],
    [
      "other content of the same size, without a new time",
      (hand) => hand.sql("UPDATE fs_data SET data = ? WHERE ino = ?", Buffer.from("b"), hand.ino("/a")),
      { objects: ["/a changed"] },
    ],
    [
      "a hole made longer",
      (hand) => hand.sql("UPDATE fs_inode SET size = 20000 WHERE size = 10000"),
      { objects: ["/big changed"] },
    ],
    [
      "permissions",
      (hand) => hand.sql("UPDATE fs_inode SET mode = ? WHERE ino = ?", 0o100600, hand.ino("/a")),
      { objects: ["/a changed"] },
    ],
    ["a link's target", (hand) => hand.sql("UPDATE fs_symlink SET target = '/b'"), { objects: ["/link changed"] }],
    ["a rename, by the entry alone", (hand) => hand.move("/a", "/dir/b"), { entries: ["/dir/b changed"] }],
    ["a renamed directory, once", (hand) => hand.move("/dir", "/moved"), { entries: ["/moved changed"] }],
    ["a hard link", (hand) => hand.link("/a", "/b"), { objects: ["/a changed"], entries: ["/b added"] }],
    ["a removed file", (hand) => hand.remove("/dir/x"), { objects: ["/dir/x removed"], entries: ["/dir/x removed"] }],
    ["the root's own attributes", (hand) => hand.sql("UPDATE fs_inode SET uid = 7 WHERE ino = 1"), { objects: ["/ changed"] }],
    ["a new key", (hand) => hand.key("two", "2"), { rows: ["kv_store two added"] }],
    ["another value", (hand) => hand.key("one", "2"), { rows: ["kv_store one changed"] }],
    ["the same bytes in another storage class", (hand) => hand.key("one", Buffer.from("1")), { rows: ["kv_store one changed"] }],
    ["a deleted key", (hand) => hand.sql("DELETE FROM kv_store"), { rows: ["kv_store one removed"] }],
    ["a new tool call", (hand) => hand.call("test"), { calls: ["test added"] }],
    ["a tool call that ended", (hand) => hand.sql("UPDATE tool_calls SET status = 'success'"), { calls: ["build changed"] }],
    [
      "rows of tables that the origin has not",
      (hand) => {
        hand.sql("CREATE TABLE fs_whiteout (path TEXT PRIMARY KEY, created_at INTEGER NOT NULL)");
        hand.sql("INSERT INTO fs_whiteout VALUES ('/gone', 1)");
      },
      { rows: ["fs_whiteout /gone added"] },
    ],
    [
      "nothing in tables of ours and of the native engine",
      (hand) => {
        hand.sql("CREATE TABLE agentfs_sync_local (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
        hand.sql("CREATE TABLE turso_cdc (change_id INTEGER PRIMARY KEY)");
      },
      {},
    ],
    [
      "nothing in an inode that no entry names",
      (hand) => hand.sql("INSERT INTO fs_inode (mode, atime, mtime, ctime) VALUES (16877, 1, 1, 1)"),
      {},
    ],
    ["nothing in content that no inode names", (hand) => hand.sql("INSERT INTO fs_data VALUES (777, 0, x'00')"), {}],
    [
      "a removed directory whose inode was left behind",
      (hand) => {
        hand.remove("/dir/x");
        hand.sql("DELETE FROM fs_dentry WHERE name = 'dir'");
      },
      { objects: ["/dir removed", "/dir/x removed"], entries: ["/dir removed", "/dir/x removed"] },
    ],
  ])("%s", async ([, write, found]) => {
    const changeset = await after(write);
    expect(shown(changeset)).toEqual({ ...NOTHING, ...found });
    expect(isEmptyChangeset(changeset)).toBe(Object.keys(found).length === 0);
  });

  test("two objects where a removed file's number was given to a new one", async () => {
    const changeset = await after((hand) => {
      const ino = hand.ino("/a");
      hand.remove("/a");
      hand.file("/n", BIG, ino);
    });
    expect(shown(changeset)).toEqual({
      ...NOTHING,
      objects: ["/a removed", "/n added"],
      entries: ["/n added", "/a removed"],
    });
    expect(changeset.objects[1]?.newBytes).toBe(BIG.length);
    expect(countChanges(changeset).files).toEqual({ added: 1, changed: 0, removed: 1, renamed: 0 });
  });

  test("two objects where the number names another type of file, although an entry stayed", async () => {
    const changeset = await after((hand) => hand.sql("UPDATE fs_inode SET mode = ? WHERE ino = ?", REGULAR, hand.ino("/dir")));
    expect(shown(changeset).objects).toEqual(["/dir removed", "/dir added"]);
  });

  test("one object where one of its entries stayed", async () => {
    const linked = await changed(origin, (hand) => hand.link("/a", "/b"));
    const changeset = diff(linked, await changed(linked, (hand) => hand.remove("/a")));
    expect(shown(changeset)).toMatchObject({ objects: ["/b changed"], entries: ["/a removed"] });
  });

  test("only the chunks that differ", async () => {
    const changeset = await after((hand) => hand.edit("/big", `!${BIG.slice(1)}`));
    expect(changeset.objects.map(({ newBytes }) => newBytes)).toEqual([4096]);
    expect(changeset.objects[0]?.after?.content).toMatchObject({ chunkCount: 3, storedBytes: 10_000 });
  });

  test("a sparse file by what is stored of it", async () => {
    const changeset = await after((hand) => {
      const ino = hand.node("/sparse", REGULAR, 100_001);
      hand.sql("INSERT INTO fs_data VALUES (?, 24, ?)", ino, Buffer.alloc(1697, "z"));
    });
    expect(changeset.objects).toMatchObject([
      { path: "/sparse", newBytes: 1697, after: { content: { chunkCount: 1, storedBytes: 1697 } } },
    ]);
  });

  test("and counts them as a person does", async () => {
    const changeset = await after((hand) => {
      hand.file("/n", "n");
      hand.directory("/no-file");
      hand.edit("/a", "b");
      hand.move("/dir/x", "/x");
      hand.remove("/big");
      hand.key("two", "2");
      hand.call("test");
      hand.sql("CREATE TABLE notes (a)");
      hand.sql("INSERT INTO notes VALUES (1), (2)");
    });
    expect(countChanges(changeset)).toEqual({
      files: { added: 1, changed: 1, removed: 1, renamed: 1 },
      keys: { added: 1, changed: 0, removed: 0 },
      toolCalls: { added: 1 },
      rows: { added: 2, changed: 0, removed: 0 },
      schema: { added: 1 },
    });
    expect([changeset.originFileCount, removedFileCount(changeset)]).toEqual([3, 1]);
  });
});

describe("a diff refuses", () => {
  const BAD = "CAST(x'61ff62' AS TEXT)";

  test.for<[name: string, code: string, says: string, write: (hand: Hand) => void]>([
    ["a value that is no UTF-8", "unsupported-value", "kv_store.value", (hand) => hand.sql(`UPDATE kv_store SET value = ${BAD}`)],
    [
      "a key that is no UTF-8",
      "unsupported-value",
      "61ff62",
      (hand) => hand.sql(`INSERT INTO kv_store (key, value) VALUES (${BAD}, '1')`),
    ],
    [
      "a name that is no UTF-8",
      "unsupported-value",
      "fs_dentry.name",
      (hand) => hand.sql(`UPDATE fs_dentry SET name = ${BAD} WHERE name = 'a'`),
    ],
    [
      "a name that is a BLOB",
      "unsupported-value",
      "no TEXT",
      (hand) => hand.sql("UPDATE fs_dentry SET name = x'62' WHERE name = 'x'"),
    ],
    [
      "a target that is no UTF-8",
      "unsupported-value",
      "fs_symlink.target",
      (hand) => hand.sql(`UPDATE fs_symlink SET target = ${BAD}`),
    ],
    [
      "content that is TEXT but no UTF-8",
      "unsupported-value",
      "fs_data.data",
      (hand) => hand.sql(`UPDATE fs_data SET data = ${BAD}`),
    ],
    [
      "parameters that are no UTF-8",
      "unsupported-value",
      "tool_calls.parameters",
      (hand) => hand.sql(`UPDATE tool_calls SET parameters = ${BAD}`),
    ],
    ["an infinity", "unsupported-value", "Infinity", (hand) => hand.sql("UPDATE tool_calls SET duration_ms = 9e999")],
    ["what is no AgentFS", "not-agentfs", "fs_dentry", (hand) => hand.sql("DROP TABLE fs_dentry")],
  ])("%s", async ([, code, says, write]) => {
    await expect(after(write)).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
  });

  test("nothing that only the origin holds in such a form", async () => {
    const odd = await changed(origin, (hand) => hand.sql(`INSERT INTO kv_store (key, value) VALUES ('odd', ${BAD})`));
    expect(isEmptyChangeset(diff(odd, await changed(odd, () => undefined)))).toBe(true);
  });
});
