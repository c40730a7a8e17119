import { describe, expect, test } from "vitest";
import { canonicalSql, createdName, tokensOf } from "./sql-tokens.ts";
import { uniqueOf } from "./table-facts.ts";

const words = (sql: string) => tokensOf(sql).flatMap(({ kind, text }) => (kind === "word" ? [text] : []));

describe("a text in SQL", () => {
  test.for([
    `"check" TEXT`,
    "[check] TEXT",
    "`check` TEXT",
    "a DEFAULT 'CHECK ('",
    "a DEFAULT 'it''s CHECK'",
    `"a""check" TEXT`,
    "a -- CHECK (a)\n TEXT",
    "a /* CHECK\n */ TEXT",
    "checked TEXT",
    "a$check TEXT",
    "récheck TEXT",
  ])("has no word CHECK in %s", (column) => {
    expect(words(`CREATE TABLE t (${column})`).map((word) => word.toLowerCase())).not.toContain("check");
  });

  test("is the same in another spacing, case, quoting and with comments, but not with another string", () => {
    const one = canonicalSql("CREATE TABLE IF NOT EXISTS [my t](a INTEGER primary key,b TEXT DEFAULT 'X' /* b */)");
    expect(canonicalSql(`create table "My t" (a integer PRIMARY KEY, b text default 'X')`)).toBe(one);
    expect(canonicalSql(`create table "My t" (a integer PRIMARY KEY, b text default 'x')`)).not.toBe(one);
  });

  test.for([
    ["CREATE TABLE t (a)", "t"],
    ["create unique index if not exists main.[an i] on t (a)", "an i"],
    [`CREATE VIEW "a ""v""" AS SELECT 1`, 'a "v"'],
  ])("%s names %s", ([sql = "", name]) => {
    expect(createdName(sql).text).toBe(name);
  });

  test("of a unique index is cut into terms and condition", () => {
    expect(uniqueOf("CREATE UNIQUE INDEX i ON t (a COLLATE NOCASE DESC, substr(b, 1, 2) ASC) WHERE (a > 1)")).toEqual({
      terms: ["a COLLATE NOCASE", "substr(b, 1, 2)"],
      where: " (a > 1)",
    });
  });
});
