import { beforeAll, describe, expect, test } from "vitest";
import { changed, type Hand } from "../../../../../test/parts/hand.ts";
import { merged, OPTIONS } from "../../../../../test/parts/merged.ts";
import { run, writeTables } from "../../../../../test/parts/user-tables.ts";
import type { ConflictPolicy } from "../../config/types.ts";
import type { IdMap } from "../../replica/id-map.ts";
import type { TableWrites } from "./types.ts";
import { isEmptyPlan } from "./types.ts";

const FIRST_NEW = 2n + (1n << 20n);

let origin: string;
beforeAll(async () => {
  origin = await writeTables();
});

const policies = (...list: ConflictPolicy[]) => list;
const rowsOf = (tables: readonly TableWrites[], name: string) => tables.find(({ table }) => table === name)?.rows ?? [];
const afters = (tables: readonly TableWrites[], name: string) => rowsOf(tables, name).map(({ after }) => after);

describe("R1: rows with different keys are both there", () => {
  test.for<[table: string, ours: string, theirs: string, after: object]>([
    ["notes", "INSERT INTO notes VALUES (7, 'ours')", "INSERT INTO notes VALUES (8, 'theirs')", { id: 7n, text: "ours" }],
    ["notes", "UPDATE notes SET text = 3.0 WHERE id = 1", "UPDATE notes SET text = 'x' WHERE id = 2", { id: 1n, text: 3 }],
    ["tags", "INSERT INTO tags VALUES (1, 'blue')", "DELETE FROM tags", { note: 1n, tag: "blue" }],
    ["users", "INSERT INTO users VALUES ('eve', NULL)", "INSERT INTO users VALUES ('joe', NULL)", { name: "eve", mail: null }],
  ])("in %s: %s, and there: %s", async ([table, ours, theirs, after]) => {
    for (const policy of policies("fail", "keep-both")) {
      const { plan, conflicts } = await merged(origin, run(ours), run(theirs), { policy });
      expect(conflicts).toEqual([]);
      expect(afters(plan.tables, table)).toEqual([after]);
    }
  });

  test.for([
    "INSERT INTO notes VALUES (7, 'same')",
    "UPDATE notes SET text = 3 WHERE id = 1",
    "DELETE FROM notes WHERE id = 2",
    "INSERT INTO users VALUES ('eve', 'e@x')",
  ])("and what both did alike is nothing to do: %s", async (sql) => {
    const { plan, conflicts } = await merged(origin, run(sql), run(sql));
    expect([conflicts, isEmptyPlan(plan)]).toEqual([[], true]);
  });

  test("a column that only the remote has keeps what it holds there", async () => {
    const { plan } = await merged(
      origin,
      run("UPDATE notes SET text = 'ours' WHERE id = 1", "INSERT INTO notes VALUES (7, 'new')"),
      run("ALTER TABLE notes ADD COLUMN mood TEXT DEFAULT 'fine'"),
    );
    expect(afters(plan.tables, "notes")).toEqual([
      { id: 1n, text: "ours", mood: "fine" },
      { id: 7n, text: "new" },
    ]);
  });
});

test("a row of 999 columns is known by all of them", async () => {
  const columns = Array.from({ length: 999 }, (_, index) => `c${index}`);
  const wide = await changed(origin, run(`CREATE TABLE wide (${columns})`, "INSERT INTO wide (c0) VALUES (1), (2)"));
  const { plan } = await merged(wide, run("UPDATE wide SET c998 = 'ours' WHERE c0 = 1"), run("DELETE FROM wide WHERE c0 = 2"));
  expect(afters(plan.tables, "wide")).toEqual([null, expect.objectContaining({ c0: 1n, c998: "ours" })]);
});

describe("R2: new rows under one INTEGER PRIMARY KEY are both there", () => {
  const ours = run("INSERT INTO notes VALUES (3, 'ours')", "INSERT INTO tags VALUES (3, 'o'), (1, 'o')");
  const theirs = run("INSERT INTO notes VALUES (3, 'theirs')", "INSERT INTO tags VALUES (3, 't')");

  test("ours gets a new number, what refers to it follows, and the map says so", async () => {
    const { plan, conflicts } = await merged(origin, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(afters(plan.tables, "notes")).toEqual([{ id: FIRST_NEW + 1n, text: "ours" }]);
    expect(afters(plan.tables, "tags")).toEqual([
      { note: FIRST_NEW + 1n, tag: "o" },
      { note: 1n, tag: "o" },
    ]);
    expect(plan.map.rows).toEqual(new Map([["notes", new Map([[3n, FIRST_NEW + 1n]])]]));
  });

  test("in later pushes the row is known again", async () => {
    const rows = new Map([["notes", new Map([[3n, 500n]])]]);
    const map: IdMap = { ...OPTIONS.map, rows };
    const base = await changed(origin, ours);
    const remote = (hand: Hand) => {
      hand.sql("UPDATE notes SET id = 500 WHERE id = 3");
      hand.sql("UPDATE tags SET note = 500 WHERE note = 3");
      theirs(hand);
    };
    const again = run(
      "UPDATE notes SET text = 'more' WHERE id = 3",
      "INSERT INTO tags VALUES (3, 'p')",
      "DELETE FROM tags WHERE tag = 'o'",
    );
    const { plan, conflicts } = await merged(base, again, remote, { map });
    expect(conflicts).toEqual([]);
    expect(rowsOf(plan.tables, "notes")).toEqual([{ before: { id: 500n, text: "ours" }, after: { id: 500n, text: "more" } }]);
    expect(afters(plan.tables, "tags")).toContainEqual({ note: 500n, tag: "p" });
    expect(rowsOf(plan.tables, "tags")).toContainEqual({ before: { note: 500n, tag: "o" }, after: null });
    const gone = await merged(base, run("DELETE FROM notes WHERE id = 3"), remote, { map });
    expect(rowsOf(gone.plan.tables, "notes")).toEqual([{ before: { id: 500n, text: "ours" }, after: null }]);
    expect(gone.plan.map.rows).toEqual(new Map());
  });

  test("after the number that SQLite gave out last, if that is higher", async () => {
    const counted = await changed(origin, run("CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, n)"));
    const { plan } = await merged(
      counted,
      run("INSERT INTO jobs (n) VALUES ('ours')"),
      run("INSERT INTO jobs VALUES (1, 'theirs'), (900, 'gone')", "DELETE FROM jobs WHERE id = 900"),
    );
    expect(afters(plan.tables, "jobs")).toEqual([{ id: 900n + (1n << 20n), n: "ours" }]);
  });

  test("a key that refers to another row goes where that row goes, and a tree keeps its shape", async () => {
    const deep = await changed(
      origin,
      run(
        "CREATE TABLE bodies (id INTEGER PRIMARY KEY REFERENCES notes, body TEXT)",
        "CREATE TABLE marks (body INTEGER REFERENCES bodies (id), m TEXT)",
        "CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree, n TEXT)",
      ),
    );
    const { plan, conflicts } = await merged(
      deep,
      run(
        "INSERT INTO notes VALUES (3, 'ours')",
        "INSERT INTO bodies VALUES (3, 'o')",
        "INSERT INTO marks VALUES (3, 'm')",
        "INSERT INTO tree VALUES (1, NULL, 'root'), (2, 1, 'leaf')",
      ),
      run(
        "INSERT INTO notes VALUES (3, 'theirs')",
        "INSERT INTO bodies VALUES (3, 't')",
        "INSERT INTO tree VALUES (1, NULL, 'other')",
      ),
    );
    expect(conflicts).toEqual([]);
    const number = FIRST_NEW + 1n;
    expect(afters(plan.tables, "bodies")).toEqual([{ id: number, body: "o" }]);
    expect(afters(plan.tables, "marks")).toEqual([{ body: number, m: "m" }]);
    expect(afters(plan.tables, "tree")).toEqual([
      { id: FIRST_NEW, up: null, n: "root" },
      { id: 2n, up: FIRST_NEW, n: "leaf" },
    ]);
  });

  test("references to files, entries and tool calls of ours follow the numbers that these get", async () => {
    const own = await changed(
      origin,
      run(
        "CREATE TABLE about_files (ino INTEGER PRIMARY KEY REFERENCES fs_inode (ino), note)",
        "CREATE TABLE about_calls (call REFERENCES tool_calls, entry INTEGER REFERENCES fs_dentry (id))",
      ),
    );
    const { plan } = await merged(own, (hand) => {
      const ino = hand.file("/new", "n");
      hand.call("new");
      hand.sql("INSERT INTO about_files VALUES (?, 'new'), (2, 'old')", ino);
      hand.sql("INSERT INTO about_calls SELECT max(tool_calls.id), max(fs_dentry.id) FROM tool_calls, fs_dentry");
    });
    expect(afters(plan.tables, "about_files")).toEqual([
      { ino: 2n, note: "old" },
      { ino: plan.lowest.inode, note: "new" },
    ]);
    expect(afters(plan.tables, "about_calls")).toEqual([{ call: plan.lowest.toolCall, entry: plan.lowest.entry }]);
    expect([...plan.map.rows.keys()]).toEqual(["about_files"]);
  });

  test("but at the end of all numbers two rows under one are a conflict", async () => {
    const insert = (side: string) => run(`INSERT INTO notes VALUES (9223372036854775807, '${side}')`);
    expect((await merged(origin, insert("ours"), insert("theirs"))).conflicts).toMatchObject([
      { path: "notes:9223372036854775807" },
    ]);
  });

  test("of a folder that was copied and pushed, rows alike are the same rows", async () => {
    const copied = (hand: Hand) => {
      hand.sql("INSERT INTO notes VALUES (3, 'theirs'), (700, 'ours')");
      hand.sql("INSERT INTO tags VALUES (700, 'o'), (1, 'o')");
      hand.sql("INSERT INTO log VALUES ('n', 1), ('n', 1)");
    };
    const write = (hand: Hand) => {
      ours(hand);
      hand.sql("INSERT INTO log VALUES ('n', 1), ('n', 1), ('n', 1)");
    };
    const { plan, conflicts } = await merged(origin, write, copied, { sameCalls: true });
    expect(conflicts).toEqual([]);
    expect(plan.tables).toMatchObject([{ table: "log", rows: [{ before: null, after: { line: "n" } }] }]);
    expect(plan.map.rows).toEqual(new Map([["notes", new Map([[3n, 700n]])]]));
  });
});

describe("R5: rows of a table without a primary key are counted", () => {
  const line = (text: string, at: bigint) => ({ line: text, at });

  test("what ours adds is added, also if theirs has added the same", async () => {
    const add = run("INSERT INTO log VALUES ('n', 1), ('n', 1)");
    const { plan, conflicts } = await merged(origin, add, add);
    expect(conflicts).toEqual([]);
    expect(afters(plan.tables, "log")).toEqual([line("n", 1n), line("n", 1n)]);
  });

  test("what ours removes is removed, as often as it is still there", async () => {
    const all = run("DELETE FROM log WHERE line = 'a'");
    const one = run("DELETE FROM log WHERE rowid = 1");
    const gone = (rowid: bigint) => ({ before: { rowid, ...line("a", 1n) }, after: null });
    expect(rowsOf((await merged(origin, all)).plan.tables, "log")).toEqual([gone(1n), gone(2n)]);
    expect(rowsOf((await merged(origin, one)).plan.tables, "log")).toEqual([gone(1n)]);
    expect(rowsOf((await merged(origin, all, one)).plan.tables, "log")).toEqual([gone(2n)]);
    expect((await merged(origin, all, all)).plan.tables).toEqual([]);
  });

  test("a row that changed is another row, and REAL 2.0 is not INTEGER 2", async () => {
    const { plan } = await merged(
      origin,
      run("UPDATE log SET at = 2.0 WHERE line = 'b'"),
      run("UPDATE log SET line = 'c' WHERE at = 1"),
    );
    expect(rowsOf(plan.tables, "log")).toEqual([
      { before: { rowid: 3n, ...line("b", 2n) }, after: null },
      { before: null, after: { line: "b", at: 2 } },
    ]);
  });
});
