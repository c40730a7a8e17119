import { describe, expect, it } from "vitest";
import { dump, inconsistencies } from "../parts/consistency.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine } from "../parts/machine.ts";

import { text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { startServer } from "../parts/server.ts";

const TABLES = `
  CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, stars REAL) STRICT;
  CREATE TABLE tags (note INTEGER REFERENCES notes (id) ON DELETE CASCADE, tag TEXT, PRIMARY KEY (note, tag));
  CREATE TABLE log (line, rowid);
  CREATE TABLE "my users" ("the name" TEXT PRIMARY KEY COLLATE NOCASE, mail UNIQUE, data BLOB);
  CREATE UNIQUE INDEX by_text ON notes (lower(text)) WHERE stars > 4;
  CREATE INDEX on_keys ON kv_store (value);
  CREATE VIEW starred AS SELECT text FROM notes WHERE stars > 4;
  INSERT INTO notes VALUES (1, 'one', 3.0), (2, 'two', 4.5);
  INSERT INTO tags VALUES (1, 'red'), (2, 'blue');
  INSERT INTO log VALUES ('a', 1), ('a', 1), ('b', 2.0);
  INSERT INTO "my users" VALUES ('ann', 1, x'00ff'), ('bob', 9007199254740993, NULL);
`;

/** A remote with tables of every kind in it that a job made, and two machines that have pulled it. */
async function world(): Promise<{ readonly url: string; readonly one: Machine; readonly two: Machine }> {
  const { url } = await startServer();
  const first = await machine(url);
  await first.ok("pull");
  await first.write(text("/a", "a"));
  sql(first, TABLES);
  await first.ok("push");
  const [one, two] = [await machine(url), await machine(url)];
  await one.ok("pull");
  await two.ok("pull");
  return { url, one, two };
}

function sql(on: Machine, statements: string): void {
  withDatabase(on.db, (db) => db.exec(`PRAGMA foreign_keys = OFF; ${statements}`));
}

const OURS = /^(sqlite_|turso_|agentfs_sync_|fs_|kv_store$|tool_calls$)/;

/** Every table of the job's as a fresh machine has it, which the real SDK opens, and as `also` has it after a pull. */
async function onAll(url: string, ...also: readonly Machine[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const fresh = await machine(url);
  await fresh.ok("pull");
  await fresh.list();
  expect(inconsistencies(basePath(fresh))).toEqual([]);
  const rows = dump(basePath(fresh), OURS);
  for (const on of also) {
    await on.ok("pull");
    expect(dump(on.db, OURS)).toEqual(rows);
    expect((await on.ok("push")).push?.outcome).toBe("unchanged");
  }
  return rows;
}

describe("tables that are no part of AgentFS", () => {
  it("S1, I1: are carried with their rows, indexes and views, value for value", async () => {
    const { url, one, two } = await world();
    expect(await onAll(url, one, two)).toEqual({
      notes: ['["1","one",3]', '["2","two",4.5]'],
      tags: ['["1","red"]', '["2","blue"]'],
      log: ['["a","1"]', '["a","1"]', '["b",2]'],
      "my users": ['["ann","1","x00ff"]', '["bob","9007199254740993",null]'],
    });
    const named = withDatabase(one.db, (db) =>
      db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('by_text', 'on_keys', 'starred') ORDER BY name").all(),
    );
    expect(named.map(({ name }) => name)).toEqual(["by_text", "on_keys", "starred"]);
    expect(withDatabase(one.db, (db) => db.prepare("SELECT typeof(stars) AS t FROM notes").all())).toEqual([
      { t: "real" },
      { t: "real" },
    ]);
  });

  it("R1, R2, R5, I3: what two jobs add to them is all there, and references follow a row that got another number", async () => {
    const { url, one, two } = await world();
    sql(
      one,
      `INSERT INTO notes (text) VALUES ('three of one'); INSERT INTO tags VALUES (3, 'one'), (1, 'both');
       INSERT INTO log VALUES ('a', 1), ('n', 1); UPDATE notes SET stars = 1 WHERE id = 1`,
    );
    sql(
      two,
      `INSERT INTO notes (text) VALUES ('three of two'); INSERT INTO tags VALUES (3, 'two'), (1, 'both');
       INSERT INTO log VALUES ('n', 1); DELETE FROM log WHERE line = 'a'; DELETE FROM notes WHERE id = 2; DELETE FROM tags WHERE note = 2;
       UPDATE "my users" SET mail = mail - 1 WHERE "the name" = 'ANN'`,
    );
    await one.ok("push");
    await two.ok("push");
    const number = String(3n + (1n << 20n));
    expect(await onAll(url, one, two)).toEqual({
      notes: ['["1","one",1]', `["${number}","three of two",null]`, '["3","three of one",null]'],
      tags: ['["1","both"]', '["1","red"]', `["${number}","two"]`, '["3","one"]'],
      log: ['["a","1"]', '["b",2]', '["n","1"]', '["n","1"]'],
      "my users": ['["ann","0","x00ff"]', '["bob","9007199254740993",null]'],
    });
    sql(one, "INSERT INTO notes (text) VALUES ('next')");
    await one.ok("push");
    expect((await onAll(url))["notes"]).toContain(`["${4n + (1n << 20n)}","next",null]`);
  });

  it("R2, I3: several pushes from one working copy know a row again that has another number on the remote", async () => {
    const { url, one, two } = await world();
    sql(one, "INSERT INTO notes (text) VALUES ('of one')");
    await one.ok("push");
    sql(two, "INSERT INTO notes (text) VALUES ('of two'); INSERT INTO tags VALUES (3, 'two')");
    await two.ok("push");
    sql(
      two,
      "UPDATE notes SET stars = 2 WHERE id = 3; INSERT INTO tags VALUES (3, 'more'); INSERT INTO notes (text) VALUES ('last')",
    );
    await two.ok("push");
    sql(two, "UPDATE tags SET tag = 'less' WHERE tag = 'more'; DELETE FROM tags WHERE tag = 'two'");
    await two.ok("push");
    const number = String(3n + (1n << 20n));
    expect(await onAll(url, one)).toMatchObject({
      notes: ['["1","one",3]', `["${number}","of two",2]`, '["2","two",4.5]', '["3","of one",null]', '["4","last",null]'],
      tags: ['["1","red"]', `["${number}","less"]`, '["2","blue"]'],
    });
    sql(two, "DELETE FROM notes WHERE id = 3; DELETE FROM tags WHERE note = 3");
    await two.ok("sync");
    expect(await onAll(url, one, two)).toMatchObject({
      notes: ['["1","one",3]', '["2","two",4.5]', '["3","of one",null]', '["4","last",null]'],
      tags: ['["1","red"]', '["2","blue"]'],
    });
  });

  it("R3: unique values that rows exchange go through, and a key that changes its case", async () => {
    const { url, one, two } = await world();
    sql(
      one,
      `UPDATE "my users" SET mail = 'tmp' WHERE "the name" = 'ann'; UPDATE "my users" SET mail = 1 WHERE "the name" = 'bob';
       UPDATE "my users" SET mail = 9007199254740993, "the name" = 'Ann' WHERE "the name" = 'ann'`,
    );
    await one.ok("push");
    expect((await onAll(url, one, two))["my users"]).toEqual(['["Ann","9007199254740993","x00ff"]', '["bob","1",null]']);
  });

  it.each([
    ["R3", "one row changed otherwise", "UPDATE notes SET text = ? WHERE id = 1", "notes:1"],
    ["R3", "a unique value that the other has taken", `INSERT INTO "my users" VALUES (?, 'same', NULL)`, "my users:"],
    ["R3", "a unique expression that the other has taken", "INSERT INTO notes VALUES (?, 'SAME', 5.0)", "notes:"],
  ])("%s: with %s, policy `fail` changes nothing, `theirs` keeps theirs, `ours` ours", async (_rule, _name, statement, path) => {
    for (const policy of ["fail", "theirs", "ours"] as const) {
      const { url, one, two } = await world();
      const write = (on: Machine, value: number) =>
        withDatabase(on.db, (db) => db.prepare(statement).run(/text = /.test(statement) ? `t${value}` : value));
      write(one, 8080);
      write(two, 8181);
      await one.ok("push");
      await two.write(text("/two", "2"));
      const { error } = await two.run("push", { conflict: policy });
      expect(error?.code).toBe(policy === "fail" ? "conflict" : undefined);
      if (policy === "fail") expect(error?.message).toContain(path);
      const rows = JSON.stringify(await onAll(url));
      expect([rows.includes("8080"), rows.includes("8181")]).toEqual([policy !== "ours", policy === "ours"]);
      if (policy !== "fail") await onAll(url, two);
    }
  });

  it("R3: with `keep-both` theirs stays, and ours is in a file beside the others", async () => {
    const { url, one, two } = await world();
    sql(one, "UPDATE notes SET text = 'of one' WHERE id = 1");
    sql(two, "UPDATE notes SET text = 'of two' WHERE id = 1; INSERT INTO notes (text) VALUES ('also')");
    await one.ok("push");
    await two.ok("push", { conflict: "keep-both" });
    expect(await onAll(url, one, two)).toMatchObject({ notes: ['["1","of one",3]', '["2","two",4.5]', '["3","also",null]'] });
    const { files } = await one.list();
    const [name = ""] = Object.keys(files).filter((path) => path.includes("conflict"));
    expect(name).toMatch(/^\/notes\.conflict-[0-9a-f]{8}\.json$/);
    expect(JSON.parse(Buffer.from(files[name] ?? "", "base64").toString())).toMatchObject([
      { table: "notes", key: { id: 1 }, origin: { text: "one" }, ours: { text: "of two" }, theirs: { text: "of one" } },
    ]);
  });

  it("R4: a row that one changed and the other deleted stays, whoever pushes first", async () => {
    const change = "UPDATE notes SET text = 'edited' WHERE id = 1";
    for (const [first, second] of [
      [change, "DELETE FROM notes WHERE id = 1"],
      ["DELETE FROM notes WHERE id = 1", change],
    ] as const) {
      const { url, one, two } = await world();
      sql(one, first);
      sql(two, second);
      await one.ok("push");
      await two.ok("push", { conflict: "keep-both" });
      expect((await onAll(url, one, two))["notes"]).toEqual(['["1","edited",3]', '["2","two",4.5]']);
    }
  });
});
