import { existsSync } from "node:fs";

/*
 * An image is the content of a database that nothing changes any more: a base, an origin, a snapshot. It is one SQLite file, `x.db`; or,
 * where it shares most pages with another image, two in its place: `x.db.main`, a second name of that one's file, and `x.db.pages`, a
 * WAL with the pages in which it differs. No file `x.db` is there then: whoever looks for it shall not find another state.
 */

export const mainOf = (path: string): string => `${path}.main`;
export const pagesOf = (path: string): string => `${path}.pages`;

/** All names that an image may have. */
export const namesOf = (path: string): readonly string[] => [path, mainOf(path), pagesOf(path)];

export function isLayered(path: string): boolean {
  return existsSync(pagesOf(path));
}

/** The file with all or most of the pages. */
export function mainFile(path: string): string {
  return isLayered(path) ? mainOf(path) : path;
}

export function isImageThere(path: string): boolean {
  return existsSync(path) || (isLayered(path) && existsSync(mainOf(path)));
}
