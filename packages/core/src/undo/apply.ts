import type { Content } from "../agentfs/changeset.ts";
import { contentOfBytes, readContent } from "../agentfs/content.ts";
import { KEPT_CONTENT_TABLE } from "../agentfs/kept-content.ts";
import type { ContentWrite, Plan } from "../agentfs/merge/types.ts";
import type { Database } from "../replica/sqlite.ts";
import { rowStatements } from "../sync/commit-steps.ts";
import { contentRows, removedIndexes } from "../sync/content-rows.ts";
import { insertRows, removeByKey } from "../sync/insert-rows.ts";
import { openUnseen } from "./extract.ts";

/** `hash`: of new content only what tells it from other content; that is enough to see later whether it is still there. */
export type NewContent = "whole" | "hash";

/**
 * Does in a file what the commit of the plan does on the remote, by the same statements.
 * @param path what `extractTouched` wrote, or a copy of it
 * @param source the origin as `main` and the snapshot as `ours`
 * @param known contents of the snapshot that need not be read again
 */
export function applyPlan(
  path: string,
  plan: Plan,
  source: Database,
  content: NewContent,
  known: ReadonlyMap<bigint, Content>,
): void {
  using db = openUnseen(path);
  db.exec("BEGIN");
  for (const { sql, args = [] } of rowStatements(plan)) db.run(sql, ...args);
  if (content === "hash") writeHashes(db, plan.contents, source, known);
  else for (const write of plan.contents) writeWhole(db, write, source);
  db.exec("COMMIT");
}

function writeHashes(db: Database, writes: readonly ContentWrite[], source: Database, known: ReadonlyMap<bigint, Content>): void {
  if (writes.length === 0) return;
  db.exec(`CREATE TABLE ${KEPT_CONTENT_TABLE} (ino INTEGER PRIMARY KEY, hash TEXT, chunk_count INTEGER, stored_bytes INTEGER)`);
  const rows = writes.map(({ ino, source: from }) => {
    const { hash, chunkCount, storedBytes } =
      "bytes" in from
        ? contentOfBytes(from.bytes, from.chunkSizeBytes)
        : (known.get(from.localIno) ?? readContent(source, "ours", from.localIno));
    return { ino, hash, chunk_count: BigInt(chunkCount), stored_bytes: BigInt(storedBytes) };
  });
  const inos = rows.map(({ ino }) => ino);
  for (const { sql, args = [] } of [...removeByKey("fs_data", "ino", inos), ...insertRows(KEPT_CONTENT_TABLE, rows, null)])
    db.run(sql, ...args);
}

/** A chunk at a time. */
function writeWhole(db: Database, write: ContentWrite, source: Database): void {
  const { ino } = write;
  if (write.replaces !== null && !write.isDelta) db.run("DELETE FROM fs_data WHERE ino = ?", ino);
  for (const index of removedIndexes(write, source)) db.run("DELETE FROM fs_data WHERE ino = ? AND chunk_index = ?", ino, index);
  const sql =
    "INSERT INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?) ON CONFLICT (ino, chunk_index) DO UPDATE SET data = excluded.data";
  for (const { index, data } of contentRows(write, source)) db.run(sql, ino, index, data);
}
