import { createHash } from "node:crypto";
import type { SqlValue } from "../remote/value.ts";
import type { Database } from "../replica/sqlite.ts";
import type { Changeset, Content } from "./changeset.ts";
import { readRows } from "./read-rows.ts";

/** Reads a file's chunk rows in order, one at a time in memory. Equal hashes: equal bytes in equal places. */
export function readContent(db: Database, schema: string, ino: bigint): Content {
  const hash = createHash("sha256");
  let chunkCount = 0;
  let storedBytes = 0;
  for (const row of db.iterate(`SELECT chunk_index, data FROM ${schema}.fs_data WHERE ino = ? ORDER BY chunk_index`, ino)) {
    const data = row["data"];
    const bytes = data instanceof Uint8Array ? data : Buffer.from(String(data));
    hash.update(`${row["chunk_index"]}:${bytes.length}:`).update(bytes);
    chunkCount++;
    storedBytes += bytes.length;
  }
  return { hash: hash.digest("hex"), chunkCount, storedBytes };
}

/** The snapshot's contents that `diff` has read. */
export function contentsIn({ objects }: Pick<Changeset, "objects">): ReadonlyMap<bigint, Content> {
  return new Map(objects.flatMap(({ ino, after }) => (after?.content ? [[ino, after.content] as const] : [])));
}

/** What `readContent` gives of these bytes, once they are chunk rows of that size. */
export function contentOfBytes(bytes: Uint8Array, chunkSizeBytes: number): Content {
  const hash = createHash("sha256");
  let chunkCount = 0;
  for (let at = 0; at < bytes.length; at += chunkSizeBytes) {
    const chunk = bytes.subarray(at, at + chunkSizeBytes);
    hash.update(`${chunkCount++}:${chunk.length}:`).update(chunk);
  }
  return { hash: hash.digest("hex"), chunkCount, storedBytes: bytes.length };
}

const EVERY = "WHERE";
const CHANGED =
  "LEFT JOIN main.fs_data AS o ON o.ino = n.ino AND o.chunk_index = n.chunk_index WHERE (o.ino IS NULL OR o.data IS NOT n.data) AND";

/**
 * Chunk rows of the snapshot (`ours`) that the origin (`main`) lacks or holds otherwise; `isNew` takes all of them.
 * @throws SyncError `unsupported-value`
 */
export function* changedChunks(
  db: Database,
  ino: bigint,
  isNew: boolean,
): Generator<{ readonly index: bigint; readonly data: SqlValue }> {
  const sql = `SELECT {columns} FROM {from} ${isNew ? EVERY : CHANGED} n.ino = ? ORDER BY n.chunk_index`;
  for (const row of readRows(db, "ours", "fs_data", ["chunk_index", "data"], sql, ino)) {
    yield { index: row["chunk_index"] as bigint, data: row["data"] ?? null };
  }
}

/** Indexes of chunks that the origin has and the snapshot has not. */
export function removedChunks(db: Database, ino: bigint): bigint[] {
  const sql = `SELECT chunk_index FROM main.fs_data WHERE ino = ?1
    AND chunk_index NOT IN (SELECT chunk_index FROM ours.fs_data WHERE ino = ?1) ORDER BY chunk_index`;
  return db.all(sql, ino).map((row) => row["chunk_index"] as bigint);
}

/** Bytes that `changedChunks` would give. @throws SyncError `unsupported-value`, as it would */
export function changedBytes(db: Database, ino: bigint, isNew: boolean): number {
  const sizes = `SELECT sum(octet_length(n.data)) AS bytes, max(typeof(n.data) <> 'blob') AS has_others FROM ours.fs_data AS n ${isNew ? EVERY : CHANGED} n.ino = ?`;
  const { bytes, has_others: hasOthers } = db.get(sizes, ino) ?? {};
  if (hasOthers !== 1n) return Number(bytes ?? 0);
  let sum = 0;
  for (const { data } of changedChunks(db, ino, isNew))
    sum += data instanceof Uint8Array ? data.length : Buffer.byteLength(String(data));
  return sum;
}
