import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Database } from "./sqlite.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentfs-sync-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

/** Found by `pnpm chaos`: it was called a bug of ours. */
describe("what the disk does to SQLite is an error of the file system", () => {
  test("a disk that is full", () => {
    using db = Database.openWritable(path("full.db"));
    db.exec("CREATE TABLE t (data BLOB); PRAGMA max_page_count = 2");
    expect(() => db.exec("INSERT INTO t VALUES (zeroblob(100000))")).toThrow(
      expect.objectContaining({ code: "file-system", message: expect.stringContaining("full.db: database or disk is full") }),
    );
  });

  test("a folder that is not there, a file that may only be read", () => {
    expect(() => Database.openWritable(path("no/folder.db"))).toThrow(expect.objectContaining({ code: "file-system" }));
    Database.openWritable(path("read.db")).exec("CREATE TABLE t (x)");
    using db = Database.openImmutable(path("read.db"));
    expect(() => db.exec("INSERT INTO t VALUES (1)")).toThrow(expect.objectContaining({ code: "file-system" }));
  });
});
