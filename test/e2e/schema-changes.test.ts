import { describe, expect, it } from "vitest";
import { pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { pulledSetting } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";

const NOTES = ["CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT)", "INSERT INTO notes VALUES (1, 'a')"];

const NOTHING = { rows: {}, named: [] };

/** What others do to the remote's schema, before a first pull and between it and the next; and what is there then. */
const CHANGES: readonly {
  readonly name: string;
  readonly first: readonly string[];
  readonly later: readonly string[];
  readonly holds: ReturnType<typeof othersIn>;
}[] = [
  { name: "a table is dropped", first: NOTES, later: ["DROP TABLE notes"], holds: NOTHING },
  { name: "an index is dropped", first: ["CREATE INDEX kx ON kv_store (value)"], later: ["DROP INDEX kx"], holds: NOTHING },
  {
    name: "a view is added",
    first: [],
    later: ["CREATE VIEW v AS SELECT key FROM kv_store"],
    holds: { rows: {}, named: ["v"] },
  },
  {
    name: "a table is added by a statement that is not kept as it was written",
    first: [],
    later: ["CREATE TABLE IF NOT EXISTS  Notes  (id INTEGER PRIMARY KEY,  t TEXT)", "INSERT INTO notes VALUES (1, 'a')"],
    holds: { rows: { notes: [{ id: 1, t: "a" }] }, named: [] },
  },
  {
    name: "a table gets another column",
    first: NOTES,
    later: ["ALTER TABLE notes ADD COLUMN u TEXT", "UPDATE notes SET u = 'b'"],
    holds: { rows: { notes: [{ id: 1, t: "a", u: "b" }] }, named: [] },
  },
  {
    name: "a row is changed that a row of another table refers to",
    first: [
      "CREATE TABLE parent (id INTEGER PRIMARY KEY, t TEXT)",
      "CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent (id))",
      "INSERT INTO parent VALUES (1, 'a')",
      "INSERT INTO child VALUES (1, 1)",
    ],
    later: ["UPDATE parent SET t = 'b'"],
    holds: { rows: { child: [{ id: 1, p: 1 }], parent: [{ id: 1, t: "b" }] }, named: [] },
  },
];

/** Rows of the tables that are no part of AgentFS, and the names of their indexes and views, as stock SQLite sees them. */
function othersIn(path: string) {
  return withDatabase(path, (db) => {
    const names = (types: string) =>
      db
        .prepare(
          `SELECT lower(name) AS name FROM sqlite_schema WHERE type IN (${types}) AND sql IS NOT NULL AND name NOT LIKE 'fs\\_%' ESCAPE '\\'
           AND name NOT LIKE 'idx\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'agentfs\\_sync%' ESCAPE '\\'
           AND name NOT IN ('kv_store', 'tool_calls') ORDER BY name`,
        )
        .all()
        .map(({ name }) => String(name));
    const rows = names("'table'").map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()] as const);
    return { rows: Object.fromEntries(rows), named: names("'index', 'view'") };
  });
}

describe("a remote whose schema others change", () => {
  it.each(CHANGES)("I1: pulls take it over and pushes go on where $name", async ({ first, later, holds }) => {
    const { url, m } = await pulledSetting();
    await remoteSql(
      url,
      first.map((sql) => ({ sql })),
    );
    await m.ok("pull");
    await remoteSql(
      url,
      later.map((sql) => ({ sql })),
    );
    expect((await m.ok("pull")).pull?.outcome).toBe("pulled");
    expect(othersIn(m.db)).toEqual(holds);
    expect((await m.ok("pull")).pull?.outcome).toBe("unchanged");

    await m.write(text("/z", "z"));
    expect((await m.ok("sync")).push?.outcome).toBe("pushed");
    expect(await pulled(url)).toEqual(await m.list());
    expect(othersIn(m.db)).toEqual(holds);
  });

  it("I1: a table that refers to another is pulled with rows in it", async () => {
    const { url, m } = await pulledSetting();
    await remoteSql(
      url,
      [
        "CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent (id) ON DELETE CASCADE)",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, t TEXT)",
        "INSERT INTO parent VALUES (1, 'a')",
        "INSERT INTO child VALUES (1, 1)",
      ].map((sql) => ({ sql })),
    );
    await m.ok("pull");
    await remoteSql(url, [{ sql: "UPDATE parent SET t = 'b'" }]);
    await m.ok("pull");
    expect(othersIn(m.db).rows).toEqual({ child: [{ id: 1, p: 1 }], parent: [{ id: 1, t: "b" }] });
  });
});
