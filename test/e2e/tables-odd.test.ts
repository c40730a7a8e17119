import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dump } from "../parts/consistency.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine } from "../parts/machine.ts";

import { withDatabase } from "../parts/plain-writer.ts";
import { startServer } from "../parts/server.ts";

const run = (on: Machine, statements: readonly string[]) =>
  withDatabase(on.db, (db) => {
    for (const sql of ["PRAGMA foreign_keys = OFF", ...statements]) db.exec(sql);
  });

/** The server writes names in small letters. */
const rowsIn = (path: string) =>
  Object.fromEntries(Object.entries(dump(path, OURS)).map(([table, rows]) => [table.toLowerCase(), rows]));

const OURS = /^(sqlite_|turso_|agentfs_sync_|fs_|kv_store$|tool_calls$)/;

/** Definitions that quoting, spelling or the server's way of writing them anew could trip over. */
const ODD = [
  `CREATE TABLE "a ""b""'c.d" ("e f" INTEGER PRIMARY KEY, "g""h", "?" TEXT, [i]]) -- end`.replace("[i]]", "[i j]"),
  "CREATE TABLE äPFEL (Größe TEXT PRIMARY KEY, [select] INT, äö)",
  "CREATE TABLE types (a DECIMAL(10, 2), b VARCHAR (20) NOT NULL DEFAULT 'x''y', c DOUBLE PRECISION DEFAULT -1.5e3, d DEFAULT x'00ff', e BOOLEAN DEFAULT TRUE, f DEFAULT (datetime('now')), g INTEGER DEFAULT +1, h DEFAULT NULL)",
  "CREATE TABLE parents (a, b, c INTEGER, UNIQUE (a, b), PRIMARY KEY (c, a))",
  "CREATE TABLE children (p, q, r INTEGER CONSTRAINT up REFERENCES parents DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (p, q) REFERENCES parents (a, b) ON UPDATE SET NULL ON DELETE CASCADE)",
  "CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, v TEXT COLLATE RTRIM)",
  `CREATE TABLE wide (${Array.from({ length: 120 }, (_, at) => `c${at}`).join(", ")})`,
  "CREATE TABLE selected AS SELECT 1 AS a, 'x' AS b WHERE 0",
  "CREATE TABLE rowids (rowid TEXT, oid TEXT)",
  `CREATE UNIQUE INDEX "o i" ON types (lower(b) COLLATE NOCASE DESC, a, ' WHERE ' || c) WHERE b <> ' WHERE ( ' AND (a > 1 OR a IS NULL)`,
  "CREATE INDEX j ON types (json_extract(b, '$.x'), b ->> '$.y')",
  "CREATE VIEW [v w] (x, y) AS WITH t AS (SELECT a FROM types) SELECT t.a, count(*) FROM t LEFT JOIN parents ON parents.a == t.a GROUP BY 1 HAVING count(*) != 7 ORDER BY 2 DESC",
];

const ROWS = [
  `INSERT INTO "a ""b""'c.d" VALUES (7, 1, 2, 3)`,
  "INSERT INTO äPFEL VALUES ('groß', 1, 'ä')",
  "INSERT INTO types (a, b) VALUES (1.50, '{}'), (NULL, '[]')",
  "INSERT INTO parents VALUES (1, 'b', 3)",
  "INSERT INTO children VALUES (1, 'b', 3), (1, 'b', 3)",
  "INSERT INTO descending VALUES (7, 'v '), ('text as key', 'v')",
  "INSERT INTO wide (c0, c119) VALUES (1, 2), (3, 4)",
  "INSERT INTO rowids VALUES ('a', 'b')",
];

test("I1, S2: definitions of every spelling are carried, opened by the SDK, and known again", async () => {
  const { url } = await startServer();
  const [one, two] = [await machine(url), await machine(url)];
  for (const on of [one, two]) {
    await on.ok("pull");
    run(on, ODD);
  }
  run(one, ROWS);
  await one.ok("push");
  // The other machine has made all of it as well, without rows.
  await two.ok("sync", { conflict: "fail" });
  const fresh = await machine(url);
  await fresh.ok("pull");
  await fresh.list();
  expect(rowsIn(fresh.db)).toEqual(rowsIn(one.db));
  for (const on of [one, two, fresh]) {
    await on.ok("pull");
    expect((await on.ok("push")).push?.outcome).toBe("unchanged");
    expect(rowsIn(on.db)).toEqual(rowsIn(basePath(fresh)));
  }
  run(fresh, [
    `UPDATE "a ""b""'c.d" SET "g""h" = 3.0, "?" = '?'`,
    "UPDATE äPFEL SET Größe = 'GROẞ'",
    "UPDATE types SET a = a + 1",
    "UPDATE children SET q = 'c' WHERE rowid = 1",
    "UPDATE descending SET v = 'w' WHERE id = 7",
    "DELETE FROM wide WHERE c0 = 1",
    "UPDATE rowids SET rowid = 'z'",
  ]);
  await fresh.ok("push");
  await one.ok("pull");
  await one.list();
  expect(rowsIn(one.db)).toEqual(rowsIn(fresh.db));
});

test("I6: copies of a folder that push the same rows double none, also where one got another number", async () => {
  const { url } = await startServer();
  const [on, other] = [await machine(url), await machine(url)];
  await on.ok("pull");
  run(on, [
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, t)",
    "CREATE TABLE tags (note REFERENCES notes, tag)",
    "CREATE TABLE about (call REFERENCES tool_calls (id))",
    "INSERT INTO notes VALUES (1, 'one')",
  ]);
  await on.ok("push");
  await other.ok("pull");
  run(other, ["INSERT INTO notes VALUES (2, 'of another')"]);
  await other.ok("push");
  await on.write({ op: "toolStart", name: "work" });
  run(on, ["INSERT INTO about SELECT max(id) FROM tool_calls"]);
  run(on, ["INSERT INTO notes VALUES (2, 'shared')", "INSERT INTO tags VALUES (2, 'x'), (2, 'x')"]);
  const copies = [on, await machine(url), await machine(url)] as const;
  for (const copy of copies.slice(1)) await cp(join(on.dir, ".agentfs"), join(copy.dir, ".agentfs"), { recursive: true });
  run(copies[2], ["INSERT INTO notes VALUES (3, 'of the copy')", "INSERT INTO tags VALUES (2, 'x'), (3, 'y')"]);
  for (const copy of copies) await copy.ok("push");
  const fresh = await machine(url);
  await fresh.ok("pull");
  const about = withDatabase(fresh.db, (db) =>
    db.prepare("SELECT count(*) AS n, name FROM about JOIN tool_calls ON call = id").get(),
  );
  expect(about).toEqual({ n: 1, name: "work" });
  const [shared, third] = [`"${2n + (1n << 20n)}"`, '"3"'];
  expect(dump(fresh.db, OURS)).toMatchObject({
    notes: ['["1","one"]', `[${shared},"shared"]`, '["2","of another"]', `[${third},"of the copy"]`],
    tags: [...Array.from({ length: 3 }, () => `[${shared},"x"]`), `[${third},"y"]`],
  });
});

test("I1: large values and thousands of rows are carried in one push", async () => {
  const { url } = await startServer();
  const on = await machine(url);
  await on.ok("pull");
  const many = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000)";
  run(on, [
    "CREATE TABLE large (id TEXT PRIMARY KEY, data ANY) STRICT",
    "INSERT INTO large VALUES ('text', printf('%.*c', 1000000, 'x')), ('blob', zeroblob(500000)), (hex(zeroblob(3000)), 3.0)",
    "CREATE TABLE many (a, b)",
    `INSERT INTO many ${many} SELECT x, x * 1.0 FROM c`,
  ]);
  await on.ok("push");
  const fresh = await machine(url);
  await fresh.ok("pull");
  await fresh.list();
  expect(rowsIn(fresh.db)).toEqual(rowsIn(on.db));
  run(fresh, ["UPDATE large SET data = data || 'y' WHERE id = 'text'", "DELETE FROM many WHERE a % 2 = 0"]);
  await fresh.ok("push");
  await on.ok("pull");
  expect(rowsIn(on.db)).toEqual(rowsIn(fresh.db));
});
