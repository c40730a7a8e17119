import { existsSync, mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Database } from "../sqlite.ts";
import { keepImagesOpen } from "./kept-open.ts";

const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-kept-open-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "image.db");

function makeImage(file: string, text: string): void {
  const db = new DatabaseSync(file);
  db.exec(`CREATE TABLE t (text); INSERT INTO t VALUES ('${text}')`);
  db.close();
}

function read(file = path): unknown {
  using db = Database.openImmutable(file);
  return db.get("SELECT text FROM t")?.["text"];
}

/** What this process has open of the folder. */
const openFiles = () =>
  readdirSync("/proc/self/fd")
    .map((fd) => join("/proc/self/fd", fd))
    .filter(existsSync)
    .map((fd) => readlinkSync(fd))
    .filter((file) => file.startsWith(folder));

describe.runIf(process.platform === "linux")("a connection to an image", () => {
  beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    makeImage(path, "first");
  });

  test("is closed at once where no command works", () => {
    expect(read()).toBe("first");
    expect(openFiles()).toEqual([]);
  });

  test("is kept for the next step, by whatever name it asks, and closed when the last command ends", () => {
    const [one, other] = [keepImagesOpen(), keepImagesOpen()];
    expect(read()).toBe("first");
    expect(openFiles()).toEqual([path]);
    renameSync(path, `${path}.moved`);
    expect(read(`${path}.moved`)).toBe("first");
    expect(openFiles()).toEqual([`${path}.moved`]);
    one[Symbol.dispose]();
    expect(openFiles()).toHaveLength(1);
    other[Symbol.dispose]();
    expect(openFiles()).toEqual([]);
  });

  test("is not taken for one to another image that has come into its place", () => {
    using _kept = keepImagesOpen();
    expect(read()).toBe("first");
    makeImage(`${path}.new`, "second");
    renameSync(`${path}.new`, path);
    expect(read()).toBe("second");
  });

  test("is used by one at a time", () => {
    using _kept = keepImagesOpen();
    using one = Database.openImmutable(path);
    using other = Database.openImmutable(path);
    const rows = one.iterate("SELECT text FROM t");
    expect(rows.next().value).toEqual({ text: "first" });
    expect(other.all("SELECT text FROM t")).toEqual([{ text: "first" }]);
  });

  test("is not kept if something was attached to it", () => {
    using _kept = keepImagesOpen();
    {
      using db = Database.openImmutable(path);
      makeImage(`${path}.other`, "other");
      db.attachImmutable(`${path}.other`, "other");
      expect(db.get("SELECT text FROM other.t")).toEqual({ text: "other" });
    }
    expect(openFiles()).toEqual([]);
  });

  test("is closed when more are kept than are worth it", () => {
    using _kept = keepImagesOpen();
    for (let image = 0; image < 6; image++) {
      makeImage(`${path}.${image}`, String(image));
      expect(read(`${path}.${image}`)).toBe(String(image));
    }
    expect(openFiles().toSorted()).toEqual([2, 3, 4, 5].map((image) => `${path}.${image}`));
  });
});
