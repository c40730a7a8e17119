import { beforeAll, describe, expect, test } from "vitest";
import { changed, written } from "../../../../test/parts/hand.ts";
import { run } from "../../../../test/parts/user-tables.ts";
import { type Changeset, isEmptyChangeset } from "./changeset.ts";
import { diff } from "./diff.ts";

let origin: string;
beforeAll(async () => {
  origin = await written(
    run(
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, text)",
      "CREATE VIEW v AS SELECT text FROM notes",
      "CREATE INDEX i ON notes (text)",
    ),
  );
});

async function after(...statements: string[]): Promise<Changeset> {
  return diff(origin, await changed(origin, run(...statements)));
}

describe("a schema that the job added to", () => {
  test.for([
    "CREATE TABLE t (a, b)",
    "CREATE TABLE t (a INT PRIMARY KEY, b ANY) STRICT",
    "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b REFERENCES notes (id) ON DELETE CASCADE)",
    `CREATE TABLE t ("check" TEXT DEFAULT 'CHECK (', b TEXT DEFAULT 'AS' /* CHECK (b) */)`,
    "CREATE TABLE t (a TEXT COLLATE NOCASE UNIQUE, b, PRIMARY KEY (b, a DESC))",
    "CREATE TABLE [a b] (c)",
    "CREATE INDEX t ON notes (lower(text)) WHERE text IS NOT NULL",
    "CREATE UNIQUE INDEX t ON notes (text)",
    "CREATE INDEX t ON kv_store (value)",
    "CREATE VIEW t AS SELECT key FROM kv_store",
  ])("is carried: %s", async (sql) => {
    expect((await after(sql)).schema).toMatchObject([{ sql }]);
  });

  test.for<[feature: string, says: string, statements: string[]]>([
    ["a CHECK constraint", '"t"', ["CREATE TABLE t (a, CHECK (a > 0))"]],
    ["a CHECK constraint", '"t"', ["CREATE TABLE t (a INTEGER check(a > 0))"]],
    ["a trigger", '"t" on kv_store', ["CREATE TRIGGER t AFTER INSERT ON kv_store BEGIN SELECT 1; END"]],
    ["a trigger", '"t" on v', ["CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT 1; END"]],
    ["a generated column", '"t"', ["CREATE TABLE t (a, b AS (a + 1))"]],
    ["a generated column", '"t"', ["CREATE TABLE t (a, b GENERATED ALWAYS AS (a + 1) STORED)"]],
    ["a virtual table", '"t"', ["CREATE VIRTUAL TABLE t USING fts5 (a)"]],
    ["WITHOUT ROWID", '"t"', ["CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID"]],
    ["ON CONFLICT", '"t"', ["CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE)"]],
    ["a capital letter", '"Äpfel"', ["CREATE TABLE Äpfel (a)"]],
    ["a capital letter", '"t"', ["CREATE TABLE t (a, ÄÖ)"]],
    ["a capital letter", '"ΣΑΣ"', ['CREATE VIEW "ΣΑΣ" AS SELECT 1']],
    ["a table of AgentFS unique", '"t"', ["CREATE UNIQUE INDEX t ON fs_inode (mtime)"]],
    [
      "a CHECK constraint",
      '"notes"',
      ["DROP TABLE notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text CHECK (text <> ''))"],
    ],
  ])("is refused with %s, and named: %s", async ([feature, says, statements]) => {
    await expect(after(...statements)).rejects.toMatchObject({
      code: "unsupported-schema",
      message: expect.stringMatching(new RegExp(`${says}.*${feature}`)),
      hint: expect.stringMatching(/\./),
    });
  });

  test("is not blamed for what was there before", async () => {
    const odd = await changed(
      origin,
      run(
        "CREATE TABLE checked (a CHECK (a > 0), b AS (a + 1))",
        "INSERT INTO checked VALUES (1)",
        "CREATE TABLE bare (a PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE watched (a)",
        "CREATE TRIGGER t AFTER INSERT ON watched BEGIN SELECT 1; END",
      ),
    );
    expect(isEmptyChangeset(diff(odd, await changed(odd, run())))).toBe(true);
    const { tables } = diff(odd, await changed(odd, run("INSERT INTO checked VALUES (2)", "INSERT INTO bare VALUES ('x')")));
    expect(tables).toMatchObject([
      { table: "bare", rows: [{ after: { a: "x" } }] },
      { table: "checked", rows: [{ after: { a: 2n } }] },
    ]);
    const watched = await changed(odd, run("INSERT INTO watched VALUES (1)"));
    expect(() => diff(odd, watched)).toThrow(expect.objectContaining({ code: "unsupported-schema" }));
  });
});

describe("a schema that the job changed otherwise is a schema-conflict that names", () => {
  test.for<[what: string, statements: string[]]>([
    ['table "notes"', ["ALTER TABLE notes ADD COLUMN mood"]],
    ['table "notes"', ["ALTER TABLE notes RENAME COLUMN text TO body"]],
    ['table "notes"', ["DROP VIEW v", "ALTER TABLE notes RENAME TO papers"]],
    ['index "i"', ["DROP INDEX i"]],
    ['index "i"', ["DROP INDEX i", "CREATE INDEX i ON notes (text, id)"]],
    ['view "v"', ["DROP VIEW v"]],
    ["colour", ["ALTER TABLE fs_inode ADD COLUMN colour TEXT"]],
  ])("%s: %s", async ([what, statements]) => {
    await expect(after(...statements)).rejects.toMatchObject({
      code: "schema-conflict",
      message: expect.stringContaining(what),
      hint: expect.stringMatching(/on the remote|table of your own/),
    });
  });
});

describe("a schema of another version is named, with what to run", () => {
  const set = (version: string) => [`UPDATE fs_config SET value = '${version}' WHERE key = 'schema_version'`];
  test.for<[says: string, statements: string[]]>([
    ["0.3", set("0.3")],
    ["0.5", set("0.5")],
    ["older than 0.4", ["DELETE FROM fs_config WHERE key = 'schema_version'", "ALTER TABLE fs_inode DROP COLUMN mtime_nsec"]],
    ["older than 0.4", ["ALTER TABLE fs_inode DROP COLUMN rdev"]],
    ["older than 0.2", ["ALTER TABLE fs_inode DROP COLUMN nlink"]],
  ])("%s: %s", async ([says, statements]) => {
    const error = { code: "unsupported-schema", message: expect.stringContaining(says) };
    await expect(after(...statements)).rejects.toMatchObject({ ...error, hint: expect.stringContaining("agentfs 0.6.4") });
    const old = await changed(origin, run(...statements));
    expect(() => diff(old, origin)).toThrow(expect.objectContaining({ ...error, hint: expect.stringContaining("empty remote") }));
  });
});
