import { type BigIntStats, closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { SyncError } from "../../errors.ts";
import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import { isLayered, mainOf, pagesOf } from "./names.ts";
import { readWalIndex, type WalIndex } from "./read-wal.ts";
import { WAL_HEADER_BYTES } from "./wal-format.ts";

/** In a database's header: https://www.sqlite.org/fileformat2.html#the_database_header */
const PAGE_SIZE_AT = 16;

const NO_WAL: WalIndex = { pageCount: null, positions: new Map(), endsThere: true };

/** The pages of a database, counted from 0: those of a file, and over them those of a WAL. */
export class PageSource implements Disposable {
  readonly pageCount: number;
  readonly #main: number;
  readonly #mainPageCount: number;
  readonly #wal: number | null;
  readonly #positions: ReadonlyMap<number, number>;

  private constructor(main: number, wal: number | null, index: WalIndex) {
    this.#main = main;
    this.#mainPageCount = fstatSync(main).size / PAGE_SIZE_BYTES;
    this.#wal = wal;
    this.#positions = index.positions;
    this.pageCount = index.pageCount ?? this.#mainPageCount;
  }

  /** Of a file alone. */
  static ofFile(path: string): PageSource {
    return new PageSource(openSync(path, "r"), null, NO_WAL);
  }

  /** Of an image. @throws SyncError `local-damaged` */
  static ofImage(path: string): PageSource {
    if (!isLayered(path)) return PageSource.ofFile(path);
    return opened(mainOf(path), pagesOf(path), (main, wal) => {
      const files = idOfOpen(main, wal);
      const known = indexes.get(files);
      if (known !== undefined) return new PageSource(main, wal, known);
      const index = readWalIndex(wal);
      if (index === null || index.pageCount === null || !index.endsThere)
        throw new SyncError("local-damaged", `${pagesOf(path)} is damaged.`);
      const source = new PageSource(main, wal, index);
      if (!source.#hasAll()) throw new SyncError("local-damaged", `${mainOf(path)} is damaged: it was cut.`);
      keepIndex(files, index);
      return source;
    });
  }

  /** Of a database that others write, as it is at this moment; null if its WAL has pages of another size. */
  static ofDatabase(path: string): PageSource | null {
    if (!existsSync(`${path}-wal`)) return PageSource.ofFile(path);
    return opened(path, `${path}-wal`, (main, wal) => {
      const index = readWalIndex(wal);
      return index === null ? null : new PageSource(main, wal, index);
    });
  }

  /** A file that was cut would read as if it went on with zeros: SQLite goes by the count of pages that the WAL says. */
  #hasAll(): boolean {
    for (let page = Math.floor(this.#mainPageCount); page < this.pageCount; page++) if (!this.#positions.has(page)) return false;
    return true;
  }

  /** The pages that the WAL holds. */
  get laidOver(): ReadonlySet<number> {
    return new Set(this.#positions.keys());
  }

  /** Which file lies beneath: two sources over one file differ at most in what is laid over either. */
  get mainId(): string {
    const { dev, ino } = fstatSync(this.#main, { bigint: true });
    return `${dev}:${ino}`;
  }

  /** Which files it is made of. */
  get filesId(): string {
    return idOfOpen(this.#main, this.#wal);
  }

  /** Reads so many pages from there on, or up to the end, and says how many. */
  read(first: number, count: number, into: Buffer): number {
    const end = Math.min(first + count, this.pageCount);
    const fromMain = Math.min(end, Math.ceil(this.#mainPageCount)) - first;
    if (fromMain > 0) readSync(this.#main, into, 0, fromMain * PAGE_SIZE_BYTES, first * PAGE_SIZE_BYTES);
    if (this.#wal !== null) {
      for (let page = first; page < end; page++) {
        const position = this.#positions.get(page);
        if (position !== undefined) readSync(this.#wal, into, (page - first) * PAGE_SIZE_BYTES, PAGE_SIZE_BYTES, position);
      }
    }
    return Math.max(0, end - first);
  }

  [Symbol.dispose](): void {
    close(this.#main, this.#wal);
  }

  /** Whether the database's pages have the size that is meant here. */
  hasUsualPages(): boolean {
    if (!Number.isInteger(this.#mainPageCount) || this.pageCount === 0) return false;
    const header = Buffer.alloc(PAGE_SIZE_BYTES);
    this.read(0, 1, header);
    return header.readUInt16BE(PAGE_SIZE_AT) === PAGE_SIZE_BYTES;
  }
}

/** Where the pages are of images in two files that were found to be whole: they never change, and are looked at again and again. */
const indexes = new Map<string, WalIndex>();
const MOST_INDEXES = 16;

function keepIndex(files: string, index: WalIndex): void {
  indexes.set(files, index);
  for (const oldest of indexes.keys()) {
    if (indexes.size <= MOST_INDEXES) return;
    indexes.delete(oldest);
  }
}

/** Looks whether an image in two files is whole, once. @throws SyncError `local-damaged` */
export function checkPages(path: string): void {
  PageSource.ofImage(path)[Symbol.dispose]();
}

/** Both files are closed again if nothing was made of them. */
function opened<T extends PageSource | null>(mainPath: string, walPath: string, make: (main: number, wal: number) => T): T {
  const main = openSync(mainPath, "r");
  let wal: number | null = null;
  let source: T | null = null;
  try {
    wal = openSync(walPath, "r");
    source = make(main, wal);
    return source;
  } finally {
    if (source === null) close(main, wal);
  }
}

/**
 * The same of files that are not held open from one look to the next. A new one may get the number of one that was removed, and its time
 * too, which some file systems count in seconds; but each WAL has random salts in its header.
 */
function idOfOpen(main: number, wal: number | null): string {
  const files = wal === null ? [main] : [main, wal];
  const header = Buffer.alloc(WAL_HEADER_BYTES);
  if (wal !== null) readSync(wal, header, 0, WAL_HEADER_BYTES, 0);
  return `${idOf(files.map((fd) => fstatSync(fd, { bigint: true })))} ${header.toString("latin1")}`;
}

/** Which files these are, by whatever names, and that nobody has written to them: images never change. */
export function idOf(files: readonly BigIntStats[]): string {
  return files.flatMap(({ dev, ino, size, mtimeNs }) => [dev, ino, size, mtimeNs]).join();
}

function close(main: number, wal: number | null): void {
  closeSync(main);
  if (wal !== null) closeSync(wal);
}
