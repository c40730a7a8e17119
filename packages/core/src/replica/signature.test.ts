import { copyFile, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isCopyable, readSignature, type Signature, sameSignature, signatureSchema } from "./signature.ts";

let folder: string;
let path: string;
let db: DatabaseSync;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentfs-sync-signature-"));
  path = join(folder, "a.db");
  db = new DatabaseSync(path);
  db.exec("CREATE TABLE t (x)");
});

afterEach(async () => {
  db.close();
  await rm(folder, { recursive: true });
});

async function now(): Promise<Signature> {
  const signature = await readSignature(path);
  if (signature === null) throw new Error("no signature");
  return signature;
}

describe("the signature of a database", () => {
  it("is null if there is none", async () => {
    expect(await readSignature(join(folder, "absent.db"))).toBeNull();
  });

  it.each(["DELETE", "WAL"])("is still the same after it was kept in a file, in journal mode %s", async (mode) => {
    db.exec(`PRAGMA journal_mode = ${mode}; INSERT INTO t VALUES (0)`);
    const kept = signatureSchema.parse(JSON.parse(JSON.stringify(await now())));
    expect(sameSignature(kept, await now())).toBe(true);
    db.exec("INSERT INTO t VALUES (1)");
    expect(sameSignature(kept, await now())).toBe(false);
  });

  it.each(["DELETE", "WAL"])("changes with every commit, and not by reading, in journal mode %s", async (mode) => {
    db.exec(`PRAGMA journal_mode = ${mode}`);
    db.exec("INSERT INTO t VALUES (0)");
    for (let i = 0; i < 20; i++) {
      const before = await now();
      db.prepare("SELECT * FROM t").all();
      expect(sameSignature(await now(), before)).toBe(true);
      db.prepare("INSERT INTO t VALUES (?)").run(i);
      expect(sameSignature(await now(), before)).toBe(false);
    }
  });

  it.each(["DELETE", "WAL"])("is the same after it was kept in a file, in journal mode %s", async (mode) => {
    db.exec(`PRAGMA journal_mode = ${mode}`);
    db.exec("INSERT INTO t VALUES (0)");
    const kept = signatureSchema.parse(JSON.parse(JSON.stringify(await now())));
    expect(sameSignature(kept, await now())).toBe(true);
    db.exec("INSERT INTO t VALUES (1)");
    expect(sameSignature(kept, await now())).toBe(false);
  });

  it("changes with a commit into a WAL that begins anew and keeps its length", async () => {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    for (let i = 0; i < 50; i++) db.prepare("INSERT INTO t VALUES (?)").run("x".repeat(4000));
    db.exec("PRAGMA wal_checkpoint(FULL)");
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      db.prepare("INSERT INTO t VALUES (?)").run(i);
      seen.add(JSON.stringify(await now()));
    }
    expect(seen.size).toBe(20);
  });

  it("says that a transaction in rollback mode is half-way, and that its files may be copied once they have not changed for a while", async () => {
    db.exec("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; PRAGMA cache_spill = 1");
    expect(isCopyable(await now())).toBe(true);
    db.exec("BEGIN");
    for (let i = 0; i < 200; i++) db.prepare("INSERT INTO t VALUES (?)").run("x".repeat(4000));
    const halfWay = await now();
    expect(halfWay.hotJournal).not.toBeNull();
    expect(isCopyable(halfWay)).toBe(false);
    const left = join(folder, "left.db");
    for (const suffix of ["", "-journal"]) await copyFile(path + suffix, left + suffix);
    db.exec("ROLLBACK");
    const longAgo = new Date(Date.now() - 60_000);
    for (const suffix of ["", "-journal"]) await utimes(left + suffix, longAgo, longAgo);
    const old = await readSignature(left);
    expect(old !== null && old.hotJournal !== null && isCopyable(old)).toBe(true);
  });

  it("takes a journal that was zeroed or emptied for none", async () => {
    await writeFile(`${path}-journal`, Buffer.alloc(512));
    expect((await now()).hotJournal).toBeNull();
    await writeFile(`${path}-journal`, "");
    expect((await now()).hotJournal).toBeNull();
  });
});
