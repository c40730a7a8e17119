import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import type { ContentWrite } from "../agentfs/merge/types.ts";
import { Database } from "../replica/sqlite.ts";
import { missingContent } from "./content-read-back.ts";

/** In the snapshot `/file` is inode 2; on the remote it has been written as inode 7, with a small file that the merge made as 8. */
let snapshot: string;
let remote: string;
beforeAll(async () => {
  snapshot = await written((hand) => void hand.file("/file", "a".repeat(10_000)));
  remote = await changed(snapshot, (hand) => {
    hand.sql("UPDATE fs_data SET ino = 7");
    hand.sql("INSERT INTO fs_data VALUES (8, 0, ?)", Buffer.from("made"));
  });
});

const sent: readonly ContentWrite[] = [
  { ino: 7n, source: { localIno: 2n }, replaces: null, isDelta: false },
  { ino: 8n, source: { bytes: Buffer.from("made"), chunkSizeBytes: 4096 }, replaces: null, isDelta: false },
];

test.for<[name: string, write: (hand: Hand) => void, missing: string | null]>([
  ["all of it", () => undefined, null],
  ["another file's chunk besides", (hand) => hand.sql("INSERT INTO fs_data VALUES (9, 0, x'01')"), null],
  ["not the last chunk", (hand) => hand.sql("DELETE FROM fs_data WHERE chunk_index = 2"), "a file's content"],
  ["a chunk more", (hand) => hand.sql("INSERT INTO fs_data VALUES (7, 3, x'01')"), "a file's content"],
  ["a chunk elsewhere", (hand) => hand.sql("UPDATE fs_data SET chunk_index = 5 WHERE chunk_index = 2"), "a file's content"],
  [
    "one byte that is another one",
    (hand) => hand.sql("UPDATE fs_data SET data = zeroblob(4096) WHERE chunk_index = 1"),
    "a file's content",
  ],
  ["bytes as text", (hand) => hand.sql("UPDATE fs_data SET data = CAST(data AS TEXT) WHERE chunk_index = 1"), "a file's content"],
  ["nothing of it", (hand) => hand.sql("DELETE FROM fs_data WHERE ino = 7"), "a file's content"],
  ["another small file", (hand) => hand.sql("UPDATE fs_data SET data = x'01' WHERE ino = 8"), "a file's content"],
])("what was sent is compared with what is there: %s", async ([, write, missing]) => {
  using db = Database.openImmutable(await changed(remote, write));
  expect(missingContent(db, sent, snapshot)).toBe(missing);
});

test("what was sent from a database whose text is kept otherwise is compared as well", async () => {
  const folder = await makeTempDir();
  const utf16 = join(folder, "utf16.db");
  using made = new DatabaseSync(utf16);
  made.exec("PRAGMA encoding = 'UTF-16le'; CREATE TABLE fs_data (ino, chunk_index, data)");
  using read = new DatabaseSync(snapshot);
  const insert = made.prepare("INSERT INTO fs_data VALUES (?, ?, ?)");
  for (const { ino, chunk_index, data } of read.prepare("SELECT ino, chunk_index, data FROM fs_data").all())
    insert.run(ino as number, chunk_index as number, data as Uint8Array);
  using db = Database.openImmutable(remote);
  expect(missingContent(db, sent, utf16)).toBeNull();
  made.exec("UPDATE fs_data SET data = x'01' WHERE chunk_index = 2");
  expect(missingContent(db, sent, utf16)).toBe("a file's content");
});
