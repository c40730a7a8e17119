import { copyFileSync, linkSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_SIZE_BYTES, type Page } from "../../remote/pages.ts";
import { layPages } from "../image/layer.ts";
import { PageSource } from "../image/page-source.ts";
import { Database, quickCheck } from "../sqlite.ts";
import { changedRows } from "./changed-rows.ts";

const TABLES = ["a", "b", "c"] as const;
const table = fc.constantFrom(...TABLES);
const small = fc.integer({ min: 0, max: 40 });
const sizeBytes = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 9000, max: 30_000 }));
const statement = fc.oneof(
  fc.tuple(table, small, sizeBytes).map(([t, id, size]) => `INSERT INTO ${t} (id, data) VALUES (${id}, randomblob(${size}))`),
  fc
    .tuple(table, small)
    .map(([t, id]) => `UPDATE ${t} SET data = CAST(x'09' || substr(data, 2) AS BLOB) WHERE id % 7 = ${id % 7}`),
  fc.tuple(table, small).map(([t, id]) => `DELETE FROM ${t} WHERE id % 11 = ${id % 11}`),
  table.map((t) => `DELETE FROM ${t}`),
  table.map((t) => `DROP TABLE ${t}`),
  table.map((t) => `CREATE TABLE ${t} (id INTEGER, data BLOB)`),
  fc.tuple(table, table).map(([t, other]) => `ALTER TABLE ${t} RENAME TO ${other}`),
  fc.tuple(table, small).map(([t, n]) => `CREATE INDEX ${t}_${n % 3} ON ${t} (id) ${n % 3 === 0 ? "WHERE id > 5" : ""}`),
  fc.constant("VACUUM"),
);
const statements = fc.array(statement, { minLength: 1, maxLength: 12 });

/** Each as far as it can be done in the state that is there. */
function write(path: string, list: readonly string[]): void {
  using db = new DatabaseSync(path);
  for (const sql of list) {
    try {
      db.exec(sql);
    } catch (error) {
      expect(String(error)).toMatch(/no such table|already exists|already another/);
    }
  }
}

/** What a server sends that knows of the base's pages only what it had in common with its own: not all that are other ones. */
async function* differing(
  from: PageSource,
  common: PageSource,
  base: PageSource,
  isLost: () => boolean,
): AsyncGenerator<readonly Page[]> {
  const [bytes, was] = [Buffer.alloc(PAGE_SIZE_BYTES), Buffer.alloc(PAGE_SIZE_BYTES)];
  for (let index = 0; index < from.pageCount; index++) {
    from.read(index, 1, bytes);
    const isNew = index >= base.pageCount;
    if (!isNew && ((common.read(index, 1, was) === 1 && was.equals(bytes)) || (index > 0 && isLost()))) continue;
    yield [{ index, bytes: Buffer.from(bytes) }];
  }
}

async function lay(
  folder: string,
  main: string,
  prior: PageSource,
  pageCount: number,
  pages: AsyncGenerator<readonly Page[]>,
): Promise<string> {
  const path = join(folder, `${Math.random()}.db`);
  linkSync(main, `${path}.main`);
  await layPages(prior, { header: { revision: "", replacesBase: false, pageCount }, pages }, path);
  return path;
}

test("pages of another history over a base are never taken for whole where SQLite's own check finds fault with them", async () => {
  let doubts = 0;
  await fc.assert(
    fc.asyncProperty(
      statements,
      statements,
      statements,
      fc.infiniteStream(fc.nat(9)),
      fc.nat(9),
      async (first, ours, theirs, draw, most) => {
        const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-histories-"));
        try {
          const [common, one, other] = ["common", "one", "other"].map((name) => join(folder, name)) as [string, string, string];
          const rows =
            "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60) SELECT i, randomblob(i * 100) FROM c";
          write(
            common,
            TABLES.flatMap((t) => [`CREATE TABLE ${t} (id INTEGER, data BLOB)`, `INSERT INTO ${t} ${rows}`]),
          );
          write(common, first);
          for (const copy of [one, other]) copyFileSync(common, copy);
          write(one, ours);
          write(other, theirs);
          using before = PageSource.ofFile(common);
          using mine = PageSource.ofFile(one);
          const base = await lay(
            folder,
            common,
            before,
            mine.pageCount,
            differing(mine, before, before, () => false),
          );
          using prior = PageSource.ofImage(base);
          using from = PageSource.ofFile(other);
          const isLost = () => draw.next().value < most;
          const mixed = await lay(folder, common, prior, from.pageCount, differing(from, before, prior, isLost));
          if (changedRows(base, mixed) === null) {
            doubts++;
            return;
          }
          using db = Database.openImmutable(mixed);
          expect(quickCheck(db)).toBeNull();
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(doubts).toBeGreaterThan(0);
});
