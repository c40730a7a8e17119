import fs, { copyFileSync, readdirSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { makeTempDir } from "../../../../../test/parts/temp.ts";
import { Database } from "../sqlite.ts";
import { layDifference } from "./layer.ts";
import { PageSource } from "./page-source.ts";

const { linkSync, statSync } = fs;

function put(name: "linkSync" | "statSync", value: unknown): void {
  Object.assign(fs, { [name]: value });
  syncBuiltinESMExports();
}

afterEach(() => {
  put("linkSync", linkSync);
  put("statSync", statSync);
});

async function setting() {
  const folder = await makeTempDir();
  const [database, whole, layered] = ["written.db", "whole.db", "layered.db"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  using db = new DatabaseSync(database);
  db.exec("CREATE TABLE t (data); INSERT INTO t VALUES ('old')");
  copyFileSync(database, whole);
  db.exec("UPDATE t SET data = 'new'");
  using source = PageSource.ofFile(database);
  expect(await layDifference(source, whole, layered)).toBe(true);
  return { folder, whole, layered };
}

const ways: Readonly<Record<string, (whole: string, layered: string) => unknown>> = {
  opened: (_, layered) => {
    using db = Database.openImmutable(layered);
    return db.get("SELECT data FROM t")?.["data"];
  },
  attached: (whole, layered) => {
    using db = Database.openImmutable(whole);
    db.attachImmutable(layered, "ours");
    return db.get("SELECT data FROM ours.t")?.["data"];
  },
};

// What a command that holds the lock does with names that it does not know, while one that takes none (`status`) reads.
test.for(Object.entries(ways))(
  "an image is never read without its pages, though another command removes them: %s",
  async ([, read]) => {
    const { folder, whole, layered } = await setting();
    put("statSync", (...args: Parameters<typeof statSync>) => {
      const found = statSync(...args);
      if (String(args[0]).endsWith("-wal")) rmSync(String(args[0]), { force: true });
      return found;
    });
    expect(() => read(whole, layered)).toThrow(expect.objectContaining({ code: "file-system" }));
    expect(readdirSync(folder).filter((name) => name.includes("-wal"))).toEqual([]);
  },
);

test.for(Object.entries(ways))("an image that was copied to where files have no second names is read: %s", async ([, read]) => {
  const { folder, whole, layered } = await setting();
  const before = readdirSync(folder);
  for (const code of ["EPERM", "EROFS"]) {
    put("linkSync", () => {
      throw Object.assign(new Error(code), { code, syscall: "link" });
    });
    expect(read(whole, layered)).toBe("new");
    expect(readdirSync(folder)).toEqual(before);
  }
});
