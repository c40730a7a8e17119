import { contentOfBytes, readContent } from "../agentfs/content.ts";
import type { ContentWrite } from "../agentfs/merge/types.ts";
import { Database } from "../replica/sqlite.ts";

/** What of the contents that were sent is not there, or null. `snapshot` is the image that they came from. */
export function missingContent(db: Database, writes: readonly ContentWrite[], snapshot: string): string | null {
  if (writes.length === 0) return null;
  using sent = Database.openImmutable(snapshot);
  // SQLite attaches no database in which text is kept otherwise, as that of a bundle from another remote may be.
  const isComparable = encodingOf(db) === encodingOf(sent);
  if (isComparable) db.attachImmutable(snapshot, "ours");
  const isThere = ({ ino, source }: ContentWrite): boolean => {
    if ("localIno" in source && isComparable) return db.get(AS_SENT, ino, source.localIno)?.["is"] === 1n;
    const content =
      "bytes" in source ? contentOfBytes(source.bytes, source.chunkSizeBytes) : readContent(sent, "main", source.localIno);
    return content.hash === readContent(db, "main", ino).hash;
  };
  return writes.every(isThere) ? null : "a file's content";
}

const encodingOf = (db: Database) => db.get("PRAGMA main.encoding")?.["encoding"];

/** By their bytes, none of which is copied for it. */
const AS_SENT = `SELECT (SELECT count(*) FROM main.fs_data WHERE ino = ?1) = (SELECT count(*) FROM ours.fs_data WHERE ino = ?2)
  AND NOT EXISTS (SELECT 1 FROM main.fs_data AS x LEFT JOIN ours.fs_data AS y ON y.ino = ?2 AND y.chunk_index = x.chunk_index
    WHERE x.ino = ?1 AND (y.ino IS NULL OR x.data IS NOT y.data)) AS "is"`;
