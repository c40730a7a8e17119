import { changedRows } from "../replica/btree/changed-rows.ts";
import { columnsOf, Database } from "../replica/sqlite.ts";
import type { Changeset, Content } from "./changeset.ts";
import { contentsIn } from "./content.ts";
import { RowsToCompare } from "./rows-to-compare.ts";

/** To read less takes no longer than to find out that it need not be read. */
const LITTLE_BYTES = 2 ** 20;

/**
 * Contents of the origin, of what the changeset changes or removes, that another image has under the same numbers: only the rows that may
 * differ are looked at. Both files have to be images that nothing changes.
 */
export function unchangedContents(originPath: string, otherPath: string, changeset: Changeset): Map<bigint, Content> {
  const contents = contentsIn(changeset, "before");
  if ([...contents.values()].reduce((sum, { storedBytes }) => sum + storedBytes, 0) < LITTLE_BYTES) return new Map();
  const changed = changedRows(originPath, otherPath);
  if (changed === null) return new Map();
  using db = Database.openImmutable(originPath);
  db.attachImmutable(otherPath, "other");
  const mayDiffer = new RowsToCompare(db, changed).have("fs_data", "x", columnsOf(db, "fs_data"));
  const differing = (one: string, other: string) => `SELECT x.ino FROM ${one}.fs_data AS x
    LEFT JOIN ${other}.fs_data AS y ON y.ino = x.ino AND y.chunk_index = x.chunk_index
    WHERE ${mayDiffer} AND (y.ino IS NULL OR y.data IS NOT x.data)`;
  // From both sides: of a table without its key, either may have two chunks in one place.
  for (const { ino } of db.iterate(`${differing("main", "other")} UNION ${differing("other", "main")}`))
    contents.delete(ino as bigint);
  return contents;
}
