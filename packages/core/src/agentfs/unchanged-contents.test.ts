import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { linkImage } from "../replica/image/image.ts";
import { layDifference } from "../replica/image/layer.ts";
import { PageSource } from "../replica/image/page-source.ts";
import { Database } from "../replica/sqlite.ts";
import { readContent } from "./content.ts";
import { diff } from "./diff.ts";
import { unchangedContents } from "./unchanged-contents.ts";

/** Inodes 2, 3 and 4, each with 512 KiB. */
const NAMES = ["/a", "/b", "/c"];
let origin: string;
let snapshot: string;
beforeAll(async () => {
  origin = await written((hand) => {
    for (const name of NAMES) hand.file(name, name.repeat(2 ** 18));
  });
  snapshot = await changed(origin, (hand) => hand.sql("UPDATE fs_data SET data = x'01' WHERE chunk_index = 1"));
});

/** The remote as an image over the origin's file. */
async function remote(write: (hand: Hand) => void): Promise<string> {
  const path = join(await makeTempDir(), "base.db");
  using source = PageSource.ofFile(await changed(origin, write));
  expect(await layDifference(source, origin, path)).toBe(true);
  return path;
}

const inosIn = (path: string) => [...unchangedContents(origin, path, diff(origin, snapshot)).keys()];

test("of what the job changed, contents that the remote has as the origin has them are known without being read", async () => {
  const same = join(await makeTempDir(), "same.db");
  await linkImage(origin, same);
  const found = unchangedContents(origin, same, diff(origin, snapshot));
  using db = Database.openImmutable(same);
  expect(found).toEqual(new Map([2n, 3n, 4n].map((ino) => [ino, readContent(db, "main", ino)])));
  expect(inosIn(await remote((hand) => hand.key("k", "v")))).toEqual([2n, 3n, 4n]);
});

test.for<[name: string, write: (hand: Hand) => void]>([
  ["a chunk that is another one", (hand) => hand.sql("UPDATE fs_data SET data = x'02' WHERE ino = 3 AND chunk_index = 7")],
  ["a chunk that is gone", (hand) => hand.sql("DELETE FROM fs_data WHERE ino = 3 AND chunk_index = 0")],
  ["a chunk more", (hand) => hand.sql("INSERT INTO fs_data VALUES (3, 1000, x'02')")],
  ["a chunk in another place", (hand) => hand.sql("UPDATE fs_data SET chunk_index = 1000 WHERE ino = 3 AND chunk_index = 0")],
  ["all of it gone", (hand) => hand.sql("DELETE FROM fs_data WHERE ino = 3")],
])("but not a file of theirs with %s", async ([, write]) => {
  expect(inosIn(await remote(write))).toEqual([2n, 4n]);
});

test("nor one with a second chunk in one place, of a table without its key", async () => {
  const keyless = await changed(origin, (hand) => {
    hand.sql("CREATE TABLE plain AS SELECT * FROM fs_data");
    hand.sql("DROP TABLE fs_data");
    hand.sql("ALTER TABLE plain RENAME TO fs_data");
  });
  const edited = await changed(keyless, (hand) => hand.sql("UPDATE fs_data SET data = x'01' WHERE chunk_index = 1"));
  const base = join(await makeTempDir(), "base.db");
  using source = PageSource.ofFile(await changed(keyless, (hand) => hand.sql("INSERT INTO fs_data VALUES (3, 7, x'02')")));
  expect(await layDifference(source, keyless, base)).toBe(true);
  expect([...unchangedContents(keyless, base, diff(keyless, edited)).keys()]).toEqual([2n, 4n]);
});

test("nor anything of an image over another file, or of little content", async () => {
  expect(inosIn(await changed(origin, () => undefined))).toEqual([]);
  const one = await changed(origin, (hand) => hand.sql("UPDATE fs_data SET data = x'01' WHERE chunk_index = 1 AND ino = 2"));
  expect([...unchangedContents(origin, origin, diff(origin, one))]).toEqual([]);
});
