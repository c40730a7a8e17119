import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, open, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { layDifference } from "./image/layer.ts";
import { PageSource } from "./image/page-source.ts";
import { agentPaths } from "./paths.ts";
import { readSignature } from "./signature.ts";
import { updateWorkingCopy } from "./working-copy.ts";

test("what went wrong is said also where SQLite has ended the transaction itself", async () => {
  const paths = agentPaths(await makeTempDir(), "bot");
  await mkdir(paths.folder);
  const mine = await written((hand) => {
    hand.sql("DROP TABLE kv_store");
    hand.sql(
      "CREATE TABLE kv_store (key TEXT PRIMARY KEY, value TEXT UNIQUE ON CONFLICT ROLLBACK, created_at INTEGER, updated_at INTEGER)",
    );
    hand.key("mine", "1");
  });
  await rename(mine, paths.workingCopy);
  const remote = await written((hand) => {
    for (const key of ["a", "b"]) hand.key(key, "same");
  });
  const signature = await readSignature(paths.workingCopy);
  if (signature === null) throw new Error("no signature");
  await expect(updateWorkingCopy(paths, { id: "origin", path: remote }, signature, null)).rejects.toThrow(
    "UNIQUE constraint failed: kv_store.value",
  );
  expect(await readSignature(paths.workingCopy)).toEqual(signature);
});

const JOURNALS = ["DELETE", "WAL"];

async function setting(journal: string) {
  const paths = agentPaths(await makeTempDir(), "bot");
  await mkdir(paths.folder);
  await rename(await written((hand) => hand.key("mine", "1")), paths.workingCopy);
  const db = new DatabaseSync(paths.workingCopy);
  db.exec(`PRAGMA journal_mode = ${journal}`);
  const remote = await written((hand) => hand.key("theirs", "2"));
  const signatureNow = async () => {
    const signature = await readSignature(paths.workingCopy);
    if (signature === null) throw new Error("no signature");
    return signature;
  };
  return { paths, db, origin: { id: "origin", path: remote }, signatureNow };
}

const keysIn = (path: string) => {
  using db = new DatabaseSync(path);
  return db
    .prepare("SELECT key FROM kv_store")
    .all()
    .map((row) => row["key"]);
};

test.for(JOURNALS)("what was written is known by its signature if nobody else has it open: %s", async (journal) => {
  const { paths, db, origin, signatureNow } = await setting(journal);
  db.close();
  const written = await updateWorkingCopy(paths, origin, await signatureNow(), null);
  expect(written).toEqual({ signature: await signatureNow(), hasSameRows: true });
  expect(keysIn(paths.workingCopy)).toEqual(["theirs"]);
  expect((await readdir(paths.folder)).filter((name) => name !== ".sync")).toEqual(["bot.db"]);
});

test("what was written while others have it open is looked at again", async () => {
  const { paths, db, origin, signatureNow } = await setting("WAL");
  db.prepare("SELECT 1 FROM kv_store").all();
  expect(await updateWorkingCopy(paths, origin, await signatureNow(), null)).toEqual({ signature: null, hasSameRows: true });
  db.close();
  expect(keysIn(paths.workingCopy)).toEqual(["theirs"]);
});

test("a reader that comes and goes is waited for", async () => {
  const { paths, db, origin, signatureNow } = await setting("DELETE");
  db.close();
  const program = `const db = new (require("node:sqlite").DatabaseSync)(process.argv[1]); db.exec("BEGIN; SELECT * FROM kv_store");
    console.log("reads"); setTimeout(() => db.exec("COMMIT"), 300)`;
  const reader = spawn(process.execPath, ["-e", program, paths.workingCopy], { stdio: ["ignore", "pipe", "inherit"] });
  await once(reader.stdout, "data");
  expect(await updateWorkingCopy(paths, origin, await signatureNow(), null)).not.toBeNull();
  expect(keysIn(paths.workingCopy)).toEqual(["theirs"]);
});

/** Another process, as locks are between processes. */
async function writeElsewhere(path: string): Promise<boolean> {
  const program = `const db = new (require("node:sqlite").DatabaseSync)(process.argv[1]); db.exec("DELETE FROM kv_store")`;
  return promisify(execFile)(process.execPath, ["-e", program, path]).then(
    () => true,
    (error) => {
      expect(String(error)).toContain("database is locked");
      return false;
    },
  );
}

test("to read the signature of a database drops the locks on it, unless its file is held", async () => {
  const { paths, db } = await setting("DELETE");
  {
    await using held = await open(paths.workingCopy, "r");
    db.exec("BEGIN IMMEDIATE");
    await readSignature(paths.workingCopy, held);
    expect(await writeElsewhere(paths.workingCopy)).toBe(false);
    db.exec("ROLLBACK");
    db.exec("BEGIN IMMEDIATE");
    await readSignature(paths.workingCopy);
    // Why it has to be held.
    expect(await writeElsewhere(paths.workingCopy)).toBe(true);
    db.exec("ROLLBACK");
  }
  db.close();
});

test("content whose inode is gone is left out, though it is in the image that has the working copy's rows", async () => {
  const folder = await makeTempDir();
  const paths = agentPaths(folder, "bot");
  await mkdir(paths.folder);
  const before = await written((hand) => hand.file("/a", "content"));
  await copyFile(before, paths.workingCopy);
  const changing = join(folder, "changing.db");
  await copyFile(before, changing);
  {
    using db = new DatabaseSync(changing);
    db.exec("DELETE FROM fs_dentry; DELETE FROM fs_inode WHERE ino <> 1");
  }
  const after = join(folder, "after.db");
  {
    using source = PageSource.ofDatabase(changing);
    if (source === null) throw new Error("no pages");
    expect(await layDifference(source, before, after)).toBe(true);
  }
  const signature = await readSignature(paths.workingCopy);
  if (signature === null) throw new Error("no signature");
  await updateWorkingCopy(paths, { id: "origin", path: after }, signature, before);
  using db = new DatabaseSync(paths.workingCopy);
  expect(db.prepare("SELECT count(*) AS n FROM fs_data").get()).toEqual({ n: 0 });
});
