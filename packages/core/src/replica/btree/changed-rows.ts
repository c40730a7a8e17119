import { SyncError } from "../../errors.ts";
import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import { PageSource } from "../image/page-source.ts";
import { Database } from "../sqlite.ts";
import { type ChangedRows, compareTrees, foldName, type SchemaObject } from "./compare-trees.ts";
import { Doubt } from "./page.ts";
import { Pages } from "./pages.ts";

/**
 * The rows in which two images may differ, by the pages in which they do. Null if they do not lie over one file, or if anything in them is
 * not as it should be: the whole of them tells then. If `beforePath` is whole, and the answer is not null, `afterPath` is.
 */
export function changedRows(beforePath: string, afterPath: string): ChangedRows | null {
  using before = PageSource.ofImage(beforePath);
  using after = PageSource.ofImage(afterPath);
  if (before.mainId !== after.mainId) return null;
  const files = `${before.filesId} ${after.filesId}`;
  if (last?.files !== files) last = { files, rows: compare(beforePath, before, afterPath, after) };
  return last.rows;
}

/** Images never change, and a pull asks twice of the same ones, by other names. */
let last: { readonly files: string; readonly rows: ChangedRows | null } | null = null;

function compare(beforePath: string, before: PageSource, afterPath: string, after: PageSource): ChangedRows | null {
  try {
    const changed = changedPages(before, after);
    // Pages that are the same in both have no other rows: there is nothing to follow them for.
    if (changed.size === 0) {
      const tables = objectsIn(afterPath).filter(({ rootPage, hasNumbers }) => rootPage > 0 && hasNumbers);
      return new Map(tables.map(({ name }) => [foldName(name), new Set()]));
    }
    const old = { pages: new Pages(before), objects: objectsIn(beforePath) };
    const current = { pages: new Pages(after, { pages: old.pages, changed }), objects: objectsIn(afterPath) };
    return compareTrees(old, current, changed);
  } catch (error) {
    // What SQLite finds wrong with one of them it says again to whoever reads all of it.
    if (error instanceof Doubt || error instanceof SyncError) return null;
    throw error;
  }
}

function objectsIn(path: string): readonly SchemaObject[] {
  using db = Database.openImmutable(path);
  return db
    .all(
      `SELECT name, sql, rootpage, iif(type = 'index' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(tbl_name) AS i WHERE i.name = s.name AND i.partial), tbl_name, NULL) AS index_of,
         type = 'table' AND name NOT IN (SELECT name FROM pragma_table_list(s.name) WHERE schema = 'main' AND wr) AS has_numbers
       FROM sqlite_schema AS s`,
    )
    .map((row) => ({
      name: String(row["name"]),
      sql: row["sql"] as string | null,
      rootPage: Number(row["rootpage"]),
      hasNumbers: row["has_numbers"] === 1n,
      indexOf: row["index_of"] as string | null,
    }));
}

function changedPages(before: PageSource, after: PageSource): ReadonlySet<number> {
  const [old, current] = [Buffer.alloc(PAGE_SIZE_BYTES), Buffer.alloc(PAGE_SIZE_BYTES)];
  const changed = new Set<number>();
  for (const page of new Set([...before.laidOver, ...after.laidOver])) {
    const isInBoth = before.read(page, 1, old) === 1 && after.read(page, 1, current) === 1;
    if (!isInBoth || !old.equals(current)) changed.add(page + 1);
  }
  const [less, more] = [before.pageCount, after.pageCount].toSorted((a, b) => a - b) as [number, number];
  for (let page = less; page < more; page++) changed.add(page + 1);
  return changed;
}
