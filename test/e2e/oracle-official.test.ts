import { cp } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { type NativeOp, officialBootstrap, runNative } from "../parts/native.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const write = (path: string, text: string): NativeOp => ({ op: "agent", do: { op: "writeFile", path, text } });
const read = (path: string): NativeOp => ({ op: "agent", mayFail: true, do: { op: "readFile", path } });
const list: NativeOp = { op: "agent", do: { op: "readdir", path: "/" } };
const push: NativeOp = { op: "push" };
const pull: NativeOp = { op: "pull" };

/** A remote that holds `/seed.txt`. */
async function seededRemote(): Promise<string> {
  const { url } = await startServer();
  await runNative(await makeTempDir(), url, [write("/seed.txt", "seed"), push]);
  return url;
}

/** A job with a replica of its own, bootstrapped now. */
async function job(url: string): Promise<string> {
  const dir = await makeTempDir();
  await runNative(dir, url, []);
  return dir;
}

/** Why a push of ours is not the official client's: what it does to the files of two CI jobs, without an error that stays. */
describe("the official sync client", () => {
  test("loses the second push of two jobs that restored one cached replica, and says ok", async () => {
    const url = await seededRemote();
    const first = await job(url);
    const second = await makeTempDir();
    await cp(first, second, { recursive: true });
    await runNative(first, url, [write("/a.txt", "A"), push]);
    const [, pushed] = await runNative(second, url, [write("/b.txt", "B"), push]);
    expect(pushed).toBeNull();
    expect(await runNative(await makeTempDir(), url, [list])).toEqual([["a.txt", "seed.txt"]]);
    // And its next pull erases the file where it was written.
    expect(await runNative(second, url, [list, pull, list])).toEqual([["b.txt", "seed.txt"], true, ["a.txt", "seed.txt"]]);
  });

  test("mixes up the files of two jobs that worked at the same time, and the database looks whole", async () => {
    const url = await seededRemote();
    const [first, second] = [await job(url), await job(url)];
    await runNative(first, url, [write("/a.txt", "A".repeat(5000)), push]);
    await runNative(second, url, [write("/b.txt", "B".repeat(100)), push]);
    const [names, a, b, check] = await runNative(await makeTempDir(), url, [
      list,
      read("/a.txt"),
      read("/b.txt"),
      { op: "sql", sql: "PRAGMA integrity_check" },
    ]);
    expect(names).toEqual(["b.txt", "seed.txt"]);
    expect(a).toEqual({ error: expect.stringContaining("ENOENT") });
    expect(b).toBe("B".repeat(100) + "A".repeat(5000 - 4096));
    expect(check).toEqual([{ integrity_check: "ok" }]);
  });

  test("fails once when two jobs made the same path, says ok when tried again, and has lost the second content", async () => {
    const url = await seededRemote();
    const [first, second] = [await job(url), await job(url)];
    await runNative(first, url, [write("/first.txt", "of A"), write("/same.txt", "from A"), push]);
    const [, failed, again] = await runNative(second, url, [write("/same.txt", "from B"), { ...push, mayFail: true }, push]);
    expect(failed).toEqual({ error: expect.stringContaining("UNIQUE constraint failed: fs_dentry") });
    expect(again).toBeNull();
    // The rest of the failed batch was committed: a file that nobody wrote to holds what the second job meant for another.
    const answers = await runNative(await makeTempDir(), url, [read("/same.txt"), read("/first.txt")]);
    expect(answers).toEqual(["from A", "from B"]);
  });

  test("bootstraps a main file that holds nothing but the server's pages", async () => {
    const url = await seededRemote();
    const dir = await makeTempDir();
    const file = await officialBootstrap(url, dir);
    await cp(file, `${dir}/main-file-alone.db`);
    const db = new DatabaseSync(`${dir}/main-file-alone.db`, { readOnly: true });
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    db.close();
    expect(tables.map(({ name }) => name)).toContain("fs_inode");
    expect(tables.map(({ name }) => name)).not.toContain("turso_cdc");
  });
});
