import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { changedRows } from "../replica/btree/changed-rows.ts";
import { layDifference } from "../replica/image/layer.ts";
import { PageSource } from "../replica/image/page-source.ts";
import { columnsOf, Database } from "../replica/sqlite.ts";
import { changedBytes, changedChunks, readBoth, readContent, removedChunks } from "./content.ts";
import { RowsToCompare } from "./rows-to-compare.ts";

const CHUNK = 4096;
const chunks = (letters: string) => [...letters].map((letter) => letter.repeat(CHUNK)).join("");
const INO = 3n;

let origin: string;
beforeAll(async () => {
  origin = await written((hand) => {
    hand.file("/before", chunks("xyz"));
    hand.file("/file", chunks("abcdefghij"));
    hand.file("/after", chunks("xyz"));
  });
});

const put = (index: number, bytes: string) => (hand: Hand) =>
  hand.sql("INSERT OR REPLACE INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?)", INO, index, Buffer.from(bytes));
const drop = (where: string) => (hand: Hand) => hand.sql(`DELETE FROM fs_data WHERE ino = ${INO} AND ${where}`);
const all =
  (...writes: readonly ((hand: Hand) => void)[]) =>
  (hand: Hand) => {
    for (const write of writes) write(hand);
  };

test.for<[name: string, write: (hand: Hand) => void]>([
  ["as it was", () => undefined],
  ["the first chunk", put(0, "new")],
  ["one in the middle, and the last", all(put(4, "new"), put(9, "newer"))],
  ["every chunk", (hand) => hand.edit("/file", chunks("klmnopqrst"))],
  ["more at the end", put(10, "more")],
  ["less at the end", drop("chunk_index > 6")],
  ["holes", drop("chunk_index IN (0, 3, 9)")],
  ["a hole, and what fills another place", all(drop("chunk_index = 2"), put(12, "far"), put(5, "new"))],
  ["nothing at all", drop("TRUE")],
  ["another file's chunk only", (hand) => hand.sql("UPDATE fs_data SET data = x'01' WHERE ino = 2")],
])("a file of two states is read in one pass as it is in two: %s", async ([, write]) => {
  const ours = await changed(origin, write);
  const layered = join(await makeTempDir(), "snapshot.db");
  using source = PageSource.ofFile(ours);
  expect(await layDifference(source, origin, layered)).toBe(true);
  for (const snapshot of [ours, layered]) {
    using db = Database.openImmutable(origin);
    db.attachImmutable(snapshot, "ours");
    const toCompare = new RowsToCompare(db, changedRows(origin, snapshot));
    expect(readBoth(db, INO, toCompare.have("fs_data", "o", columnsOf(db, "fs_data")))).toEqual({
      before: readContent(db, "main", INO),
      after: readContent(db, "ours", INO),
      newBytes: changedBytes(db, INO, false),
      chunks: {
        written: [...changedChunks(db, INO, false)].map(({ index }) => index),
        removed: removedChunks(db, INO),
      },
    });
  }
});

test.for<[name: string, write: (hand: Hand) => void]>([
  ["chunks that are TEXT", (hand) => hand.sql(`UPDATE fs_data SET data = 'text' WHERE ino = ${INO} AND chunk_index = 3`)],
  ["a place before the first", put(-1, "before")],
  [
    "a place that is no whole number",
    (hand) => hand.sql(`UPDATE fs_data SET chunk_index = 2.5 WHERE ino = ${INO} AND chunk_index = 3`),
  ],
])("what no AgentFS has is read side by side: %s", async ([, write]) => {
  for (const [one, other] of [
    [origin, await changed(origin, write)],
    [await changed(origin, write), origin],
  ] as const) {
    using db = Database.openImmutable(one);
    db.attachImmutable(other, "ours");
    expect(readBoth(db, INO, "TRUE")).toMatchObject({
      before: readContent(db, "main", INO),
      after: readContent(db, "ours", INO),
      newBytes: changedBytes(db, INO, false),
    });
  }
});

test("two chunks in one place, of a table without its key, hide no change", async () => {
  const keyless = await changed(origin, (hand) => {
    hand.sql("CREATE TABLE plain AS SELECT * FROM fs_data");
    hand.sql("DROP TABLE fs_data");
    hand.sql("ALTER TABLE plain RENAME TO fs_data");
  });
  const twice = (bytes: string) => (hand: Hand) =>
    hand.sql("INSERT INTO fs_data (ino, chunk_index, data) VALUES (?, 5, ?)", INO, Buffer.from(bytes));
  const [a, b] = [await changed(keyless, twice("a")), await changed(keyless, twice("b"))];
  for (const [one, other] of [
    [keyless, a],
    [a, keyless],
    [a, b],
  ] as const) {
    using db = Database.openImmutable(one);
    db.attachImmutable(other, "ours");
    const { before, after } = readBoth(db, INO, "TRUE");
    expect([before, after]).toEqual([readContent(db, "main", INO), readContent(db, "ours", INO)]);
    expect(before.hash).not.toBe(after.hash);
  }
});
