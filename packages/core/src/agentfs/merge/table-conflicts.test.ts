import { beforeAll, describe, expect, test } from "vitest";
import { changed } from "../../../../../test/parts/hand.ts";
import { merged, OPTIONS } from "../../../../../test/parts/merged.ts";
import { run, writeTables } from "../../../../../test/parts/user-tables.ts";
import type { ConflictPolicy } from "../../config/types.ts";
import type { TableWrites } from "./types.ts";

let origin: string;
beforeAll(async () => {
  origin = await writeTables();
});

const policies = (...list: ConflictPolicy[]) => list;
const rowsOf = (tables: readonly TableWrites[], name: string) => tables.find(({ table }) => table === name)?.rows ?? [];
const afters = (tables: readonly TableWrites[], name: string) => rowsOf(tables, name).map(({ after }) => after);

interface Clash {
  readonly name: string;
  readonly table: string;
  readonly path: string;
  readonly did: readonly [ours: string, theirs: string];
  readonly ours: string;
  readonly theirs: string;
  /** What is written with the policy `ours`. */
  readonly written: readonly { before: object | null; after: object | null }[];
  /** What the conflict file says of the row that collides. */
  readonly kept: object;
}

const CLASHES: readonly Clash[] = [
  {
    name: "one row changed otherwise",
    table: "notes",
    path: "notes:1",
    did: ["changed", "changed"],
    ours: "UPDATE notes SET text = 9007199254740993 WHERE id = 1",
    theirs: "UPDATE notes SET text = x'00ff' WHERE id = 1",
    written: [{ before: { id: 1n, text: Uint8Array.of(0, 255) }, after: { id: 1n, text: 9007199254740993n } }],
    kept: {
      table: "notes",
      key: { id: 1 },
      origin: { id: 1, text: "one" },
      ours: { id: 1, text: { integer: "9007199254740993" } },
      theirs: { id: 1, text: { blob: "AP8=" } },
    },
  },
  {
    name: "new rows under one other key",
    table: "users",
    path: "users:eve",
    did: ["created", "created"],
    ours: "INSERT INTO users VALUES ('eve', 'e@x')",
    theirs: "INSERT INTO users VALUES ('eve', 'e@y')",
    written: [{ before: { name: "eve", mail: "e@y" }, after: { name: "eve", mail: "e@x" } }],
    kept: {
      table: "users",
      key: { name: "eve" },
      origin: null,
      ours: { name: "eve", mail: "e@x" },
      theirs: { name: "eve", mail: "e@y" },
    },
  },
  {
    name: "a unique value that the other side has taken, in its own case",
    table: "users",
    path: "users:eve",
    did: ["created", "changed"],
    ours: "INSERT INTO users VALUES ('eve', 'new@x')",
    theirs: "INSERT INTO users VALUES ('joe', 'NEW@x')",
    written: [
      { before: null, after: { name: "eve", mail: "new@x" } },
      { before: { name: "joe", mail: "NEW@x" }, after: null },
    ],
    kept: {
      table: "users",
      key: { name: "eve" },
      origin: null,
      ours: { name: "eve", mail: "new@x" },
      theirs: { name: "joe", mail: "NEW@x" },
    },
  },
];

describe("R3: a conflict, by policy", () => {
  test.for(CLASHES)("$name", async ({ table, path, did, ours, theirs, written, kept }) => {
    const [oursDid, theirsDid] = did;
    const both = await merged(origin, run(ours), run(theirs), { policy: "keep-both" });
    const file = `${table}.conflict-${OPTIONS.suffix}.json`;
    expect(both.conflicts).toMatchObject([
      { kind: "row", path, ours: oursDid, theirs: theirsDid, resolution: "keep-both", oursAt: `/${file}` },
    ]);
    expect(both.plan.tables).toEqual([]);
    expect(both.plan.entries.insert).toMatchObject([{ name: file, parentIno: 1n }]);
    const [{ source }] = both.plan.contents as unknown as [{ source: { bytes: Uint8Array } }];
    expect(JSON.parse(Buffer.from(source.bytes).toString())).toEqual([kept]);

    const mine = await merged(origin, run(ours), run(theirs), { policy: "ours" });
    expect(mine.conflicts).toMatchObject([{ path, resolution: "ours" }]);
    expect(mine.plan.tables).toMatchObject([{ table, key: Object.keys((kept as { key: object }).key), rows: written }]);

    for (const policy of policies("theirs", "fail")) {
      const result = await merged(origin, run(ours), run(theirs), { policy });
      expect(result.conflicts).toMatchObject([{ path, resolution: policy, oursAt: null }]);
      expect([result.plan.tables, result.plan.contents]).toEqual([[], []]);
    }
  });

  test.for<[name: string, index: string, ours: string, theirs: string, collides: boolean]>([
    ["an expression", "CREATE UNIQUE INDEX u ON log (lower(line), at)", "('X', 9)", "('x', 9)", true],
    ["a condition that both meet", "CREATE UNIQUE INDEX u ON log (at) WHERE at > 5", "('x', 9)", "('y', 9)", true],
    ["a condition that neither meets", "CREATE UNIQUE INDEX u ON log (at) WHERE at > 99", "('x', 9)", "('y', 9)", false],
    ["NULL", "CREATE UNIQUE INDEX u ON log (at, line)", "('x', NULL)", "('x', NULL)", false],
    ["one of two columns only", "CREATE UNIQUE INDEX u ON log (line, at DESC)", "('x', 9)", "('x', 8)", false],
  ])("with a unique index on %s", async ([, index, ours, theirs, collides]) => {
    const indexed = await changed(origin, run("DELETE FROM log", index));
    const insert = (values: string) => run(`INSERT INTO log VALUES ${values}`);
    const { plan, conflicts } = await merged(indexed, insert(ours), insert(theirs));
    expect(conflicts).toHaveLength(collides ? 1 : 0);
    expect(plan.tables).toHaveLength(collides ? 0 : 1);
  });

  test("with `ours`, a row that takes the place of two of theirs is one conflict, and both go", async () => {
    const { plan, conflicts } = await merged(
      origin,
      run("INSERT INTO users VALUES ('eve', 'e@x')"),
      run("INSERT INTO users VALUES ('eve', 'e@y'), ('joe', 'E@X')"),
      { policy: "ours" },
    );
    expect(conflicts).toMatchObject([{ path: "users:eve", resolution: "ours" }]);
    expect(rowsOf(plan.tables, "users")).toEqual([
      { before: { name: "eve", mail: "e@y" }, after: { name: "eve", mail: "e@x" } },
      { before: { name: "joe", mail: "E@X" }, after: null },
    ]);
  });

  test("what is left out may hold back what relied on it", async () => {
    // Ours exchanges the addresses of two users; theirs changes one of the two.
    const swap = run(
      "UPDATE users SET mail = 'tmp' WHERE name = 'ann'",
      "UPDATE users SET mail = 'a@x' WHERE name = 'bob'",
      "UPDATE users SET mail = 'b@x' WHERE name = 'ann'",
    );
    const alone = await merged(origin, swap);
    expect(afters(alone.plan.tables, "users")).toEqual([
      { name: "ann", mail: "b@x" },
      { name: "bob", mail: "a@x" },
    ]);
    const { plan, conflicts } = await merged(origin, swap, run("UPDATE users SET mail = 'new' WHERE name = 'bob'"), {
      policy: "keep-both",
    });
    expect(conflicts.map(({ path }) => path)).toEqual(["users:bob"]);
    expect(afters(plan.tables, "users")).toEqual([{ name: "ann", mail: "b@x" }]);
    const held = await merged(
      origin,
      run("UPDATE users SET mail = 'c@x' WHERE name = 'ann'", "UPDATE users SET mail = 'a@x' WHERE name = 'bob'"),
      run("DELETE FROM users WHERE name = 'ann'", "INSERT INTO users VALUES ('ann', 'a@x'), ('z', 'c@x')"),
      { policy: "keep-both" },
    );
    expect(held.conflicts.map(({ path }) => path)).toEqual(["users:ann", "users:bob"]);
    expect(held.plan.tables).toEqual([]);
  });
});

describe("R4: a row changed on one side and deleted on the other stays, under every policy", () => {
  const [change, remove] = [run("UPDATE notes SET text = 'edited' WHERE id = 1"), run("DELETE FROM notes WHERE id = 1")];

  test.for(policies("keep-both", "ours", "theirs"))("with %s", async (policy) => {
    const back = await merged(origin, change, remove, { policy });
    expect(back.conflicts).toMatchObject([{ path: "notes:1", ours: "changed", theirs: "removed", resolution: "ours" }]);
    expect(rowsOf(back.plan.tables, "notes")).toEqual([{ before: null, after: { id: 1n, text: "edited" } }]);
    const stays = await merged(origin, remove, change, { policy });
    expect(stays.conflicts).toMatchObject([{ path: "notes:1", ours: "removed", theirs: "changed", resolution: "theirs" }]);
    expect(stays.plan.tables).toEqual([]);
  });
});
