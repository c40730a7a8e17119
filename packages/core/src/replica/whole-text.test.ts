import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { prepare } from "./whole-text.ts";

/** On a Node.js that cuts it, `oldest-node.test.ts` reads it. */
test.each([false, true])("the answer to a query is the same with the bytes of its TEXT (as lists: %s)", (givesLists) => {
  using db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a, __proto__, b)");
  db.exec(
    `INSERT INTO t VALUES (1, 'a' || char(0) || 'é', x'6100', -0.0), (2, NULL, '', 9223372036854775807), (3, char(0), 1.5, 'b')`,
  );
  const queries = [
    ["SELECT * FROM t WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC", "[1,2,3,4]"],
    ["WITH listed (id) AS (SELECT value FROM json_each(?)) SELECT a, a AS a, count(*) FROM t GROUP BY a -- all", "[]"],
    ["SELECT id FROM t WHERE a IS ? LIMIT 1", "a\0é"],
    ["SELECT id FROM t WHERE a = ?", "nowhere"],
    ["PRAGMA encoding"],
  ] as const;
  for (const [sql, ...args] of queries) {
    const [plain, whole] = [prepare(db, sql, givesLists, false), prepare(db, sql, givesLists, true)];
    expect(whole.all(...args)).toEqual(plain.all(...args));
    expect(whole.get(...args)).toEqual(plain.get(...args));
    expect([...(whole.iterate(...args) as Iterable<unknown>)]).toEqual(plain.all(...args));
  }
});
