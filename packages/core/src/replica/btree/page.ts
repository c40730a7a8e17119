/*
 * Pages of SQLite's B-trees (https://www.sqlite.org/fileformat2.html#b_tree_pages). Pages have the numbers that SQLite gives them, from 1.
 */

/** Something is not as it should be, or not as it is expected here; SQLite itself is asked then. */
export class Doubt extends Error {}

export interface Cell {
  /** Of a row in a table's leaf, or the highest one below a child of an inner page; null in an index. */
  readonly rowid: bigint | null;
  /** The page below it, in an inner page. */
  readonly child: number | null;
  /** Where the rest of its payload begins, on so many pages. */
  readonly overflow: { readonly first: number; readonly pageCount: number } | null;
}

export interface BTreePage {
  readonly isTable: boolean;
  readonly isLeaf: boolean;
  readonly cells: readonly Cell[];
  /** The last child of an inner page. */
  readonly rightmost: number | null;
}

const KINDS: Readonly<Record<number, Pick<BTreePage, "isTable" | "isLeaf">>> = {
  2: { isTable: false, isLeaf: false },
  5: { isTable: true, isLeaf: false },
  10: { isTable: false, isLeaf: true },
  13: { isTable: true, isLeaf: true },
};

const DATABASE_HEADER_BYTES = 100;
const LEAF_HEADER_BYTES = 8;
const INNER_HEADER_BYTES = 12;

/** @param usableBytes of a page, without what is reserved at its end */
export function parsePage(bytes: Buffer, number: number, usableBytes: number): BTreePage {
  const start = number === 1 ? DATABASE_HEADER_BYTES : 0;
  const kind = KINDS[bytes.readUInt8(start)];
  if (kind === undefined) throw new Doubt(`page ${number} is no page of a tree`);
  const count = bytes.readUInt16BE(start + 3);
  const pointers = start + (kind.isLeaf ? LEAF_HEADER_BYTES : INNER_HEADER_BYTES);
  if (pointers + count * 2 > usableBytes) throw new Doubt(`page ${number} has too many cells`);
  const read = new CellReader(bytes, number, usableBytes, kind);
  const cells = Array.from({ length: count }, (_, index) =>
    read.at(bytes.readUInt16BE(pointers + index * 2), pointers + count * 2),
  );
  return { ...kind, cells, rightmost: kind.isLeaf ? null : bytes.readUInt32BE(start + 8) };
}

class CellReader {
  readonly #bytes: Buffer;
  readonly #number: number;
  readonly #usableBytes: number;
  readonly #kind: Pick<BTreePage, "isTable" | "isLeaf">;
  #at = 0;

  constructor(bytes: Buffer, number: number, usableBytes: number, kind: Pick<BTreePage, "isTable" | "isLeaf">) {
    this.#bytes = bytes;
    this.#number = number;
    this.#usableBytes = usableBytes;
    this.#kind = kind;
  }

  /** The cell that begins there, behind the pointers. */
  at(position: number, lowest: number): Cell {
    const { isTable, isLeaf } = this.#kind;
    if (position < lowest) throw this.#outside();
    this.#at = position;
    const child = isLeaf ? null : this.#number32();
    const payloadBytes = isTable && !isLeaf ? 0 : Number(this.#varint());
    const rowid = isTable ? this.#varint() : null;
    const overflow = isTable && !isLeaf ? null : this.#overflow(payloadBytes);
    if (this.#at > this.#usableBytes) throw this.#outside();
    return { rowid, child, overflow };
  }

  #overflow(payloadBytes: number): Cell["overflow"] {
    const usable = this.#usableBytes;
    const most = this.#kind.isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
    if (payloadBytes <= most) {
      this.#at += payloadBytes;
      return null;
    }
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((payloadBytes - least) % (usable - 4));
    const localBytes = fitting <= most ? fitting : least;
    this.#at += localBytes;
    return { first: this.#number32(), pageCount: Math.ceil((payloadBytes - localBytes) / (usable - 4)) };
  }

  #number32(): number {
    this.#at += 4;
    if (this.#at > this.#usableBytes) throw this.#outside();
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  /** One to nine bytes, seven bits in each but the ninth. */
  #varint(): bigint {
    let low = 0;
    for (let length = 1; ; length++) {
      if (this.#at >= this.#usableBytes) throw this.#outside();
      const byte = this.#bytes.readUInt8(this.#at++);
      // Nearly all are short; a number is faster than a bigint while it is exact.
      if (length <= 7) {
        low = low * 128 + (byte & 127);
        if (byte < 128) return BigInt(low);
      } else {
        return this.#longVarint(BigInt(low), byte);
      }
    }
  }

  #longVarint(high: bigint, eighth: number): bigint {
    const value = (high << 7n) | BigInt(eighth & 127);
    if (eighth < 128) return value;
    if (this.#at >= this.#usableBytes) throw this.#outside();
    return BigInt.asIntN(64, (value << 8n) | BigInt(this.#bytes.readUInt8(this.#at++)));
  }

  #outside(): Doubt {
    return new Doubt(`a cell of page ${this.#number} is not on it`);
  }
}
