import { contentOfBytes, readContent } from "../agentfs/content.ts";
import type { ContentWrite } from "../agentfs/merge/types.ts";
import { Database } from "../replica/sqlite.ts";

/** What of the contents that were sent is not there, or null. `snapshot` is the image that they came from. */
export function missingContent(db: Database, writes: readonly ContentWrite[], snapshot: string): string | null {
  if (writes.length === 0) return null;
  using sent = Database.openImmutable(snapshot);
  // SQLite attaches no database in which text is kept otherwise, as that of a bundle from another remote may be.
  const isComparable = encodingOf(db) === encodingOf(sent);
  const files: string[] = [];
  for (const { ino, source } of writes) {
    if ("localIno" in source && isComparable) {
      files.push(`[${ino},${source.localIno}]`);
      continue;
    }
    const content =
      "bytes" in source ? contentOfBytes(source.bytes, source.chunkSizeBytes) : readContent(sent, "main", source.localIno);
    if (content.hash !== readContent(db, "main", ino).hash) return "a file's content";
  }
  if (files.length === 0) return null;
  db.attachImmutable(snapshot, "ours");
  return db.get(OTHER_THAN_SENT, `[${files.join(",")}]`) === undefined ? null : "a file's content";
}

const encodingOf = (db: Database) => db.get("PRAGMA main.encoding")?.["encoding"];

/** Of pairs of inodes, there and in the snapshot: one that differs, by their bytes, none of which is copied for it. */
const OTHER_THAN_SENT = `SELECT 1 FROM json_each(?) AS j
  WHERE (SELECT count(*) FROM main.fs_data WHERE ino = (j.value->>0)) <> (SELECT count(*) FROM ours.fs_data WHERE ino = (j.value->>1))
  OR EXISTS (SELECT 1 FROM main.fs_data AS x LEFT JOIN ours.fs_data AS y ON y.ino = (j.value->>1) AND y.chunk_index = x.chunk_index
    WHERE x.ino = (j.value->>0) AND (y.ino IS NULL OR x.data IS NOT y.data)) LIMIT 1`;
