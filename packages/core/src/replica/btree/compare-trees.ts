import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import { type BTreePage, Doubt } from "./page.ts";
import { MOST_TREES, type Pages } from "./pages.ts";
import { type Child, checkOrder, type Tree, UNBOUNDED, walkTree } from "./tree.ts";

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
  const numbers = new Map<string, number>();
  const [old, current] = [treesOf(before, numbers), treesOf(after, numbers)];
  const work = new Comparison(before.pages, after.pages, changed, numbers);
  for (const [name, { tree }] of old) work.leave(name, tree, sameKind(current.get(name)?.tree, tree));
  for (const [name, { tree }] of current) work.enter(name, tree, sameKind(old.get(name)?.tree, tree));
  checkUses(before.pages, after.pages, work.released);
  const indexed = new Map(before.objects.map(({ name, indexOf }) => [foldName(name), indexOf && foldName(indexOf)]));
  for (const { name, indexOf } of after.objects) {
    if (indexOf === null) continue;
    const table = foldName(indexOf);
    // Both new, or of the same table as before: only then does it have as many entries more as the table has rows.
    const isOther = indexed.get(foldName(name)) !== (old.has(table) ? table : undefined);
    if (isOther || work.addedTo(name) !== work.addedTo(indexOf)) throw new Doubt(`the index ${name}`);
  }
  work.findOwners();
  const rows = new Map<string, ReadonlySet<bigint>>();
  for (const [name, { tree, sql }] of current) if (tree.isTable && old.get(name)?.sql === sql) rows.set(name, work.rowsOf(name));
  return rows;
}

/** An index that has the name of a table that is gone has no page in common with it. */
const sameKind = (tree: Tree | undefined, { isTable }: Tree) => (tree?.isTable === isTable ? tree : undefined);

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

/** @param numbers of the trees, by name: one and the same in both states */
function treesOf({ pages, objects }: State, numbers: Map<string, number>) {
  const schema = { name: "sqlite_schema", sql: null, rootPage: 1, hasNumbers: true };
  const trees = new Map<string, { readonly tree: Tree; readonly sql: string | null }>();
  for (const { name, sql, rootPage, hasNumbers } of [schema, ...objects.filter(({ rootPage }) => rootPage > 0)]) {
    const key = foldName(name);
    const number = numbers.get(key) ?? numbers.size + 1;
    if (number > MOST_TREES) throw new Doubt("too many tables");
    numbers.set(key, number);
    trees.set(key, { tree: walkTree(pages, rootPage, hasNumbers, number), sql });
  }
  pages.useFree();
  return trees;
}

class Comparison {
  /** Pages with the rest of payloads that begin, in the earlier state, on pages that the later one has not, or has changed. */
  readonly released = new Set<number>();
  readonly #before: Pages;
  readonly #after: Pages;
  readonly #changed: ReadonlySet<number>;
  readonly #isChanged: Uint8Array;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #rows = new Map<string, Set<bigint>>();
  /** By name: lists of pages with entries that are in both states and, but for those that changed, hold the same ones. */
  readonly #shared = new Map<string, readonly (readonly Child[])[]>();
  readonly #added = new Map<string, number>();

  constructor(before: Pages, after: Pages, changed: ReadonlySet<number>, numbers: ReadonlyMap<string, number>) {
    this.#before = before;
    this.#after = after;
    this.#changed = changed;
    this.#isChanged = new Uint8Array(Math.max(before.count, after.count) + 1);
    for (const number of changed) this.#isChanged[number] = 1;
    this.#numbers = numbers;
  }

  /** What the earlier state had and the later one has not. Its rows are taken where the later one is looked at, which knows the name. */
  leave(name: string, was: Tree, is: Tree | undefined): void {
    for (const { number } of this.#leavesBut(was, is))
      if (is === undefined || !this.#isSharedLeaf(name, number, this.#after)) this.#release(name, number);
    for (const number of innerContent(was)) if (is === undefined || !this.#isSharedInner(number, is)) this.#release(name, number);
  }

  #release(name: string, number: number): void {
    const { cells } = this.#before.parse(number);
    for (const { overflow } of cells)
      if (overflow !== null) for (const next of this.#before.chain(overflow)) this.released.add(next);
    this.#add(name, -cells.length);
  }

  enter(name: string, is: Tree, was: Tree | undefined): void {
    const rows = this.rowsOf(name);
    const shared: Child[] = [];
    this.#shared.set(name, [shared, ...(was === undefined ? [] : commonLists(is, was))]);
    const earlier = was === undefined ? [] : [...this.#leavesBut(was, is)];
    const places = new Map(earlier.map((leaf) => [leaf.number, leaf]));
    for (const leaf of this.#leavesBut(is, was)) {
      const isShared = was !== undefined && this.#isSharedLeaf(name, leaf.number, this.#before);
      if (isShared) shared.push(leaf);
      if (isShared && isInPlace(leaf, places.get(leaf.number))) continue;
      const { cells } = this.#parse(leaf.number, is, true);
      if (is.isTable)
        checkOrder(
          cells.map(({ rowid }) => rowid),
          leaf,
        );
      if (!isShared) this.#take(name, rows, cells);
    }
    for (const number of innerContent(is))
      if (was !== undefined && this.#isSharedInner(number, was)) shared.push({ number, ...UNBOUNDED });
      else this.#take(name, rows, this.#parse(number, is, false).cells);
    if (!is.isTable) return;
    for (const { number } of earlier)
      if (!this.#isSharedLeaf(name, number, this.#after)) addRows(rows, this.#before.parse(number).cells);
  }

  #parse(number: number, { isTable, inner }: Tree, isLeaf: boolean): BTreePage {
    const page = this.#after.parse(number);
    if (page.isTable !== isTable || page.isLeaf !== isLeaf) throw new Doubt(`page ${number} is of another kind`);
    if (page.cells.length === 0 && inner.size > 0) throw new Doubt(`page ${number} is empty`);
    return page;
  }

  #take(name: string, rows: Set<bigint>, cells: BTreePage["cells"]): void {
    for (const { overflow } of cells)
      if (overflow !== null) for (const next of this.#after.chain(overflow)) this.#after.use(next);
    addRows(rows, cells);
    this.#add(name, cells.length);
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
  findOwners(): void {
    const wanted = new Set([...this.#changed].filter((number) => number <= this.#after.count && !this.#after.isUsed(number)));
    if (wanted.size > 0 && this.#after.count >= LOCK_PAGE) wanted.delete(LOCK_PAGE);
    for (const [name, lists] of this.#shared) {
      for (const { number } of lists.flat()) {
        if (wanted.size === 0) return;
        if (this.#isChanged[number] === 1) continue;
        for (const { rowid, overflow } of this.#after.parse(number).cells) {
          if (overflow === null || (overflow.pageCount === 1 && !wanted.has(overflow.first))) continue;
          let isIts = false;
          const pages = [...this.#after.chain(overflow)];
          for (const next of pages) isIts = wanted.delete(next) || isIts;
          if (isIts && pages.join() !== [...this.#before.chain(overflow)].join()) throw new Doubt("a payload goes on elsewhere");
          if (isIts && rowid !== null) this.rowsOf(name).add(rowid);
        }
      }
    }
    if (wanted.size > 0) throw new Doubt("a page that changed is used for nothing");
  }

  /** The leaves of one, but for those that both have in one place and that did not change. */
  *#leavesBut(one: Tree, other: Tree | undefined): Generator<Child> {
    const common = new Set(other?.leaves);
    for (const list of one.leaves) {
      if (!common.has(list)) yield* list;
      else for (const leaf of list) if (this.#isChanged[leaf.number] === 1) yield leaf;
    }
  }

  #isSharedLeaf(name: string, number: number, other: Pages): boolean {
    return this.#isChanged[number] === 0 && other.isLeafOf(number, this.#numbers.get(name) ?? 0);
  }

  #isSharedInner(number: number, { inner }: Tree): boolean {
    return this.#isChanged[number] === 0 && inner.has(number);
  }
}

function commonLists({ leaves }: Tree, other: Tree): (readonly Child[])[] {
  const theirs = new Set(other.leaves);
  return leaves.filter((list) => theirs.has(list));
}

/** In an index the inner pages hold entries as well. */
const innerContent = ({ isTable, inner }: Tree): Iterable<number> => (isTable ? [] : inner);

const isInPlace = ({ above, upTo }: Child, before: Child | undefined): boolean =>
  above === before?.above && upTo === before?.upTo;

function addRows(rows: Set<bigint>, cells: BTreePage["cells"]): void {
  for (const { rowid } of cells) if (rowid !== null) rows.add(rowid);
}
