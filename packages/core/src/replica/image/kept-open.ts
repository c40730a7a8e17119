import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Prepared } from "../whole-text.ts";
import { mainFile, pagesOf } from "./names.ts";
import { idOf } from "./page-source.ts";

/** A connection to an image, and what was prepared on it. */
export interface Connection {
  readonly db: DatabaseSync;
  readonly statements: Map<string, Prepared>;
  /** The same of those that give rows as lists, which costs a third of what objects do. */
  readonly listing: Map<string, Prepared>;
}

/** Each has a cache of its own, and what it has open takes room on the disk, also when it has no name any more. */
const MOST_KEPT = 4;

const kept: { readonly id: string; readonly connection: Connection }[] = [];
let commands = 0;

/**
 * For as long as a command works, connections to images are kept for the next of its steps: one step after the other looks at the same
 * ones, and to open one takes a millisecond. Not on Windows, where nobody could remove what is open.
 */
export function keepImagesOpen(): Disposable {
  if (process.platform !== "win32") commands += 1;
  return {
    [Symbol.dispose]() {
      if (process.platform !== "win32") commands -= 1;
      if (commands === 0) closeDownTo(0);
    },
  };
}

/** What an image is, by whatever name: the files that it is made of. Null where nothing is kept. */
export function keptId(path: string): string | null {
  if (commands === 0) return null;
  const files = new Set([mainFile(path), pagesOf(path)]);
  const stats = [...files]
    .map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }))
    .filter((one) => one !== undefined);
  return stats.length === 0 ? null : idOf(stats);
}

export function takeKept(id: string): Connection | null {
  const at = kept.findIndex((one) => one.id === id);
  return at < 0 ? null : (kept.splice(at, 1)[0]?.connection ?? null);
}

/** Closes it where it is not kept. */
export function giveBack(id: string | null, connection: Connection): void {
  if (id === null || commands === 0) close(connection);
  else {
    kept.push({ id, connection });
    closeDownTo(MOST_KEPT);
  }
}

function closeDownTo(count: number): void {
  for (const { connection } of kept.splice(0, Math.max(0, kept.length - count))) close(connection);
}

function close({ db, statements, listing }: Connection): void {
  statements.clear();
  listing.clear();
  db.close();
}
