import { beforeAll, describe, expect, test } from "vitest";
import { changed, written } from "../../../../test/parts/hand.ts";
import { run } from "../../../../test/parts/user-tables.ts";
import type { TableChange } from "./changeset.ts";
import { diff } from "./diff.ts";

const BAD = "CAST(x'ff41' AS TEXT)";

let origin: string;
beforeAll(async () => {
  origin = await written(
    run(
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, text)",
      "INSERT INTO notes VALUES (1, 3), (2, NULL)",
      "CREATE TABLE pairs (a TEXT COLLATE NOCASE, b BLOB, v TEXT COLLATE NOCASE, PRIMARY KEY (b, a))",
      "INSERT INTO pairs VALUES ('x', x'00', 'one'), ('y', 1, 'two')",
      "CREATE TABLE log (line, rowid TEXT)",
      "INSERT INTO log VALUES ('a', 'r'), ('a', 'r'), ('b', 's')",
      `INSERT INTO notes VALUES (9, ${BAD})`,
      "INSERT INTO log VALUES (9e999, '')",
    ),
  );
});

async function tablesAfter(...statements: string[]): Promise<readonly TableChange[]> {
  return diff(origin, await changed(origin, run(...statements))).tables;
}

describe("rows of a table that is no part of AgentFS", () => {
  test.for<[statement: string, table: string, key: string[], rows: TableChange["rows"]]>([
    ["INSERT INTO notes VALUES (3, x'00')", "notes", ["id"], [{ before: null, after: { id: 3n, text: Uint8Array.of(0) } }]],
    ["UPDATE notes SET text = 3.0 WHERE id = 1", "notes", ["id"], [{ before: { id: 1n, text: 3n }, after: { id: 1n, text: 3 } }]],
    [
      "UPDATE notes SET text = 9007199254740993 WHERE id = 1",
      "notes",
      ["id"],
      [{ before: { id: 1n, text: 3n }, after: { id: 1n, text: 9007199254740993n } }],
    ],
    ["DELETE FROM notes WHERE id = 2", "notes", ["id"], [{ before: { id: 2n, text: null }, after: null }]],
    [
      "UPDATE pairs SET v = 'ONE' WHERE a = 'x'",
      "pairs",
      ["b", "a"],
      [{ before: { a: "x", b: Uint8Array.of(0), v: "one" }, after: { a: "x", b: Uint8Array.of(0), v: "ONE" } }],
    ],
    [
      "UPDATE pairs SET a = 'Y' WHERE a = 'y'",
      "pairs",
      ["b", "a"],
      [
        { before: null, after: { a: "Y", b: 1n, v: "two" } },
        { before: { a: "y", b: 1n, v: "two" }, after: null },
      ],
    ],
    [
      "UPDATE pairs SET b = 1.0 WHERE a = 'y'",
      "pairs",
      ["b", "a"],
      [
        { before: null, after: { a: "y", b: 1, v: "two" } },
        { before: { a: "y", b: 1n, v: "two" }, after: null },
      ],
    ],
    ["DELETE FROM log WHERE oid = 1", "log", [], [{ before: { line: "a", rowid: "r" }, after: null }]],
    ["INSERT INTO log VALUES ('b', 's')", "log", [], [{ before: null, after: { line: "b", rowid: "s" } }]],
  ])("are told apart by value and storage class: %s", async ([statement, table, key, rows]) => {
    expect(await tablesAfter(statement)).toEqual([{ table, key, rows }]);
  });

  test("without a key are the same wherever they stand", async () => {
    expect(await tablesAfter("UPDATE log SET oid = oid + 10 WHERE line IN ('a', 'b')")).toEqual([]);
    expect(await tablesAfter("DELETE FROM log WHERE line = 'a'", "INSERT INTO log VALUES ('a', 'r')")).toMatchObject([
      { rows: [{ before: { line: "a" }, after: null }] },
    ]);
  });

  test("of a table that the job made are all new", async () => {
    const { schema, tables, sizeBytes } = diff(
      origin,
      await changed(origin, run("CREATE TABLE new (a TEXT PRIMARY KEY) STRICT", "INSERT INTO new VALUES ('abc'), ('d')")),
    );
    expect(schema).toMatchObject([{ type: "table", name: "new" }]);
    expect(tables).toMatchObject([{ table: "new", key: ["a"], rows: [{ after: { a: "abc" } }, { after: { a: "d" } }] }]);
    expect(sizeBytes).toBe(4);
  });

  test.for([
    `UPDATE notes SET text = ${BAD} WHERE id = 1`,
    "DELETE FROM notes WHERE id = 9",
    `INSERT INTO log VALUES (${BAD}, '')`,
    "UPDATE notes SET text = -9e999 WHERE id = 1",
    "INSERT INTO pairs VALUES (NULL, 1, 'v')",
  ])("that cannot be sent are refused where the job changed them: %s", async (statement) => {
    await expect(tablesAfter(statement)).rejects.toMatchObject({ code: "unsupported-value" });
  });
});

test("a column may have the name of what every object has", async () => {
  const [table] = await tablesAfter(
    'CREATE TABLE odd (id INTEGER PRIMARY KEY, "__proto__", "constructor")',
    "INSERT INTO odd VALUES (1, 'a', NULL)",
  );
  expect(Object.entries(table?.rows[0]?.after ?? {})).toEqual([
    ["id", 1n],
    ["__proto__", "a"],
    ["constructor", null],
  ]);
});
