import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import { readWal } from "./wal-transactions.ts";

const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The WAL that stock SQLite leaves after these statements, each a transaction. */
function walOf(name: string, statements: readonly string[]): Buffer {
  const path = join(folder, `${name}.db`);
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL");
  for (const sql of statements) db.exec(sql);
  copyFileSync(`${path}-wal`, `${path}-wal.copy`);
  db.close();
  return readFileSync(`${path}-wal.copy`);
}

describe("a WAL", () => {
  test("has one transaction a commit, with the pages that it wrote", () => {
    const { transactions, frameCount, salt } = readWal(
      walOf("three", ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "INSERT INTO b VALUES (1)"]),
    );
    expect(transactions).toHaveLength(3);
    expect(transactions.at(-1)).toEqual({ lastFrame: frameCount, pages: [3] });
    expect(salt).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test("that was begun anew has no transaction of the round before", () => {
    const begun = [
      "CREATE TABLE a (x)",
      "INSERT INTO a VALUES (1)",
      "PRAGMA wal_checkpoint(RESTART)",
      "INSERT INTO a VALUES (2)",
    ];
    const wal = walOf("anew", begun);
    expect(wal.length).toBeGreaterThan(3 * 4096);
    expect(readWal(wal).transactions).toEqual([{ lastFrame: 1, pages: [2] }]);
  });

  test("that ends in the middle of a transaction has only what was committed", () => {
    const wal = walOf("cut", ["CREATE TABLE a (x)", "CREATE TABLE b (x)"]);
    const whole = readWal(wal);
    const cut = readWal(wal.subarray(0, wal.length - 1));
    expect(cut.transactions).toEqual(whole.transactions.slice(0, -1));
    expect(readWal(Buffer.alloc(0))).toEqual({ salt: null, frameCount: 0, transactions: [] });
  });
});
