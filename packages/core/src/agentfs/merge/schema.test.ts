import { beforeAll, describe, expect, test } from "vitest";
import { changed } from "../../../../../test/parts/hand.ts";
import { merged, writeOrigin } from "../../../../../test/parts/merged.ts";
import { run } from "../../../../../test/parts/user-tables.ts";
import { isEmptyPlan } from "./types.ts";

let origin: string;
beforeAll(async () => {
  origin = await changed(
    await writeOrigin(),
    run("CREATE TABLE notes (id INTEGER PRIMARY KEY, text)", "INSERT INTO notes VALUES (1, 'a')"),
  );
});

const ADDITIONS = [
  "CREATE TABLE t (a TEXT PRIMARY KEY, b) STRICT".replace(", b)", ", b ANY)"),
  "CREATE INDEX i ON notes (text) WHERE text IS NOT NULL",
  "CREATE UNIQUE INDEX u ON notes (lower(text))",
  "CREATE VIEW v AS SELECT text FROM notes",
  "CREATE INDEX k ON kv_store (value)",
];

describe("S1: what one side adds is added", () => {
  test("tables first, then indexes, then views, with the rows of the tables", async () => {
    const { plan, conflicts } = await merged(
      origin,
      run(
        "CREATE VIEW a AS SELECT 1",
        "CREATE TABLE z (x)",
        "CREATE INDEX b ON z (x)",
        "CREATE TABLE y (id INTEGER PRIMARY KEY)",
        "INSERT INTO z VALUES (1), (1)",
      ),
    );
    expect(conflicts).toEqual([]);
    expect(plan.schema.map((sql) => sql.split(" ").slice(1, 3).join(" "))).toEqual(["TABLE y", "TABLE z", "INDEX b", "VIEW a"]);
    const row = { before: null, after: { x: 1n } };
    expect(plan.tables).toEqual([{ table: "z", definition: null, key: ["rowid"], rows: [row, row] }]);
  });

  test.for(ADDITIONS)("%s", async (sql) => {
    expect((await merged(origin, run(sql))).plan.schema).toEqual([sql]);
    expect(isEmptyPlan((await merged(origin, run(), run(sql))).plan)).toBe(true);
  });
});

describe("S2: the same added on both sides is one", () => {
  test.for(ADDITIONS)("%s", async (sql) => {
    const { plan, conflicts } = await merged(origin, run(sql), run(sql.toLowerCase().replace(/ \(/, "  /* as written */ (")));
    expect([conflicts, isEmptyPlan(plan)]).toEqual([[], true]);
  });

  test("and its rows are merged as in any table", async () => {
    const add = (side: string) => run("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)", `INSERT INTO t VALUES (1, '${side}')`);
    const { plan } = await merged(origin, add("ours"), add("theirs"));
    expect(plan.schema).toEqual([]);
    expect(plan.tables).toMatchObject([{ table: "t", rows: [{ before: null, after: { id: 1n + (1n << 20n), s: "ours" } }] }]);
  });
});

describe("S3: anything else is a schema-conflict that names it, under every policy", () => {
  test.for<[name: string, ours: string[], theirs: string[], says: string]>([
    ["two tables of one name", ["CREATE TABLE t (a)"], ["CREATE TABLE t (a, b)"], '"t"'],
    ["a table and a view of one name", ["CREATE TABLE T (a)"], ["CREATE VIEW t AS SELECT 1"], '"T"'],
    ["two indexes of one name", ["CREATE INDEX i ON notes (text)"], ["CREATE INDEX i ON notes (id)"], '"i"'],
    ["an index on a table that is gone there", ["CREATE INDEX i ON notes (text)"], ["DROP TABLE notes"], '"notes"'],
    ["rows of a table that is gone there", ["INSERT INTO notes VALUES (2, 'b')"], ["DROP TABLE notes"], '"notes"'],
    [
      "rows of a table that lacks a column there",
      ["INSERT INTO notes VALUES (2, 'b')"],
      ["ALTER TABLE notes RENAME COLUMN text TO body"],
      "column text",
    ],
    [
      "a unique index over what is not unique there",
      ["CREATE UNIQUE INDEX u ON notes (text)"],
      ["INSERT INTO notes VALUES (5, 'x'), (6, 'x')"],
      '"u"',
    ],
    ["a column that ours added", ["ALTER TABLE notes ADD COLUMN mood"], [], '"notes"'],
    ["a table that ours dropped", ["DROP TABLE notes"], [], '"notes"'],
  ])("%s", async ([, ours, theirs, says]) => {
    for (const policy of ["keep-both", "ours", "theirs", "fail"] as const) {
      await expect(merged(origin, run(...ours), run(...theirs), { policy })).rejects.toMatchObject({
        code: "schema-conflict",
        message: expect.stringContaining(says),
      });
    }
  });

  test("but a unique index goes with the rows that the job brought apart", async () => {
    const twice = await changed(origin, run("INSERT INTO notes VALUES (5, 'x'), (6, 'x')"));
    const { plan } = await merged(
      twice,
      run("DELETE FROM notes WHERE id = 6", "CREATE UNIQUE INDEX u ON notes (text)"),
      run("INSERT INTO notes VALUES (7, 'y')"),
    );
    expect(plan.schema).toHaveLength(1);
  });

  test("a row of ours that a new unique index of ours does not let stand beside theirs is a conflict", async () => {
    const { conflicts } = await merged(
      origin,
      run("CREATE UNIQUE INDEX u ON notes (text)", "INSERT INTO notes VALUES (2, 'x')"),
      run("INSERT INTO notes VALUES (3, 'x')"),
    );
    expect(conflicts).toMatchObject([{ path: "notes:2" }]);
  });

  test("rows of ours that a new unique index of theirs does not let stand beside each other are conflicts but for one", async () => {
    const { plan, conflicts } = await merged(
      origin,
      run("INSERT INTO notes VALUES (2, 'x'), (3, 'x')"),
      run("CREATE UNIQUE INDEX u ON notes (text)"),
      { policy: "ours" },
    );
    expect(conflicts).toMatchObject([
      { path: "notes:3", resolution: "keep-both", oursAt: expect.stringContaining("/notes.conflict") },
    ]);
    expect(plan.tables).toMatchObject([{ rows: [{ after: { id: 2n } }] }]);
  });
});
