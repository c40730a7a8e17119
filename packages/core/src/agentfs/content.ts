import { createHash } from "node:crypto";
import type { SqlValue } from "../remote/value.ts";
import type { Database, SqlRow } from "../replica/sqlite.ts";
import type { Changeset, ChunkChanges, Content } from "./changeset.ts";
import { jsonNumbers } from "./json-numbers.ts";
import { rowQuery, rowsOf } from "./read-rows.ts";

/** Takes in the chunk rows of a file in their order. Equal hashes: equal bytes in equal places. */
class Taken {
  readonly #hash = createHash("sha256");
  #chunkCount = 0;
  #storedBytes = 0;

  add(index: bigint | number, bytes: Uint8Array): void {
    this.#hash.update(`${index}:${bytes.length}:`).update(bytes);
    this.#chunkCount++;
    this.#storedBytes += bytes.length;
  }

  get content(): Content {
    return { hash: this.#hash.digest("hex"), chunkCount: this.#chunkCount, storedBytes: this.#storedBytes };
  }
}

const bytesIn = (data: SqlValue | undefined) => (data instanceof Uint8Array ? data : Buffer.from(String(data)));

/** Reads a file's chunk rows, one at a time in memory. */
export function readContent(db: Database, schema: string, ino: bigint): Content {
  const taken = new Taken();
  for (const [index, data] of db.iterateValues(
    `SELECT chunk_index, data FROM ${schema}.fs_data WHERE ino = ? ORDER BY chunk_index`,
    ino,
  ))
    taken.add(index as bigint, bytesIn(data));
  return taken.content;
}

/** The same of many files, in one pass. */
export function readContents(db: Database, schema: string, inos: readonly bigint[]): ReadonlyMap<bigint, Content> {
  const sql = `SELECT ino, chunk_index, data FROM ${schema}.fs_data WHERE ino IN (SELECT value FROM json_each(?)) ORDER BY ino, chunk_index`;
  const contents = new Map<bigint, Content>();
  if (inos.length === 0) return contents;
  let [of, taken]: [SqlValue | undefined, Taken] = [undefined, new Taken()];
  const end = () => {
    if (typeof of === "bigint") contents.set(of, taken.content);
  };
  for (const [ino, index, data] of db.iterateValues(sql, jsonNumbers(inos))) {
    if (ino !== of) {
      end();
      [of, taken] = [ino, new Taken()];
    }
    taken.add(index as bigint, bytesIn(data));
  }
  end();
  for (const ino of inos) if (!contents.has(ino)) contents.set(ino, new Taken().content);
  return contents;
}

/** A file's content in the origin (`main`) and in the snapshot (`ours`), and the bytes that `changedBytes` gives. */
export interface Both {
  readonly before: Content;
  readonly after: Content;
  readonly newBytes: number;
  /** Null: not known. */
  readonly chunks: ChunkChanges | null;
}

/**
 * Reads what both sides have of a file only once.
 * @param mayDiffer a condition on a row `o` of the origin's: true of all that the snapshot may have otherwise
 * @throws SyncError `unsupported-value`, as `changedBytes` does
 */
export function readBoth(db: Database, ino: bigint, mayDiffer: string): Both {
  return (
    readInOnePass(db, ino, mayDiffer) ?? {
      before: readContent(db, "main", ino),
      after: readContent(db, "ours", ino),
      newBytes: changedBytes(db, ino, false),
      chunks: null,
    }
  );
}

/** Null for what no AgentFS has: chunks that are no BLOB, or of one place twice. */
function readInOnePass(db: Database, ino: bigint, mayDiffer: string): Both | null {
  const [before, after] = [new Taken(), new Taken()];
  const chunks = { written: [] as bigint[], removed: [] as bigint[] };
  const others = db.iterate(otherInOrigin(mayDiffer), ino);
  try {
    const next = () => others.next().value as SqlRow | undefined;
    let [newBytes, last, other] = [0, -1n, next()];
    /** Takes the origin's chunks before that place, and at it; says whether there was one at it. */
    const takeOthers = (upTo: bigint | null): boolean | null => {
      let isThere = false;
      for (; other !== undefined; other = next()) {
        const { chunk_index: index, data } = other;
        if (typeof index !== "bigint" || !(data instanceof Uint8Array)) return null;
        if (upTo !== null && index > upTo) break;
        before.add(index, data);
        if (index === upTo) isThere = true;
        else chunks.removed.push(index);
      }
      return isThere;
    };
    for (const { chunk_index: index, data, is_new: isNew } of db.iterate(IN_SNAPSHOT, ino)) {
      if (typeof index !== "bigint" || index <= last || !(data instanceof Uint8Array)) return null;
      last = index;
      const isOther = takeOthers(index);
      if (isOther === null) return null;
      after.add(index, data);
      if (isOther || isNew === 1n) {
        chunks.written.push(index);
        newBytes += data.length;
      } else before.add(index, data);
    }
    if (takeOthers(null) === null) return null;
    const both = { before: before.content, after: after.content, newBytes, chunks };
    const count = db.get("SELECT count(*) AS n FROM main.fs_data WHERE ino = ?", ino)?.["n"];
    return count === BigInt(both.before.chunkCount) ? both : null;
  } finally {
    others.return(undefined);
  }
}

// The index tells which chunks the origin lacks.
const IN_SNAPSHOT = `SELECT n.chunk_index, n.data,
    NOT EXISTS (SELECT 1 FROM main.fs_data AS o WHERE o.ino = n.ino AND o.chunk_index = n.chunk_index) AS is_new
  FROM ours.fs_data AS n WHERE n.ino = ? ORDER BY n.chunk_index`;

// `= TRUE` keeps SQLite from going through the rows that may differ, of all files, for each file.
const otherInOrigin = (mayDiffer: string) => `SELECT o.chunk_index, o.data FROM main.fs_data AS o
  WHERE o.ino = ? AND (${mayDiffer}) = TRUE AND NOT EXISTS
    (SELECT 1 FROM ours.fs_data AS n WHERE n.ino = o.ino AND n.chunk_index = o.chunk_index AND n.data IS o.data)
  ORDER BY o.chunk_index`;

/** The contents that `diff` has read: the origin's, before, or the snapshot's, after. */
export function contentsIn({ objects }: Pick<Changeset, "objects">, when: "before" | "after"): Map<bigint, Content> {
  const contents = new Map<bigint, Content>();
  for (const { ino, [when]: state } of objects) if (state?.content) contents.set(ino, state.content);
  return contents;
}

/** Bytes of content that the origin has not, as `changedBytes` counts them. */
export function newContentBytes({ objects }: Pick<Changeset, "objects">): number {
  return objects.reduce((sum, { newBytes }) => sum + newBytes, 0);
}

/** What `readContent` gives of these bytes, once they are chunk rows of that size. */
export function contentOfBytes(bytes: Uint8Array, chunkSizeBytes: number): Content {
  const taken = new Taken();
  for (let at = 0, index = 0; at < bytes.length; at += chunkSizeBytes)
    taken.add(index++, bytes.subarray(at, at + chunkSizeBytes));
  return taken.content;
}

const EVERY = "WHERE n.ino = ?";
const CHANGED = `LEFT JOIN main.fs_data AS o ON o.ino = n.ino AND o.chunk_index = n.chunk_index
  WHERE (o.ino IS NULL OR o.data IS NOT n.data) AND n.ino = ?`;

const chunkQuery = (which: string) =>
  rowQuery("ours", "fs_data", ["chunk_index", "data"], `SELECT {columns} FROM {from} ${which} ORDER BY n.chunk_index`);
const EVERY_CHUNK = chunkQuery(EVERY);
const CHANGED_CHUNKS = chunkQuery(CHANGED);
const LISTED_CHUNKS = chunkQuery(`${EVERY} AND n.chunk_index IN (SELECT value FROM json_each(?))`);

/**
 * Chunk rows of the snapshot (`ours`) that the origin (`main`) lacks or holds otherwise; `isNew` takes all of them.
 * @param written their indexes, where they are known
 * @throws SyncError `unsupported-value`
 */
export function* changedChunks(
  db: Database,
  ino: bigint,
  isNew: boolean,
  written?: readonly bigint[],
): Generator<{ readonly index: bigint; readonly data: SqlValue }> {
  const rows =
    written === undefined
      ? rowsOf(db, isNew ? EVERY_CHUNK : CHANGED_CHUNKS, ino)
      : rowsOf(db, LISTED_CHUNKS, ino, jsonNumbers(written));
  for (const row of rows) {
    yield { index: row["chunk_index"] as bigint, data: row["data"] ?? null };
  }
}

/** Indexes of chunks that the origin has and the snapshot has not. */
export function removedChunks(db: Database, ino: bigint): bigint[] {
  const sql = `SELECT chunk_index FROM main.fs_data WHERE ino = ?
    AND chunk_index NOT IN (SELECT chunk_index FROM ours.fs_data WHERE ino = ?) ORDER BY chunk_index`;
  return db.all(sql, ino, ino).map((row) => row["chunk_index"] as bigint);
}

const sizeQuery = (which: string) =>
  `SELECT sum(octet_length(n.data)) AS bytes, max(typeof(n.data) <> 'blob') AS has_others FROM ours.fs_data AS n ${which}`;
const SIZE_OF_EVERY = sizeQuery(EVERY);
const SIZE_OF_CHANGED = sizeQuery(CHANGED);

/** Bytes that `changedChunks` would give. @throws SyncError `unsupported-value`, as it would */
export function changedBytes(db: Database, ino: bigint, isNew: boolean): number {
  const { bytes, has_others: hasOthers } = db.get(isNew ? SIZE_OF_EVERY : SIZE_OF_CHANGED, ino) ?? {};
  if (hasOthers !== 1n) return Number(bytes ?? 0);
  let sum = 0;
  for (const { data } of changedChunks(db, ino, isNew))
    sum += data instanceof Uint8Array ? data.length : Buffer.byteLength(String(data));
  return sum;
}
