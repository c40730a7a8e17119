import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { dump } from "../../../../../test/parts/consistency.ts";
import { Hand } from "../../../../../test/parts/hand.ts";
import { OPTIONS } from "../../../../../test/parts/merged.ts";
import { Shelf } from "../../../../../test/parts/rebase.ts";
import { makeTempDir } from "../../../../../test/parts/temp.ts";
import { writeTables } from "../../../../../test/parts/user-tables.ts";
import type { ConflictPolicy } from "../../config/types.ts";
import { IDENTITY, type IdMap } from "../../replica/id-map.ts";
import { Database } from "../../replica/sqlite.ts";
import { changeStatements } from "../../sync/commit-steps.ts";
import { tableGuards } from "../../sync/table-guards.ts";
import { missingInTables } from "../../sync/table-read-back.ts";
import { diff } from "../diff.ts";
import { openSides } from "../side.ts";
import { merge } from "./merge.ts";

const RUNS = Number(process.env.AGENTFS_SYNC_RUNS ?? 100);

let shelf: Shelf;
let origin: string;
beforeAll(async () => {
  shelf = new Shelf(await makeTempDir());
  origin = await writeTables();
});

const id = fc.integer({ min: 1, max: 5 });
/** Of few values, so that they collide; some differ by case or storage class alone. */
const value = fc.constantFrom("1", "1.0", "'a'", "'A'", "'b'", "x'61'", "NULL", "9007199254740993");
const name = fc.constantFrom("'ann'", "'ANN'", "'bob'", "'eve'", "1");

/** What a program writes; what SQLite would refuse it leaves. */
const statement = fc.oneof(
  fc.tuple(id, value).map(([n, v]) => `INSERT OR IGNORE INTO notes VALUES (${n}, ${v})`),
  value.map((v) => `INSERT INTO notes (text) VALUES (${v})`),
  fc.tuple(id, value).map(([n, v]) => `UPDATE notes SET text = ${v} WHERE id = ${n}`),
  id.map((n) => `DELETE FROM notes WHERE id = ${n}`),
  fc.tuple(id, id).map(([n, m]) => `UPDATE OR IGNORE notes SET id = ${m} WHERE id = ${n}`),
  fc.tuple(id, name).map(([n, v]) => `INSERT OR IGNORE INTO tags VALUES (${n}, ${v})`),
  fc.tuple(id, id).map(([n, m]) => `UPDATE OR IGNORE tags SET note = ${m} WHERE note = ${n}`),
  fc.tuple(value, value).map(([a, b]) => `INSERT INTO log VALUES (${a}, ${b})`),
  fc.tuple(value, value).map(([a, b]) => `UPDATE log SET at = ${a} WHERE line = ${b}`),
  id.map((n) => `DELETE FROM log WHERE rowid = ${n}`),
  fc.tuple(name, value).map(([n, v]) => `INSERT OR IGNORE INTO users VALUES (${n}, ${v})`),
  fc.tuple(name, value).map(([n, v]) => `UPDATE OR IGNORE users SET mail = ${v} WHERE name = ${n}`),
  fc.tuple(name, name).map(([n, m]) => `UPDATE OR IGNORE users SET name = ${m} WHERE name = ${n}`),
  name.map((n) => `DELETE FROM users WHERE name = ${n}`),
  fc.constant("CREATE UNIQUE INDEX IF NOT EXISTS u ON users (lower(name)) WHERE mail IS NOT NULL"),
);
const program = fc.array(statement, { maxLength: 12 });

function written(from: string, statements: readonly string[]): string {
  const path = shelf.copy(from);
  using hand = new Hand(path);
  for (const sql of statements) {
    // A unique index cannot be made over every state that the programs come to.
    if (
      sql.startsWith("CREATE") &&
      hand.db.prepare("SELECT 1 FROM users WHERE mail IS NOT NULL GROUP BY lower(name) HAVING count(*) > 1").get()
    )
      continue;
    try {
      hand.sql(sql);
    } catch (error) {
      if (!String(error).includes("UNIQUE")) throw error;
    }
  }
  return path;
}

/** What a push does but for the network. */
function push(from: string, ours: string, remote: string, map: IdMap, policy: ConflictPolicy, suffix: string) {
  using sides = openSides(from, ours, remote);
  const { plan, conflicts } = merge(diff(from, ours), sides, { ...OPTIONS, map, policy, suffix });
  const after = shelf.copy(remote);
  using source = Database.openImmutable(from);
  source.attachImmutable(ours, "ours");
  {
    using hand = new Hand(after);
    for (const guard of tableGuards(plan)) {
      const held = hand.db.prepare(`SELECT (${guard.sql}) AS held`).get(...guard.args)?.["held"];
      expect([guard.name, held]).toEqual([guard.name, 1]);
    }
    for (const { sql, args = [] } of changeStatements(plan, source)) hand.sql(sql, ...args);
  }
  using result = Database.openImmutable(after);
  expect(missingInTables(result, plan)).toBeNull();
  return { plan, conflicts, after };
}

/** Null where the schemas do not fit. */
function unlessSchemas<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    expect(error).toMatchObject({ code: "schema-conflict" });
    return null;
  }
}

function indexed(path: string): boolean {
  using database = Database.openImmutable(path);
  return database.get("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'u'") !== undefined;
}

const OTHERS = /^(sqlite_|fs_|kv_store$|tool_calls$)/;

test("I3: what two programs did to tables is committed without an error, and rows that only one of them has touched are as it left them", () => {
  fc.assert(
    fc.property(
      program,
      program,
      program,
      fc.constantFrom<ConflictPolicy[]>("keep-both", "ours", "theirs"),
      (here, there, later, policy) => {
        const [ours, theirs] = [written(origin, here), written(origin, there)];
        const pushed = unlessSchemas(() => push(origin, ours, theirs, IDENTITY, policy, "first"));
        if (pushed === null) return;
        const [start, mine, other, both] = [origin, ours, theirs, pushed.after].map((path) => dump(path, OTHERS));
        // An index is a change as well: a row of the other side may not fit it.
        if (indexed(theirs) === indexed(origin) && isDeepStrictEqual(start, other)) expect(both).toEqual(mine);
        if (indexed(ours) === indexed(origin) && isDeepStrictEqual(start, mine)) expect(both).toEqual(other);
        // Rows are lost only where a conflict says so.
        if (pushed.conflicts.length === 0) {
          for (const line of other?.["users"] ?? []) {
            if (start?.["users"]?.includes(line) !== true) expect(both?.["users"]).toContain(line);
          }
        }
        expect(both?.["log"]?.length).toBe(
          (other?.["log"]?.length ?? 0) +
            pushed.plan.tables
              .flatMap(({ table, rows }) => (table === "log" ? rows : []))
              .reduce((sum, { before, after }) => sum + Number(after !== null) - Number(before !== null), 0),
        );
        // The same working copy goes on and pushes again, and another machine has written meanwhile.
        unlessSchemas(() => push(ours, written(ours, later), written(pushed.after, here), pushed.plan.map, policy, "second"));
      },
    ),
    { numRuns: RUNS },
  );
});
