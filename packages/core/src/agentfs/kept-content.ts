import { type Database, hasTable } from "../replica/sqlite.ts";
import type { Content } from "./changeset.ts";

/** In a file that holds a part of a database: content that was there and is only to be told from other content. Local, in undo bundles alone. */
export const KEPT_CONTENT_TABLE = "agentfs_sync_content";

/** A function from an inode to its content, if only that is known of it. */
export function keptContents(db: Database, schema: string): (ino: bigint) => Content | null {
  if (!hasTable(db, KEPT_CONTENT_TABLE, schema)) return () => null;
  return (ino) => {
    const row = db.get(`SELECT hash, chunk_count, stored_bytes FROM ${schema}.${KEPT_CONTENT_TABLE} WHERE ino = ?`, ino);
    if (row === undefined) return null;
    return { hash: String(row["hash"]), chunkCount: Number(row["chunk_count"]), storedBytes: Number(row["stored_bytes"]) };
  };
}
