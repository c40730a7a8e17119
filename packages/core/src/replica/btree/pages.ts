import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import type { PageSource } from "../image/page-source.ts";
import { type BTreePage, Doubt, parsePage } from "./page.ts";

/* Positions in the database's header: https://www.sqlite.org/fileformat2.html#the_database_header */
const RESERVED_AT = 20;
const CHANGES_AT = 24;
const COUNT_AT = 28;
const FREELIST_AT = 32;
const FREE_COUNT_AT = 36;
const LARGEST_ROOT_AT = 52;
const COUNTED_AT_CHANGE = 92;

/** An earlier state of a database, and the pages in which the two differ. */
export interface Twin {
  readonly pages: Pages;
  readonly changed: ReadonlySet<number>;
}

/** So many trees can be told apart. */
export const MOST_TREES = 2 ** 16 - 2;

/** A database's pages by their numbers, each of which is used for one thing. */
export class Pages {
  readonly count: number;
  readonly source: PageSource;
  readonly #usableBytes: number;
  readonly #header: Buffer;
  /** By page: 0 if nothing uses it yet, 1 if something does, and the number of the tree whose leaf it is plus 1. */
  readonly #used: Uint16Array;
  readonly #kept = new Map<number, BTreePage>();
  readonly #twin: Twin | null;

  /** @param twin another state of the database, if one is known */
  constructor(source: PageSource, twin: Twin | null = null) {
    this.source = source;
    this.#twin = twin;
    this.count = source.pageCount;
    this.#header = this.bytes(1);
    this.#usableBytes = PAGE_SIZE_BYTES - this.#header.readUInt8(RESERVED_AT);
    this.#used = new Uint16Array(this.count + 1);
    const isCountValid = this.#header.readUInt32BE(CHANGES_AT) === this.#header.readUInt32BE(COUNTED_AT_CHANGE);
    if (isCountValid && this.#header.readUInt32BE(COUNT_AT) !== this.count) throw new Doubt("another count of pages");
    // Pages that say which page points to which: not in any database of these programs.
    if (this.#header.readUInt32BE(LARGEST_ROOT_AT) !== 0) throw new Doubt("a database with pointer maps");
  }

  isUsed(number: number): boolean {
    return this.#used[number] !== 0;
  }

  isLeafOf(number: number, tree: number): boolean {
    return this.#used[number] === tree + 1;
  }

  bytes(number: number): Buffer {
    const bytes = Buffer.allocUnsafe(PAGE_SIZE_BYTES);
    if (number < 1 || number > this.count || this.source.read(number - 1, 1, bytes) !== 1) throw new Doubt(`no page ${number}`);
    return bytes;
  }

  parse(number: number): BTreePage {
    return parsePage(this.bytes(number), number, this.#usableBytes);
  }

  /** The same for a page that leads to others: it is looked at more than once, and in another state as well that has it too. */
  keep(number: number): BTreePage {
    const twin = this.#twin;
    if (twin !== null && twin.pages.#usableBytes === this.#usableBytes && number <= twin.pages.count && !twin.changed.has(number))
      return twin.pages.keep(number);
    const page = this.#kept.get(number) ?? this.parse(number);
    this.#kept.set(number, page);
    return page;
  }

  /** @param leafOf the number of a tree, from 1 */
  use(number: number, leafOf = 0): void {
    if (number < 1 || number > this.count || this.#used[number] !== 0)
      throw new Doubt(`page ${number} is used twice, or not there`);
    this.#used[number] = leafOf + 1;
  }

  /** The pages that the rest of a payload is on. */
  *chain({ first, pageCount }: { readonly first: number; readonly pageCount: number }): Generator<number> {
    let number = first;
    for (let left = pageCount; left > 0; left--) {
      yield number;
      number = this.bytes(number).readUInt32BE(0);
    }
    if (number !== 0) throw new Doubt("a payload goes on behind its end");
  }

  /** Marks the free pages as used. */
  useFree(): void {
    let left = this.#header.readUInt32BE(FREE_COUNT_AT);
    for (let trunk = this.#header.readUInt32BE(FREELIST_AT); trunk !== 0; ) {
      this.use(trunk);
      const bytes = this.bytes(trunk);
      const count = bytes.readUInt32BE(4);
      if (count > this.#usableBytes / 4 - 2) throw new Doubt(`page ${trunk} lists too many free pages`);
      for (let index = 0; index < count; index++) this.use(bytes.readUInt32BE(8 + index * 4));
      left -= count + 1;
      trunk = bytes.readUInt32BE(0);
    }
    if (left !== 0) throw new Doubt("the count of free pages is wrong");
  }
}
