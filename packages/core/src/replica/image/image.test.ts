import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { makeTempDir } from "../../../../../test/parts/temp.ts";
import { changedRows } from "../btree/changed-rows.ts";
import { Database } from "../sqlite.ts";
import { copyImage, hashImage, linkImage, ownImage, publishImage, removeImage } from "./image.ts";
import { layDifference } from "./layer.ts";
import { isImageThere, isLayered } from "./names.ts";
import { PageSource } from "./page-source.ts";

async function setting() {
  const folder = await makeTempDir();
  const [database, whole, layered] = ["written.db", "whole.db", "layered.db"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const db = new DatabaseSync(database);
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB)");
  db.exec(
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000) INSERT INTO t SELECT i, zeroblob(1000) FROM c",
  );
  copyFileSync(database, whole);
  db.exec("UPDATE t SET data = 'new' WHERE id = 7");
  db.close();
  {
    using source = PageSource.ofDatabase(database);
    if (source === null) throw new Error("no pages");
    expect(await layDifference(source, whole, layered)).toBe(true);
  }
  return { folder, database, whole, layered };
}

function seventh(path: string): unknown {
  using db = Database.openImmutable(path);
  return db.get("SELECT data FROM t WHERE id = 7")?.["data"];
}

const bytesIn = (folder: string) =>
  readdirSync(folder)
    .toSorted()
    .map((name) => [name, readFileSync(join(folder, name)).toString("base64")]);

test("an image in two files is read as one, and to read it changes and leaves nothing", async () => {
  const { folder, database, whole, layered } = await setting();
  const before = bytesIn(folder);
  {
    using db = Database.openImmutable(whole);
    db.attachImmutable(layered, "ours");
    const sql = "SELECT a.data AS old, b.data AS current FROM main.t AS a JOIN ours.t AS b USING (id) WHERE id = 7";
    expect(db.get(sql)).toEqual({ old: new Uint8Array(1000), current: "new" });
    using other = Database.openImmutable(layered);
    other.attachImmutable(whole, "ours");
    expect(other.get(sql)).toEqual({ old: "new", current: new Uint8Array(1000) });
    expect(() => db.exec("DELETE FROM ours.t")).toThrow(/read.?only/i);
  }
  expect(bytesIn(folder)).toEqual(before);
  expect(await hashImage(layered)).toBe(await hashImage(database));
  expect(readFileSync(`${layered}.pages`).length).toBeLessThan(readFileSync(whole).length / 10);
});

test("a copy of it is one file of its own; the file beneath stays as it was", async () => {
  const { folder, database, whole, layered } = await setting();
  const [copy, before] = [join(folder, "copy.db"), readFileSync(whole)];
  await copyImage(layered, copy);
  expect(readFileSync(copy).equals(readFileSync(database))).toBe(true);
  await ownImage(layered);
  expect(isLayered(layered)).toBe(false);
  new DatabaseSync(layered).exec("DELETE FROM t");
  expect(readFileSync(whole).equals(before)).toBe(true);
});

test("an image that is put in a place takes the place of whatever a run that was cut short has left there", async () => {
  const { folder, whole, layered } = await setting();
  const place = join(folder, "below", "place.db");
  for (const image of [layered, whole, layered]) {
    const temporary = join(folder, "temporary");
    await linkImage(image, temporary);
    await publishImage(temporary, place);
    expect([isImageThere(place), isImageThere(temporary)]).toEqual([true, false]);
    expect(await hashImage(place)).toBe(await hashImage(image));
  }
  await removeImage(place);
  expect(readdirSync(join(folder, "below"))).toEqual([]);
});

const damages: Readonly<Record<string, (pages: Buffer) => Buffer>> = {
  empty: () => Buffer.alloc(0),
  "cut in a page": (pages) => pages.subarray(0, pages.length - 1),
  "without its last page": (pages) => pages.subarray(0, pages.length - 4096 - 24),
  "with something behind it": (pages) => Buffer.concat([pages, Buffer.alloc(10)]),
  "with another bit": (pages) => Buffer.from(pages.map((byte, at) => (at === 1000 ? byte ^ 1 : byte))),
  "no WAL": () => Buffer.from("x".repeat(5000)),
};

test.for(Object.entries(damages))("pages that are damaged are never taken for none: %s", async ([, damage]) => {
  const { whole, layered } = await setting();
  writeFileSync(`${layered}.pages`, damage(readFileSync(`${layered}.pages`)));
  expect(() => Database.openImmutable(layered)).toThrow(expect.objectContaining({ code: "local-damaged" }));
  using db = Database.openImmutable(whole);
  expect(() => db.attachImmutable(layered, "ours")).toThrow(expect.objectContaining({ code: "local-damaged" }));
  await expect(copyImage(layered, `${layered}.copy`)).rejects.toThrow(expect.objectContaining({ code: "local-damaged" }));
  await rm(`${layered}.main`);
  expect(isImageThere(layered)).toBe(false);
});

test("a file beneath that was cut is damage, and not a database with zeros at its end", async () => {
  const { layered } = await setting();
  const bytes = readFileSync(`${layered}.main`);
  // As a copy that was cut short: another file than the one that other images share.
  rmSync(`${layered}.main`);
  writeFileSync(`${layered}.main`, bytes);
  seventh(layered);
  truncateSync(`${layered}.main`, bytes.length - 10 * 4096);
  expect(() => Database.openImmutable(layered)).toThrow(expect.objectContaining({ code: "local-damaged" }));
  await expect(copyImage(layered, `${layered}.copy`)).rejects.toThrow(expect.objectContaining({ code: "local-damaged" }));
});

test("an image is not taken for one that was removed, though its file has the number and the time of that one's", async () => {
  const { database, whole, layered } = await setting();
  const { atimeMs, mtimeMs } = statSync(`${layered}.pages`);
  utimesSync(`${layered}.pages`, atimeMs / 1000, Math.floor(mtimeMs / 1000));
  expect([...(changedRows(whole, layered)?.get("t") ?? [])]).not.toContain(1500n);
  expect(seventh(layered)).toBe("new");
  const db = new DatabaseSync(database);
  db.exec("UPDATE t SET data = zeroblob(1000) WHERE id = 7; UPDATE t SET data = 'other' WHERE id = 1500");
  db.close();
  const other = `${layered}.other`;
  using source = PageSource.ofFile(database);
  expect(await layDifference(source, whole, other)).toBe(true);
  expect(statSync(`${other}.pages`).size).toBe(statSync(`${layered}.pages`).size);
  // As a file system does that gives numbers anew and counts in seconds.
  writeFileSync(`${layered}.pages`, readFileSync(`${other}.pages`));
  utimesSync(`${layered}.pages`, atimeMs / 1000, Math.floor(mtimeMs / 1000));
  expect(await hashImage(layered)).toBe(await hashImage(database));
  expect([...(changedRows(whole, layered)?.get("t") ?? [])]).toContain(1500n);
});

test("states with little in common, or with pages of another size, share no file", async () => {
  const { folder, database, whole } = await setting();
  const db = new DatabaseSync(database);
  db.exec("UPDATE t SET data = randomblob(1000)");
  const other = join(folder, "other.db");
  new DatabaseSync(other).exec("PRAGMA page_size = 8192; CREATE TABLE t (id)");
  for (const path of [database, other]) {
    using source = PageSource.ofDatabase(path);
    if (source === null) throw new Error("no pages");
    expect(await layDifference(source, whole, join(folder, "image"))).toBe(false);
    using itself = PageSource.ofDatabase(database);
    if (itself === null) throw new Error("no pages");
    expect(await layDifference(itself, other, join(folder, "image"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("image"))).toEqual([]);
  }
});

test("of a WAL that others write, what is committed counts, as SQLite sees it", async () => {
  const { folder, database, whole } = await setting();
  const db = new DatabaseSync(database);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; UPDATE t SET data = 'in the WAL' WHERE id = 7");
  db.exec("PRAGMA cache_size = 1; BEGIN; UPDATE t SET data = 'not committed'; ");
  const image = join(folder, "image");
  using source = PageSource.ofDatabase(database);
  if (source === null) throw new Error("no pages");
  expect(await layDifference(source, whole, image)).toBe(true);
  db.exec("ROLLBACK");
  expect(seventh(image)).toBe("in the WAL");
});
