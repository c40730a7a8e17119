import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { writeEmptyAgentFs } from "../../packages/core/src/replica/origin.ts";
import { dump } from "../parts/consistency.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { digestOf, file, remotePages } from "../parts/merge-world.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";

const run = (on: Machine, statements: readonly string[]) =>
  withDatabase(on.db, (db) => {
    for (const sql of statements) db.exec(sql);
  });

/** A machine with a database that was not pulled, and an empty remote. */
async function brought(...statements: readonly string[]): Promise<{ readonly url: string; readonly on: Machine }> {
  const { url } = await startServer();
  const on = await machine(url);
  await mkdir(dirname(on.db), { recursive: true });
  writeEmptyAgentFs(on.db, 10);
  run(on, statements);
  return { url, on };
}
/** A machine in step with a remote that holds a file and a table. */
async function inStep(): Promise<{ readonly url: string; readonly on: Machine }> {
  const { url, on } = await brought(
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, v)",
    "INSERT INTO notes VALUES (1, 'one')",
    "CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT)",
    "INSERT INTO jobs VALUES (7)",
  );
  await on.write(file("/a", "a"));
  await on.ok("push");
  return { url, on };
}

const setVersion = (version: string) => `UPDATE fs_config SET value = '${version}' WHERE key = 'schema_version'`;

const OLD: readonly (readonly [name: string, says: string, statements: readonly string[]])[] = [
  ["0.0", "schema 0.0", [setVersion("0.0"), "ALTER TABLE fs_inode DROP COLUMN nlink"]],
  ["0.2", "schema 0.2", [setVersion("0.2")]],
  ["0.3", "schema 0.3", [setVersion("0.3")]],
  [
    "no version, and no nanoseconds",
    "older than 0.4",
    ["DELETE FROM fs_config WHERE key = 'schema_version'", "ALTER TABLE fs_inode DROP COLUMN atime_nsec"],
  ],
  ["0.4 as a client wrote over it, and no link counts", "older than 0.2", ["ALTER TABLE fs_inode DROP COLUMN nlink"]],
];

/** What the job does to a working copy that no push may carry; with what the error is to name. */
const REFUSED: readonly (readonly [name: string, code: string, says: string, statements: readonly string[]])[] = [
  ["CHECK", "unsupported-schema", "CHECK", ["CREATE TABLE t (a INTEGER, CHECK (a > 0))"]],
  ["a trigger", "unsupported-schema", "trigger", ["CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END"]],
  ["a generated column", "unsupported-schema", "generated column", ["CREATE TABLE t (a, b AS (a + 1))"]],
  ["FTS5", "unsupported-schema", "FTS5", ["CREATE VIRTUAL TABLE t USING fts5 (a)"]],
  ["WITHOUT ROWID", "unsupported-schema", "WITHOUT ROWID", ["CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID"]],
  ["ON CONFLICT", "unsupported-schema", "ON CONFLICT", ["CREATE TABLE t (a UNIQUE ON CONFLICT IGNORE)"]],
  ["another chunk size", "schema-conflict", "8192", ["UPDATE fs_config SET value = '8192' WHERE key = 'chunk_size'"]],
  ["a new column", "schema-conflict", "notes", ["ALTER TABLE notes ADD COLUMN w"]],
  ["a dropped table", "schema-conflict", "notes", ["DROP TABLE notes"]],
  ["a dropped table that counts", "schema-conflict", "jobs", ["DROP TABLE jobs"]],
  ["TEXT that is no UTF-8", "unsupported-value", "notes.v", ["UPDATE notes SET v = CAST(x'ff41' AS TEXT)"]],
  [
    "TEXT that is no UTF-8 as a key",
    "unsupported-value",
    "t.k",
    ["CREATE TABLE t (k TEXT PRIMARY KEY)", "INSERT INTO t VALUES (CAST(x'ff' AS TEXT))"],
  ],
  ["an infinity", "unsupported-value", "Infinity", ["INSERT INTO notes VALUES (2, 9e999)"]],
  ["a negative infinity", "unsupported-value", "-Infinity", ["CREATE TABLE t (r REAL) STRICT", "INSERT INTO t VALUES (-9e999)"]],
  ["NULL in a key", "unsupported-value", "NULL", ["CREATE TABLE t (k TEXT PRIMARY KEY)", "INSERT INTO t VALUES (NULL)"]],
  ...OLD.map(([name, says, statements]) => [`schema ${name}`, "unsupported-schema", says, statements] as const),
];

describe("what cannot be carried exactly is refused with its own code, and nothing is changed", () => {
  test.for(REFUSED)("%s", async ([, code, says, statements]) => {
    const { url, on } = await inStep();
    await on.write(file("/also", "not without the rest"));
    run(on, statements);
    const before = [await digestOf(await remotePages(url)), await digestOf(on.db)];
    for (const command of ["push", "sync"] as const) {
      const { error } = await on.run(command);
      expect(error).toMatchObject({ code, message: expect.stringContaining(says), hint: expect.stringMatching(/\w/) });
    }
    expect([await digestOf(await remotePages(url)), await digestOf(on.db)]).toEqual(before);
  });

  test.for(OLD)("a database brought with schema %s, to an empty remote", async ([, says, statements]) => {
    const { url, on } = await brought(...statements);
    const before = await digestOf(on.db);
    for (const command of ["push", "sync", "diff"] as const) {
      const { error } = await on.run(command);
      expect(error).toMatchObject({
        code: "unsupported-schema",
        message: expect.stringContaining(says),
        hint: expect.stringContaining("agentfs 0.6.4"),
      });
    }
    expect(await digestOf(on.db)).toBe(before);
    expect(await remoteSql(url, [{ sql: "SELECT name FROM sqlite_schema" }])).toEqual([[]]);
  });

  test.for(OLD)("a remote that has come to schema %s, for a machine that pulls it", async ([, says, statements]) => {
    const { url, on } = await inStep();
    await remoteSql(
      url,
      statements.map((sql) => ({ sql })),
    );
    const fresh = await machine(url);
    await on.write(file("/mine", "m"));
    const before = await digestOf(on.db);
    for (const [where, command] of [
      [fresh, "pull"],
      [fresh, "sync"],
      [on, "pull"],
    ] as const) {
      const { error } = await where.run(command, { onUnpushed: "set-aside" });
      expect(error).toMatchObject({
        code: "unsupported-schema",
        message: expect.stringContaining(says),
        hint: expect.stringContaining("empty remote"),
      });
    }
    expect(await digestOf(on.db)).toBe(before);
  });

  test("a database of another chunk size goes to an empty remote, but not into one that has its own", async () => {
    const { url, on } = await brought("UPDATE fs_config SET value = '8192' WHERE key = 'chunk_size'");
    const content = "0123456789".repeat(2000);
    await on.write(file("/big", content));
    await on.ok("push");
    const fresh = await machine(url);
    await fresh.ok("pull");
    expect(await fresh.list()).toEqual(await on.list());
    await fresh.write(file("/more", content));
    await fresh.ok("push");
    expect(await pulled(url)).toEqual(await fresh.list());
    expect(dump(basePath(fresh))["fs_config"]).toContain('["chunk_size","8192"]');

    run(on, ["CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)", "INSERT INTO notes VALUES (1, 'origin')"]);
    await on.ok("sync");
    await fresh.ok("pull");
    for (const [where, body] of [
      [on, "theirs"],
      [fresh, content],
    ] as const) {
      run(where, [`UPDATE notes SET body = '${body}'`]);
      await where.ok("push");
    }
    const files = Object.entries((await pulled(url)).files);
    const [, conflicting = ""] = files.find(([path]) => path.startsWith("/notes.conflict")) ?? [];
    expect(JSON.parse(Buffer.from(conflicting, "base64").toString())).toMatchObject([{ ours: { body: content } }]);
    expect((await fresh.ok("verify", { verifyRemote: true })).findings).toEqual([]);

    const other = await inStep();
    const copy = await machine(other.url);
    await mkdir(dirname(copy.db), { recursive: true });
    writeEmptyAgentFs(copy.db, 10);
    run(copy, ["UPDATE fs_config SET value = '8192' WHERE key = 'chunk_size'"]);
    await copy.write(file("/big", content));
    const before = [await digestOf(await remotePages(other.url)), dump(copy.db)];
    const { error } = await copy.run("push", { adopt: true });
    expect(error).toMatchObject({ code: "schema-conflict", message: expect.stringMatching(/8192.*4096/) });
    expect([await digestOf(await remotePages(other.url)), dump(copy.db)]).toEqual(before);
  });
});

/** Values as SQL; of each, value and storage class have to be the same on a fresh machine. */
const VALUES = [
  "9007199254740993",
  "-9007199254740993",
  "9223372036854775807",
  "-9223372036854775808",
  "3.0",
  "-0.0",
  "5e-324",
  "1.7976931348623157e308",
  "0.1",
  "1e21",
  "''",
  "'3.0'",
  "'a' || char(0) || 'b'",
  "'é🙂\u2028'",
  "x''",
  "x'00ff80'",
  "NULL",
  // What SQLite makes of NaN.
  "9e999 - 9e999",
];

describe("what can be carried is carried exactly", () => {
  const TYPED = ["v", "k", "w"].map((column) => `typeof(${column}), CAST(${column} AS TEXT), hex(${column})`).join(", ");
  const read = (on: Machine, table: string) =>
    withDatabase(on.db, (db) => db.prepare(`SELECT ${TYPED} FROM ${table} ORDER BY w`).all());

  test("I1: in a table with a key of several columns, in one without a key, in a STRICT one, added, changed and removed", async () => {
    const { url, on } = await inStep();
    const tables = {
      keyed: "(k, w, v, PRIMARY KEY (k, w))",
      loose: "(k, v, w)",
      strict: "(k ANY, v ANY, w INTEGER PRIMARY KEY) STRICT",
    };
    for (const [table, columns] of Object.entries(tables)) {
      const rows = VALUES.map(
        (value, at) =>
          `(${value === "NULL" || (value.includes("-") && value.startsWith("9e")) ? `'n${at}'` : value}, ${value}, ${at})`,
      );
      run(on, [`CREATE TABLE ${table} ${columns}`, `INSERT INTO ${table} (k, v, w) VALUES ${rows.join(", ")}`]);
    }
    await on.ok("push");
    const fresh = await machine(url);
    await fresh.ok("pull");
    await fresh.list();
    for (const table of Object.keys(tables)) expect(read(fresh, table), table).toEqual(read(on, table));

    for (const table of Object.keys(tables)) {
      run(fresh, [
        `UPDATE ${table} SET v = CAST(v AS INTEGER) WHERE typeof(v) = 'real' AND abs(v) < 1e18`,
        `UPDATE ${table} SET v = CAST(v AS REAL) WHERE w = 0`,
        `DELETE FROM ${table} WHERE w % 3 = 2`,
      ]);
    }
    await fresh.ok("push");
    await on.ok("pull");
    for (const table of Object.keys(tables)) expect(read(on, table), table).toEqual(read(fresh, table));
    const last = await machine(url);
    await last.ok("pull");
    await last.list();
    for (const table of Object.keys(tables)) expect(read(last, table), table).toEqual(read(fresh, table));
  });

  test("what was odd on the remote before does not block a push that does not touch it", async () => {
    const { url, on } = await inStep();
    await remoteSql(url, [
      { sql: "CREATE TABLE odd (a CHECK (a > 0), b UNIQUE ON CONFLICT REPLACE)" },
      { sql: "INSERT INTO odd VALUES (1, CAST(x'ff' AS TEXT))" },
      { sql: "CREATE TRIGGER fires AFTER INSERT ON odd BEGIN SELECT 1; END" },
    ]);
    await on.ok("pull");
    run(on, ["INSERT INTO notes VALUES (2, 'two')", "INSERT INTO kv_store (key, value) VALUES ('k', '1')"]);
    await on.ok("push");
    const fresh = await machine(url);
    await fresh.ok("pull");
    expect(dump(basePath(fresh))["notes"]).toEqual(['["1","one"]', '["2","two"]']);
  });
});
