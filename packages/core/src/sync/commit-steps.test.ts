import { copyFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import { dump, inconsistencies } from "../../../../test/parts/consistency.ts";
import { changed, type Hand, written } from "../../../../test/parts/hand.ts";
import { OPTIONS } from "../../../../test/parts/merged.ts";
import { diff } from "../agentfs/diff.ts";
import { merge } from "../agentfs/merge/merge.ts";
import { SYNC_TABLES } from "../agentfs/schema.ts";
import { openSides } from "../agentfs/side.ts";
import type { Statement } from "../remote/pipeline.ts";

import { Database } from "../replica/sqlite.ts";
import { changeStatements } from "./commit-steps.ts";
import { digestOf } from "./digest.ts";

let origin: string;
beforeAll(async () => {
  origin = await written((hand) => {
    // The guard on emptied directories stands among the changes and names this table.
    for (const sql of Object.values(SYNC_TABLES)) hand.sql(sql);
    hand.file("/a", "a");
    hand.file("/b", "b".repeat(9000));
    hand.directory("/dir");
    hand.file("/dir/x", "x");
    hand.symlink("/link", "/a");
    hand.key("one", "1");
    hand.call("build", "pending");
  });
});

async function statements(
  write: (hand: Hand) => void,
): Promise<{ readonly snapshot: string; readonly list: readonly Statement[] }> {
  const snapshot = await changed(origin, write);
  using sides = openSides(origin, snapshot, origin);
  const { plan } = merge(diff(origin, snapshot), sides, OPTIONS);
  using source = Database.openImmutable(origin);
  source.attachImmutable(snapshot, "ours");
  return { snapshot, list: changeStatements(plan, source) };
}

/** What a server does: one after the other, each at once subject to every UNIQUE and NOT NULL. */
async function applied(list: readonly Statement[]): Promise<string> {
  const path = await changed(origin, () => undefined);
  const db = new DatabaseSync(path);
  for (const { sql, args = [] } of list) db.prepare(sql).run(...args);
  db.close();
  return path;
}

/** Contents by path, targets, keys, calls: what does not depend on numbers. */
async function meaning(path: string) {
  const copy = `${path}.read`;
  await copyFile(path, copy);
  const db = new DatabaseSync(copy);
  const names = `WITH RECURSIVE tree(ino, path) AS (SELECT 1, '' UNION ALL
    SELECT d.ino, tree.path || '/' || d.name FROM fs_dentry AS d JOIN tree ON d.parent_ino = tree.ino)`;
  const rows = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row).map(String).join("|"));
  const found = {
    files:
      rows(`${names} SELECT path, i.mode, i.nlink, i.size, hex(group_concat(hex(f.data))) FROM tree JOIN fs_inode AS i USING (ino)
      LEFT JOIN (SELECT * FROM fs_data ORDER BY ino, chunk_index) AS f USING (ino) GROUP BY path ORDER BY path`),
    targets: rows(`${names} SELECT path, target FROM tree JOIN fs_symlink USING (ino) ORDER BY path`),
    keys: dump(path)["kv_store"],
    calls: rows("SELECT name, status FROM tool_calls ORDER BY name"),
  };
  db.close();
  return found;
}

describe("the statements of a plan, done one after the other, make the remote what the job left", () => {
  test.for<[name: string, write: (hand: Hand) => void]>([
    [
      "names that change places",
      (hand) => {
        hand.move("/a", "/t");
        hand.move("/b", "/a");
        hand.move("/t", "/b");
      },
    ],
    [
      "a name that is taken by what was renamed over it",
      (hand) => {
        hand.remove("/a");
        hand.move("/b", "/a");
      },
    ],
    [
      "a new file at a name that was given up",
      (hand) => {
        hand.move("/a", "/dir/a");
        hand.file("/a", "new");
      },
    ],
    [
      "a directory removed with all in it",
      (hand) => {
        hand.remove("/dir/x");
        hand.remove("/dir");
      },
    ],
    [
      "a directory removed out of which a file was moved",
      (hand) => {
        hand.move("/dir/x", "/x");
        hand.remove("/dir");
      },
    ],
    [
      "a file grown, one shortened, one emptied",
      (hand) => {
        hand.edit("/a", "a".repeat(20_000));
        hand.edit("/b", "b".repeat(4096));
        hand.edit("/dir/x", "");
      },
    ],
    [
      "a file whose number was given to a link",
      (hand) => {
        const ino = hand.ino("/a");
        hand.remove("/a");
        hand.node("/n", 0o120777, 1, ino);
        hand.sql("INSERT INTO fs_symlink VALUES (?, 'b')", ino);
      },
    ],
    [
      "keys and calls of every kind of change",
      (hand) => {
        hand.sql("DELETE FROM kv_store");
        for (let index = 0; index < 200; index++) hand.key(`k${index}`, `"${index}"`);
        hand.sql("UPDATE tool_calls SET status = 'error'");
        hand.call("test");
      },
    ],
    [
      "hundreds of files in new directories",
      (hand) => {
        hand.directory("/many");
        for (let index = 0; index < 200; index++) hand.file(`/many/${index}`, String(index));
        hand.link("/many/7", "/seven");
      },
    ],
  ])("%s", async ([, write]) => {
    const { snapshot, list } = await statements(write);
    const result = await applied(list);
    expect(await meaning(result)).toEqual(await meaning(snapshot));
    expect(inconsistencies(result)).toEqual([]);
  });

  test("carry many rows as one set, up to 10,000", async () => {
    const { list } = await statements((hand) => {
      for (let index = 0; index < 10_001; index++) hand.key(`k${index}`, "1");
    });
    expect(list.map(({ args }) => args?.length)).toEqual([1, 4]);
    expect(JSON.parse(String(list[0]?.args?.[0]))).toHaveLength(10_000);
  });

  test("carry what JSON does not keep as it is as arguments, 64 rows each", async () => {
    const { list } = await statements((hand) => {
      for (let index = 0; index < 65; index++) hand.key(`k${index}`, index % 2 === 0 ? "a\0b" : Buffer.from("b"));
      for (let index = 0; index < 65; index++) hand.key(`plain${index}`, "1");
    });
    expect(list.map(({ sql, args }) => [sql.includes("json_each"), args?.length])).toEqual([
      [false, 64 * 4],
      [false, 4],
      [true, 1],
    ]);
  });

  test("carry the content of many files in few", async () => {
    const { list } = await statements((hand) => {
      for (let index = 0; index < 65; index++) hand.file(`/f${index}`, "x");
    });
    expect(list.filter(({ sql }) => sql.includes("fs_data")).map(({ args }) => args?.length)).toEqual([64 * 3, 3]);
  });
});

describe("a digest", () => {
  const insert = (...args: Statement["args"] & {}) => [{ sql: "INSERT", args }];

  test("is the same for the same statements", async () => {
    const write = (hand: Hand) => hand.file("/n", "n");
    expect(digestOf((await statements(write)).list)).toBe(digestOf((await statements(write)).list));
  });

  test("tells values, storage classes and borders apart", () => {
    const different = [
      insert(1n),
      insert("1"),
      insert(1),
      insert(null),
      insert(Buffer.from("1")),
      insert("1", ""),
      insert("", "1"),
      insert("null"),
      [...insert(1n), ...insert(1n)],
      [{ sql: "INSERT " }],
      [],
    ];
    expect(new Set(different.map(digestOf)).size).toBe(different.length);
  });
});
