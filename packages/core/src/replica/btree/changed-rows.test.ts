import { copyFileSync, linkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { makeTempDir } from "../../../../../test/parts/temp.ts";
import { PAGE_SIZE_BYTES, type Page } from "../../remote/pages.ts";
import { layPages } from "../image/layer.ts";
import { PageSource } from "../image/page-source.ts";
import { Database, quickCheck } from "../sqlite.ts";
import { changedRows } from "./changed-rows.ts";

function write(path: string, sql: string): void {
  using db = new DatabaseSync(path);
  db.exec(sql);
}

/** Rows of which four fill a page of an index. */
const rows = (count: number, from = 0) =>
  `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count}) SELECT printf('%0900d', i + ${from}) FROM c`;

function readPage(source: PageSource, index: number): Buffer {
  const bytes = Buffer.alloc(PAGE_SIZE_BYTES);
  source.read(index, 1, bytes);
  return bytes;
}

test.for([
  [
    "an index that has the name of a table that is gone",
    `CREATE TABLE long (text); CREATE TABLE name (id); INSERT INTO name VALUES (1), (2); INSERT INTO long ${rows(4)}`,
    `DROP TABLE name; CREATE TABLE gap (id); CREATE INDEX name ON long (text); DROP TABLE gap; INSERT INTO long ${rows(12, 4)}`,
  ],
  [
    "a table without row numbers that has the name of one with them",
    "CREATE TABLE name (id); INSERT INTO name VALUES (1), (2)",
    `CREATE TABLE gap (id); DROP TABLE name; CREATE TABLE other (id); CREATE TABLE name (text PRIMARY KEY) WITHOUT ROWID; DROP TABLE other;
     INSERT INTO name ${rows(12)}`,
  ],
  [
    "an index that was of another table",
    `CREATE TABLE one (text); CREATE TABLE two (text); CREATE INDEX name ON one (text); INSERT INTO one ${rows(2)}; INSERT INTO two ${rows(3)}`,
    "DROP INDEX name; CREATE INDEX name ON two (text)",
  ],
] as const)("a page that did not arrive is missed also in %s", async ([, earlier, later]) => {
  const folder = await makeTempDir();
  const [before, after] = [join(folder, "before.db"), join(folder, "after.db")];
  write(before, earlier);
  copyFileSync(before, after);
  write(after, later);
  using prior = PageSource.ofFile(before);
  using source = PageSource.ofFile(after);
  const pages = Array.from({ length: source.pageCount }, (_, index): Page => ({ index, bytes: readPage(source, index) }));
  let doubts = 0;
  for (let lost = 1; lost < prior.pageCount; lost++) {
    if (readPage(prior, lost).equals(readPage(source, lost))) continue;
    const damaged = join(folder, `damaged-${lost}.db`);
    linkSync(before, `${damaged}.main`);
    const arrived = (async function* () {
      yield pages.filter(({ index }) => index !== lost);
    })();
    const header = { revision: "", replacesBase: false, pageCount: source.pageCount };
    await layPages(prior, { header, pages: arrived }, damaged);
    if (changedRows(before, damaged) === null) doubts++;
    else {
      using db = Database.openImmutable(damaged);
      expect(quickCheck(db)).toBeNull();
    }
  }
  expect(doubts).toBeGreaterThan(0);
});
