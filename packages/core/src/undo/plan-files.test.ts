import { expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../test/parts/hand.ts";
import { merged } from "../../../../test/parts/merged.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { KEPT_CONTENT_TABLE } from "../agentfs/kept-content.ts";
import { Database, hasTable } from "../replica/sqlite.ts";
import { type PlanFiles, writePlanFiles } from "./plan-files.ts";

/** `/edited` is inode 2, `/removed` 3, `/shut` 4 and `/other` 5. */
const origin = () =>
  written((hand) => {
    for (const name of ["/edited", "/removed", "/shut", "/other"]) hand.file(name, `${name} of old`);
  });

const write = (hand: Hand) => {
  hand.edit("/edited", "new");
  hand.remove("/removed");
  hand.sql("UPDATE fs_inode SET mode = ? WHERE ino = ?", 0o100600, hand.ino("/shut"));
};

async function files(content: "hash" | "whole", oldBytes?: number): Promise<PlanFiles> {
  const base = await origin();
  const { plan } = await merged(base, write);
  using source = Database.openImmutable(base);
  source.attachImmutable(await changed(base, write), "ours");
  const planned = { path: base, facts: { uuid: null } };
  return writePlanFiles(await makeTempDir(), plan, planned, source, content, { objects: [] }, oldBytes);
}

function contentsIn(path: string): Record<string, string> {
  using db = Database.openImmutable(path);
  return Object.fromEntries(
    db
      .all("SELECT ino, CAST(data AS TEXT) AS text FROM fs_data ORDER BY ino")
      .map(({ ino, text }) => [String(ino), String(text)]),
  );
}

const OLD = { 2: "/edited of old", 3: "/removed of old", 4: "/shut of old" };

test("the state before a push has all of the old content, the one after it only what stays, and of new content its hash", async () => {
  const { beforePath, afterPath } = await files("hash");
  expect(contentsIn(beforePath)).toEqual(OLD);
  expect(contentsIn(afterPath)).toEqual({ 4: "/shut of old" });
  using after = Database.openImmutable(afterPath);
  expect(after.all(`SELECT ino, stored_bytes FROM ${KEPT_CONTENT_TABLE}`)).toEqual([{ ino: 2n, stored_bytes: 3n }]);
  using before = Database.openImmutable(beforePath);
  expect(hasTable(before, KEPT_CONTENT_TABLE)).toBe(false);
});

test("with new content as a whole, both have all that they hold", async () => {
  const { beforePath, afterPath } = await files("whole");
  expect(contentsIn(beforePath)).toEqual(OLD);
  expect(contentsIn(afterPath)).toEqual({ 2: "new", 4: "/shut of old" });
});

test("content that is more than the schema lies in pages that it fills, less in small ones", async () => {
  const pageSize = (path: string) => {
    using db = Database.openImmutable(path);
    return db.get("PRAGMA page_size")?.["page_size"];
  };
  const pageSizes = ({ beforePath, afterPath }: PlanFiles) => [beforePath, afterPath].map(pageSize);
  using db = Database.openImmutable(await origin());
  const { n } = db.get("SELECT count(*) AS n FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'") ?? {};
  const enough = Number(n) * 65536;
  expect(pageSizes(await files("hash", enough - 1))).toEqual([4096n, 4096n]);
  const large = await files("hash", enough);
  expect(pageSizes(large)).toEqual([65536n, 65536n]);
  expect(contentsIn(large.beforePath)).toEqual(OLD);
});
