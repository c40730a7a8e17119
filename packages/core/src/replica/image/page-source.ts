import { type BigIntStats, closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { SyncError } from "../../errors.ts";
import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import { isLayered, mainOf, pagesOf } from "./names.ts";
import { readWalIndex, type WalIndex } from "./read-wal.ts";

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
    const isWhole = ({ pageCount, endsThere }: WalIndex) => pageCount !== null && endsThere;
    const source = PageSource.#open(mainOf(path), pagesOf(path), isWhole);
    if (source === null) throw new SyncError("local-damaged", `${pagesOf(path)} is damaged.`);
    if (source.#hasAll()) return source;
    source[Symbol.dispose]();
    throw new SyncError("local-damaged", `${mainOf(path)} is damaged: it was cut.`);
  }

  /** Of a database that others write, as it is at this moment; null if its WAL has pages of another size. */
  static ofDatabase(path: string): PageSource | null {
    return PageSource.#open(path, existsSync(`${path}-wal`) ? `${path}-wal` : null, () => true);
  }

  static #open(main: string, wal: string | null, isGood: (index: WalIndex) => boolean): PageSource | null {
    const mainFd = openSync(main, "r");
    let walFd: number | null = null;
    try {
      walFd = wal === null ? null : openSync(wal, "r");
      const index = walFd === null ? NO_WAL : readWalIndex(walFd);
      if (index !== null && isGood(index)) return new PageSource(mainFd, walFd, index);
    } catch (error) {
      close(mainFd, walFd);
      throw error;
    }
    close(mainFd, walFd);
    return null;
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

  /** The files that it is made of, as `idOf`. */
  get filesId(): string {
    return idOf([this.#main, ...(this.#wal === null ? [] : [this.#wal])].map((fd) => fstatSync(fd, { bigint: true })));
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

/** Images in two files that were found to be whole: they never change, and are looked at again and again. */
const checked = new Set<string>();

/** Looks whether an image in two files is whole, once. @throws SyncError `local-damaged` */
export function checkPages(path: string): void {
  const key = idOf([mainOf(path), pagesOf(path)].map((file) => statSync(file, { bigint: true })));
  if (checked.has(key)) return;
  PageSource.ofImage(path)[Symbol.dispose]();
  checked.add(key);
}

/** Which files these are, by whatever names, and that nobody has written to them: images never change. */
function idOf(files: readonly BigIntStats[]): string {
  return files.flatMap(({ dev, ino, size, mtimeNs }) => [dev, ino, size, mtimeNs]).join();
}

function close(main: number, wal: number | null): void {
  closeSync(main);
  if (wal !== null) closeSync(wal);
}
