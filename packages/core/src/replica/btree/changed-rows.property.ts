import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_SIZE_BYTES, type Page } from "../../remote/pages.ts";
import { copyImage } from "../image/image.ts";
import { canLayOver, layDifference, layPages } from "../image/layer.ts";
import { isLayered } from "../image/names.ts";
import { PageSource } from "../image/page-source.ts";
import { Database, quickCheck } from "../sqlite.ts";
import { changedRows } from "./changed-rows.ts";

const TABLES = ["content", "keyed", "listed", "without"] as const;

const SCHEMA = `
  CREATE TABLE content (ino INTEGER, part INTEGER, data BLOB, PRIMARY KEY (ino, part));
  CREATE TABLE keyed (key TEXT PRIMARY KEY, value);
  CREATE TABLE listed (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
  CREATE INDEX listed_name ON listed (name);
  CREATE TABLE without (key TEXT PRIMARY KEY, value) WITHOUT ROWID;`;

const small = fc.integer({ min: 0, max: 40 });
/** From a few bytes to a row on several pages. */
const sizeBytes = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 3000, max: 5000 }),
  fc.integer({ min: 9000, max: 30_000 }),
);
const statement = fc.oneof(
  fc
    .tuple(small, small, sizeBytes)
    .map(([ino, part, size]) => `INSERT OR REPLACE INTO content VALUES (${ino}, ${part}, randomblob(${size}))`),
  fc.tuple(small, small).map(([ino, part]) => `UPDATE content SET data = data || x'01' WHERE ino = ${ino} AND part < ${part}`),
  // In place: on the pages behind the first one alone.
  small.map((ino) => `UPDATE content SET data = CAST(substr(data, 1, length(data) - 1) || x'07' AS BLOB) WHERE ino = ${ino}`),
  small.map((ino) => `DELETE FROM content WHERE ino = ${ino}`),
  fc
    .tuple(small, sizeBytes)
    .map(
      ([key, size]) => `INSERT OR REPLACE INTO keyed VALUES (printf('%0${1 + (key % 3) * 3000}d', ${key}), zeroblob(${size}))`,
    ),
  small.map((key) => `DELETE FROM keyed WHERE key % 41 = ${key}`),
  fc
    .tuple(small, fc.integer({ min: 1, max: 300 }))
    .map(
      ([n, count]) =>
        `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count}) INSERT INTO listed (name) SELECT 'name ' || ${n} || i FROM c`,
    ),
  small.map((n) => `DELETE FROM listed WHERE id % 41 < ${n}`),
  fc.tuple(small, sizeBytes).map(([key, size]) => `INSERT OR REPLACE INTO without VALUES ('k' || ${key}, zeroblob(${size}))`),
  small.map((key) => `DELETE FROM without WHERE key > 'k' || ${key}`),
  fc.constant("DELETE FROM listed"),
  fc.constant("PRAGMA wal_checkpoint"),
);
const statements = fc.array(statement, { minLength: 1, maxLength: 12 });

/** A database that is written, and images of its states, each over the file of the first. */
class Setting implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "agentfs-sync-rows-"));
  readonly path = join(this.folder, "a.db");
  readonly #db: DatabaseSync;

  constructor(mode: string) {
    this.#db = new DatabaseSync(this.path);
    this.#db.exec(`PRAGMA journal_mode = ${mode}; PRAGMA wal_autocheckpoint = 0; ${SCHEMA}`);
    // So much that what the statements do is a part of it.
    this.#db.exec(
      `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300) INSERT INTO content SELECT i + 1000, 0, randomblob(4096) FROM c`,
    );
  }

  write(list: readonly string[]): void {
    for (const sql of list) this.#db.exec(sql);
  }

  rows(table: string): Map<bigint, string> {
    return rowsOf(this.#db, table);
  }

  async image(name: string, prior: string | null): Promise<string> {
    const path = join(this.folder, name);
    if (prior === null) {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      copyFileSync(this.path, path);
      return path;
    }
    using source = PageSource.ofDatabase(this.path);
    if (source === null || !(await layDifference(source, prior, path))) throw new Error("too much has changed");
    expect(isLayered(path)).toBe(true);
    return path;
  }

  [Symbol.dispose](): void {
    this.#db.close();
    rmSync(this.folder, { recursive: true });
  }
}

function rowsOf(db: DatabaseSync | Database, table: string): Map<bigint, string> {
  const number = table === "without" ? "0" : "rowid";
  const sql = `SELECT ${number} AS number, * FROM ${table} ORDER BY ${table === "without" ? "key" : number}`;
  const rows = db instanceof Database ? db.all(sql) : db.prepare(sql).all();
  return new Map(rows.map((row, index) => [table === "without" ? BigInt(index) : BigInt(row["number"] as bigint), textOf(row)]));
}

const textOf = (row: Readonly<Record<string, unknown>>) =>
  JSON.stringify(
    Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : String(value))),
  );

const mode = fc.constantFrom("WAL", "DELETE");

test("an image over another one's file reads as the database did, and the rows that differ are among those that are found by pages", async () => {
  let found = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(mode, statements, statements, statements, async (journal, first, second, third) => {
      using setting = new Setting(journal);
      setting.write(first);
      const whole = await setting.image("whole.db", null);
      setting.write(second);
      const before = await setting.image("before.db", whole);
      const old = new Map(TABLES.map((table) => [table, setting.rows(table)]));
      setting.write(third);
      const after = await setting.image("after.db", before);
      for (const [path, other] of [
        [before, whole],
        [after, before],
        [after, whole],
        [before, after],
      ] as const) {
        expect(changedRows(other, path), "the pages can be followed").not.toBeNull();
      }
      const rows = changedRows(before, after);
      using db = Database.openImmutable(after);
      expect(quickCheck(db)).toBeNull();
      for (const table of TABLES) {
        const [was, is] = [old.get(table), setting.rows(table)];
        expect(rowsOf(db, table)).toEqual(is);
        const named = rows?.get(table);
        expect(named === undefined, table).toBe(table === "without");
        for (const number of new Set([...(was?.keys() ?? []), ...is.keys()])) {
          all++;
          if (named?.has(number) === true) found++;
          else if (table !== "without") expect(is.get(number), `${table} ${number}`).toBe(was?.get(number));
        }
      }
      const copy = join(setting.folder, "copy.db");
      await copyImage(after, copy);
      using own = Database.openImmutable(copy);
      for (const table of TABLES) expect(rowsOf(own, table)).toEqual(setting.rows(table));
    }),
    { numRuns: 30 },
  );
  // Else nothing would be won by it.
  expect(found).toBeLessThan(all / 2);
});

test("what changes alone behind an inner page of an index is no reason for doubt", async () => {
  using setting = new Setting("DELETE");
  setting.write([
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30) INSERT INTO without SELECT printf('%03d', i), zeroblob(9000) FROM c",
  ]);
  const whole = await setting.image("whole.db", null);
  // In place, as the old value is as long.
  setting.write(["UPDATE without SET value = CAST(substr(value, 1, 8999) || x'07' AS BLOB)"]);
  expect(changedRows(whole, await setting.image("after.db", whole))).not.toBeNull();
});

const HEADER = { revision: "", replacesBase: false };

async function* pagesOf(source: PageSource, wanted: readonly number[]): AsyncGenerator<readonly Page[]> {
  for (const index of wanted) {
    const bytes = Buffer.alloc(PAGE_SIZE_BYTES);
    if (source.read(index, 1, bytes) === 1) yield [{ index, bytes }];
  }
}

test("pages of which some are lost are never taken for whole where SQLite's own check finds fault with them", async () => {
  let doubts = 0;
  await fc.assert(
    fc.asyncProperty(statements, statements, fc.infiniteStream(fc.nat(3)), async (first, second, lost) => {
      using setting = new Setting("DELETE");
      setting.write(first);
      const whole = await setting.image("whole.db", null);
      setting.write(second);
      const after = await setting.image("after.db", whole);
      using source = PageSource.ofImage(after);
      using prior = PageSource.ofImage(whole);
      const arrived = [...source.laidOver].filter((page) => page >= prior.pageCount || lost.next().value !== 0);
      const damaged = join(setting.folder, "damaged.db");
      expect(await canLayOver(whole, source.pageCount, damaged)).toBe(true);
      await layPages(prior, { header: { ...HEADER, pageCount: source.pageCount }, pages: pagesOf(source, arrived) }, damaged);
      if (changedRows(whole, damaged) === null) {
        doubts++;
        return;
      }
      using db = Database.openImmutable(damaged);
      expect(quickCheck(db)).toBeNull();
    }),
    { numRuns: 30 },
  );
  expect(doubts).toBeGreaterThan(0);
});

test("pages of another history are not taken for whole because their count comes out even", async () => {
  using setting = new Setting("DELETE");
  // Free pages, and rows on several pages, which take them when they are written anew.
  setting.write([
    "CREATE TABLE other (data); INSERT INTO other VALUES (zeroblob(200000)); DELETE FROM other",
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 9) INSERT INTO content SELECT i, 0, randomblob(9000) FROM c",
  ]);
  const whole = await setting.image("whole.db", null);
  const forked = join(setting.folder, "forked.db");
  copyFileSync(whole, forked);
  setting.write(["UPDATE content SET data = CAST(data || x'01' AS BLOB) WHERE ino < 9"]);
  const before = await setting.image("before.db", whole);
  {
    using db = new DatabaseSync(forked);
    db.exec("DROP TABLE other");
  }
  using source = PageSource.ofFile(forked);
  using old = PageSource.ofFile(whole);
  using prior = PageSource.ofImage(before);
  const [was, is] = [Buffer.alloc(PAGE_SIZE_BYTES), Buffer.alloc(PAGE_SIZE_BYTES)];
  const arrived = Array.from({ length: source.pageCount }, (_, page) => page).filter((page) => {
    source.read(page, 1, is);
    return page >= prior.pageCount || old.read(page, 1, was) === 0 || !was.equals(is);
  });
  const mixed = join(setting.folder, "mixed.db");
  expect(await canLayOver(before, source.pageCount, mixed)).toBe(true);
  await layPages(prior, { header: { ...HEADER, pageCount: source.pageCount }, pages: pagesOf(source, arrived) }, mixed);
  using db = Database.openImmutable(mixed);
  expect(quickCheck(db)).toContain("2nd reference");
  expect(changedRows(before, mixed)).toBeNull();
});
