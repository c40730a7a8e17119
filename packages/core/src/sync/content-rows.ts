import { createHash, type Hash } from "node:crypto";
import { changedChunks, contentOfBytes, removedChunks } from "../agentfs/content.ts";
import type { ContentWrite } from "../agentfs/merge/types.ts";
import type { SqlValue } from "../remote/value.ts";
import type { Database } from "../replica/sqlite.ts";

/** A chunk row of content that is to be sent. */
export interface ContentRow {
  readonly index: bigint;
  readonly data: SqlValue;
}

/** What is to be sent for a write, wherever it goes: two writes with one key have the same rows. */
export function contentKey({ source, isDelta }: ContentWrite): string {
  if ("bytes" in source) return `bytes ${contentOfBytes(source.bytes, source.chunkSizeBytes).hash}`;
  return `${isDelta ? "changed" : "whole"} ${source.localIno}`;
}

/** The rows to be sent, one at a time in memory. `source` has the origin as `main` and the snapshot as `ours`. */
export function* contentRows({ source: from, isDelta, chunks }: ContentWrite, source: Database): Generator<ContentRow> {
  if ("localIno" in from) {
    yield* changedChunks(source, from.localIno, !isDelta, chunks?.written);
    return;
  }
  const { bytes, chunkSizeBytes } = from;
  for (let at = 0, index = 0n; at < bytes.length; at += chunkSizeBytes, index++)
    yield { index, data: bytes.subarray(at, at + chunkSizeBytes) };
}

/** Chunks that have to go and have no successor; where all of the old content goes first, none have to be named. */
export function removedIndexes({ source: from, isDelta, chunks }: ContentWrite, source: Database): readonly bigint[] {
  if (isDelta && chunks !== undefined) return chunks.removed;
  return isDelta && "localIno" in from ? removedChunks(source, from.localIno) : [];
}

/** SHA-256 over what a write does to content, taken in as it streams by. */
export class ContentHash {
  readonly #hash: Hash = createHash("sha256");

  constructor(removed: readonly bigint[]) {
    this.#hash.update(`${removed.join(",")};`);
  }

  add({ index, data }: ContentRow): void {
    const bytes = data instanceof Uint8Array ? data : Buffer.from(String(data));
    this.#hash.update(`${data instanceof Uint8Array ? "b" : typeof data}${index}:${bytes.length}:`).update(bytes);
  }

  get hex(): string {
    return this.#hash.copy().digest("hex");
  }
}

/** The hashes of contents by their keys: the snapshot does not change, so each is read for it once, however often a push plans. */
export class ContentHashes {
  readonly #known = new Map<string, string>();

  set(key: string, hash: ContentHash): void {
    this.#known.set(key, hash.hex);
  }

  of(write: ContentWrite, source: Database): string {
    const key = contentKey(write);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const hash = new ContentHash(removedIndexes(write, source));
    for (const row of contentRows(write, source)) hash.add(row);
    this.set(key, hash);
    return hash.hex;
  }
}
