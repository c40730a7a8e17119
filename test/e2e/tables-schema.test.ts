import { describe, expect, it } from "vitest";
import { dump } from "../parts/consistency.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine } from "../parts/machine.ts";
import { digestOf, remotePages } from "../parts/merge-world.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { pulledSetting } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";

function sql(on: Machine, ...statements: readonly string[]): void {
  withDatabase(on.db, (db) => {
    for (const statement of statements) db.exec(statement);
  });
}

async function two(): Promise<{ readonly url: string; readonly one: Machine; readonly two: Machine }> {
  const { url, m: one } = await pulledSetting();
  await remoteSql(url, [{ sql: "CREATE TABLE notes (id INTEGER PRIMARY KEY, t)" }, { sql: "INSERT INTO notes VALUES (1, 'a')" }]);
  await one.ok("pull");
  const other = await machine(url);
  await other.ok("pull");
  return { url, one, two: other };
}

const rows = async (url: string) => {
  const fresh = await machine(url);
  await fresh.ok("pull");
  await fresh.list();
  return dump(basePath(fresh), /^(?!notes$|t$)/);
};

describe("a schema that jobs add to", () => {
  it("S2: the same table, index and view made by two jobs are one, also as the server writes them anew, and rows are merged", async () => {
    const { url, one, two: other } = await two();
    for (const [on, side] of [
      [one, "one"],
      [other, "two"],
    ] as const) {
      sql(
        on,
        "CREATE TABLE IF NOT EXISTS T(id integer primary key autoincrement,\n s TEXT default ('x'||'y'), p REFERENCES notes(id)  /* where */)",
        "CREATE UNIQUE INDEX tx ON t(s desc) WHERE s<>''",
        "CREATE VIEW tv(a) AS SELECT s FROM t LEFT JOIN notes ON p=notes.id",
        `INSERT INTO t VALUES (1, '${side}', 1)`,
      );
      await on.ok("push");
    }
    expect(await rows(url)).toEqual({ notes: ['["1","a"]'], t: ['["1","one","1"]', `["${1n + (1n << 20n)}","two","1"]`] });
    for (const on of [one, other]) {
      await on.ok("pull");
      expect((await on.ok("push")).push?.outcome).toBe("unchanged");
      sql(on, `INSERT INTO t (s) VALUES ('${on.dir}')`);
      await on.ok("sync");
    }
    expect((await rows(url))["t"]).toHaveLength(4);
  });

  it("S3: what the other job has made unlike ours, dropped or changed is a schema-conflict, and nothing is changed", async () => {
    for (const [theirs, ours] of [
      ["CREATE TABLE t (a)", "CREATE TABLE t (a, b)"],
      ["CREATE VIEW t AS SELECT 1", "CREATE TABLE t (a)"],
      ["DROP TABLE notes", "UPDATE notes SET t = 'b'"],
      ["ALTER TABLE notes RENAME COLUMN t TO u", "UPDATE notes SET t = 'b'"],
      ["INSERT INTO notes VALUES (2, 'a')", "CREATE UNIQUE INDEX i ON notes (t)"],
    ] as const) {
      const { url, one } = await two();
      await remoteSql(url, [{ sql: theirs }]);
      sql(one, ours);
      const before = [await digestOf(await remotePages(url)), await digestOf(one.db)];
      const { error } = await one.run("push");
      expect(error, ours).toMatchObject({ code: "schema-conflict", hint: expect.stringMatching(/\w/) });
      expect([await digestOf(await remotePages(url)), await digestOf(one.db)]).toEqual(before);
    }
  });

  it("S1: a unique index goes with the rows that the job brought apart for it", async () => {
    const { url, one } = await two();
    await remoteSql(url, [{ sql: "INSERT INTO notes VALUES (2, 'a'), (3, 'b')" }]);
    await one.ok("pull");
    sql(one, "DELETE FROM notes WHERE id = 2", "CREATE UNIQUE INDEX nt ON notes (t)");
    await one.ok("sync");
    expect((await rows(url))["notes"]).toEqual(['["1","a"]', '["3","b"]']);
  });

  it("S1: a column that another job adds stays filled where ours changes the row", async () => {
    const { url, one } = await two();
    await remoteSql(url, [{ sql: "ALTER TABLE notes ADD COLUMN u TEXT DEFAULT 'd'" }, { sql: "UPDATE notes SET u = 'kept'" }]);
    sql(one, "UPDATE notes SET t = 'b'", "INSERT INTO notes VALUES (2, 'c')");
    await one.ok("sync");
    expect((await rows(url))["notes"]).toEqual(['["1","b","kept"]', '["2","c","d"]']);
  });
});
