import { contentOfBytes, readContent } from "../agentfs/content.ts";
import type { ContentWrite } from "../agentfs/merge/types.ts";
import type { Database } from "../replica/sqlite.ts";

/** What of the contents that were sent is not there, or null. `snapshot` is the image that they came from, which is attached. */
export function missingContent(db: Database, writes: readonly ContentWrite[], snapshot: string): string | null {
  if (writes.length === 0) return null;
  db.attachImmutable(snapshot, "ours");
  return writes.every((write) => isThere(db, write)) ? null : "a file's content";
}

/** By its bytes, which SQLite compares with those that were sent: none of them is copied for it. */
function isThere(db: Database, { ino, source }: ContentWrite): boolean {
  if ("bytes" in source) return contentOfBytes(source.bytes, source.chunkSizeBytes).hash === readContent(db, "main", ino).hash;
  return db.get(AS_SENT, ino, source.localIno)?.["is"] === 1n;
}

const AS_SENT = `SELECT (SELECT count(*) FROM main.fs_data WHERE ino = ?1) = (SELECT count(*) FROM ours.fs_data WHERE ino = ?2)
  AND NOT EXISTS (SELECT 1 FROM main.fs_data AS x LEFT JOIN ours.fs_data AS y ON y.ino = ?2 AND y.chunk_index = x.chunk_index
    WHERE x.ino = ?1 AND (y.ino IS NULL OR x.data IS NOT y.data)) AS "is"`;
