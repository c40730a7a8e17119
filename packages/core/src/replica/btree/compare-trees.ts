import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import { type BTreePage, Doubt } from "./page.ts";
import type { Pages } from "./pages.ts";
import { checkOrder, type Tree, walkTree } from "./tree.ts";

/** A table or index of a database. */
export interface SchemaObject {
  readonly name: string;
  readonly sql: string | null;
  readonly rootPage: number;
  /** A table whose rows have numbers. */
  readonly hasNumbers: boolean;
  /** Of an index: the table of which it names all rows. Null: a table, or an index of some rows. */
  readonly indexOf: string | null;
}

/** By table: the numbers of rows that may differ. In a table that is not named any row may. */
export type ChangedRows = ReadonlyMap<string, ReadonlySet<bigint>>;

interface State {
  readonly pages: Pages;
  readonly objects: readonly SchemaObject[];
}

/** As SQLite tells names apart: only the letters A to Z have two forms. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** SQLite leaves the page at 1 GiB alone: its locks are there. */
const LOCK_PAGE = 2 ** 30 / PAGE_SIZE_BYTES + 1;

/**
 * Compares two states of which the pages are known in which they differ: only those, and what leads there, are read. All that was checked of
 * the earlier state holds for the later one afterwards, as if it had been checked as a whole.
 * @throws Doubt if anything is not as it should be, or cannot be told
 */
export function compareTrees(before: State, after: State, changed: ReadonlySet<number>): ChangedRows {
  const [old, current] = [treesOf(before), treesOf(after)];
  const work = new Comparison(after.pages, changed);
  for (const [name, was] of old) work.leave(name, before.pages, was.tree, current.get(name)?.tree);
  for (const [name, is] of current) work.enter(name, is.tree, old.get(name)?.tree);
  checkUses(before.pages, after.pages, work.released);
  for (const { name, indexOf } of after.objects) {
    if (indexOf === null) continue;
    const isNew = (key: string) => !old.has(foldName(key));
    if (isNew(name) !== isNew(indexOf) || work.addedTo(name) !== work.addedTo(indexOf)) throw new Doubt(`the index ${name}`);
  }
  work.findOwners(before.pages);
  const rows = new Map<string, ReadonlySet<bigint>>();
  for (const [name, { tree, sql }] of current) if (tree.isTable && old.get(name)?.sql === sql) rows.set(name, work.rowsOf(name));
  return rows;
}

/**
 * The pages that are in no tree and not free hold the rest of payloads. Those that the earlier state had and that were not released are so
 * still: with what the later state was found to use, they must be all of its pages, and none of them twice.
 */
function checkUses(before: Pages, after: Pages, released: ReadonlySet<number>): void {
  for (let page = 1; page <= Math.max(before.count, after.count); page++) {
    if (page === LOCK_PAGE) continue;
    const isKept = page <= before.count && !before.isUsed(page) && !released.has(page);
    const isLeft = page <= after.count && !after.isUsed(page);
    if (isKept !== isLeft) throw new Doubt(`page ${page} is used ${isKept ? "twice, or not there" : "for nothing"}`);
  }
}

function treesOf({ pages, objects }: State): Map<string, { readonly tree: Tree; readonly sql: string | null }> {
  const schema = { name: "sqlite_schema", sql: null, rootPage: 1, hasNumbers: true };
  const all = [schema, ...objects.filter(({ rootPage }) => rootPage > 0)];
  const trees = new Map(
    all.map(({ name, sql, rootPage, hasNumbers }) => [foldName(name), { tree: walkTree(pages, rootPage, hasNumbers), sql }]),
  );
  pages.useFree();
  return trees;
}

class Comparison {
  /** Pages with the rest of payloads that begin, in the earlier state, on pages that the later one has not, or has changed. */
  readonly released = new Set<number>();
  readonly #after: Pages;
  readonly #changed: ReadonlySet<number>;
  readonly #rows = new Map<string, Set<bigint>>();
  readonly #shared = new Map<string, number[]>();
  readonly #left = new Map<Tree, Pages>();
  readonly #added = new Map<string, number>();

  constructor(after: Pages, changed: ReadonlySet<number>) {
    this.#after = after;
    this.#changed = changed;
  }

  leave(name: string, before: Pages, was: Tree, is: Tree | undefined): void {
    for (const number of contentPages(was)) {
      if (is !== undefined && this.#isShared(number, was, is)) continue;
      const page = before.parse(number);
      for (const { overflow } of page.cells)
        if (overflow !== null) for (const next of before.chain(overflow)) this.released.add(next);
      this.#add(name, -page.cells.length);
    }
    // Their rows are taken where the later state is looked at, which knows the name.
    this.#left.set(was, before);
  }

  enter(name: string, is: Tree, was: Tree | undefined): void {
    const rows = this.rowsOf(name);
    const shared: number[] = [];
    this.#shared.set(name, shared);
    for (const number of contentPages(is)) {
      const isShared = was !== undefined && this.#isShared(number, is, was);
      if (isShared) shared.push(number);
      if (isShared && !hasMoved(number, is, was)) continue;
      const page = this.#after.parse(number);
      if (page.isTable !== is.isTable || page.isLeaf !== is.leaves.has(number))
        throw new Doubt(`page ${number} is of another kind`);
      if (page.cells.length === 0 && is.inner.size > 0) throw new Doubt(`page ${number} is empty`);
      const bounds = is.leaves.get(number);
      if (bounds !== undefined && is.isTable)
        checkOrder(
          page.cells.map(({ rowid }) => rowid),
          bounds,
        );
      if (isShared) continue;
      for (const { overflow } of page.cells)
        if (overflow !== null) for (const next of this.#after.chain(overflow)) this.#after.use(next);
      addRows(rows, page);
      this.#add(name, page.cells.length);
    }
    if (was === undefined || !is.isTable) return;
    const before = this.#left.get(was);
    for (const number of was.leaves.keys())
      if (before !== undefined && !this.#isShared(number, was, is)) addRows(rows, before.parse(number));
  }

  /** How many more entries it has than before. */
  addedTo(name: string): number {
    return this.#added.get(foldName(name)) ?? 0;
  }

  #add(name: string, count: number): void {
    this.#added.set(name, this.addedTo(name) + count);
  }

  rowsOf(name: string): Set<bigint> {
    const rows = this.#rows.get(name) ?? new Set<bigint>();
    this.#rows.set(name, rows);
    return rows;
  }

  /** Pages that changed and were not come by hold the rest of payloads that begin on unchanged pages. */
  findOwners(before: Pages): void {
    const wanted = new Set([...this.#changed].filter((number) => number <= this.#after.count && !this.#after.isUsed(number)));
    if (wanted.size > 0 && this.#after.count >= LOCK_PAGE) wanted.delete(LOCK_PAGE);
    for (const [name, shared] of this.#shared) {
      for (const number of shared) {
        if (wanted.size === 0) return;
        for (const { rowid, overflow } of this.#after.parse(number).cells) {
          if (overflow === null || (overflow.pageCount === 1 && !wanted.has(overflow.first))) continue;
          let isIts = false;
          const pages = [...this.#after.chain(overflow)];
          for (const next of pages) isIts = wanted.delete(next) || isIts;
          if (isIts && pages.join() !== [...before.chain(overflow)].join()) throw new Doubt("a payload goes on elsewhere");
          if (isIts && rowid !== null) this.rowsOf(name).add(rowid);
        }
      }
    }
    if (wanted.size > 0) throw new Doubt("a page that changed is used for nothing");
  }

  #isShared(number: number, one: Tree, other: Tree): boolean {
    if (this.#changed.has(number)) return false;
    return one.leaves.has(number) ? other.leaves.has(number) : other.inner.has(number);
  }
}

/** Pages with payloads: in an index the inner ones as well. */
function* contentPages({ isTable, inner, leaves }: Tree): Generator<number> {
  yield* leaves.keys();
  if (!isTable) yield* inner;
}

function hasMoved(number: number, one: Tree, other: Tree): boolean {
  const [a, b] = [one.leaves.get(number), other.leaves.get(number)];
  return a !== b && (a?.above !== b?.above || a?.upTo !== b?.upTo);
}

function addRows(rows: Set<bigint>, { cells }: BTreePage): void {
  for (const { rowid } of cells) if (rowid !== null) rows.add(rowid);
}
