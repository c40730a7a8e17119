import type { SqlValue } from "../remote/value.ts";
import { columnsOf, Database, hasTable, quoteName, type SqlRow } from "../replica/sqlite.ts";
import { type Content, type Entry, KEYED_TABLES, type KeyedTable } from "./changeset.ts";
import { readContent } from "./content.ts";
import { toEntry } from "./diff-entries.ts";
import type { Marks } from "./facts.ts";
import { FileUserTables, type UserTables } from "./user-tables.ts";

/** One side of a merge as it is asked for, in its own numbers. Nothing is read that no change touches. */
export interface Side {
  inode(ino: bigint): SqlRow | null;
  content(ino: bigint): Content;
  target(ino: bigint): string | null;
  entry(id: bigint): Entry | null;
  entryAt(parentIno: bigint, name: string): Entry | null;
  entriesOf(ino: bigint): readonly Entry[];
  children(ino: bigint): readonly Entry[];
  subdirectoryCount(ino: bigint): number;
  row(table: KeyedTable, key: SqlValue): SqlRow | null;
  toolCall(id: bigint): SqlRow | null;
  /** Ids of calls that are equal to `row` in every column but the id. */
  toolCallsLike(row: SqlRow): readonly bigint[];
  columns(table: string): readonly string[];
  /** Tables that are no part of AgentFS. */
  readonly tables: UserTables;
  /** The highest number of each kind that is in use or was once given out. */
  readonly highest: Marks;
}

/** The three states of a merge: what both started from, what the job made of it, what the remote holds now. */
export interface Sides {
  readonly origin: Side;
  readonly ours: Side;
  readonly theirs: Side;
}

/** Contents of a side by its numbers: those that need not be read, and those that were. */
type Known = Map<bigint, Content>;

/** Three files that nothing changes. */
export function openSides(
  originPath: string,
  snapshotPath: string,
  remotePath: string,
  known: { readonly ours: Known; readonly theirs: Known } = { ours: new Map(), theirs: new Map() },
): Sides & Disposable {
  const opened: Disposable[] = [];
  // No DisposableStack: Node.js 22 has none.
  const close = () => {
    for (const side of opened) side[Symbol.dispose]();
  };
  const open = (path: string, contents?: Known) => {
    const side = openSide(path, contents);
    opened.push(side);
    return side;
  };
  try {
    const [origin, ours, theirs] = [open(originPath), open(snapshotPath, known.ours), open(remotePath, known.theirs)];
    return { origin, ours, theirs, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

export function openSide(path: string, known: Known = new Map()): Side & Disposable {
  return new FileSide(Database.openImmutable(path), known);
}

const ENTRY = "SELECT id, name, parent_ino, ino FROM main.fs_dentry";
const ENTRY_BY_ID = `${ENTRY} WHERE id = ?`;
const ENTRY_BY_SLOT = `${ENTRY} WHERE parent_ino = ? AND name = ? ORDER BY id`;
const ENTRIES_BY_INO = `${ENTRY} WHERE id IN (SELECT id FROM temp.entry_of WHERE ino = ?) ORDER BY id`;
const ENTRIES_BY_PARENT = `${ENTRY} WHERE parent_ino = ? ORDER BY id`;

class FileSide implements Side, Disposable {
  readonly tables: UserTables;
  readonly #db: Database;
  readonly #known: Known;
  #hasEntryIndex = false;
  #highestNumbers: Marks | null = null;
  /** The highest inode number that any row has, if it is known. */
  #last: bigint | null = null;

  constructor(db: Database, known: Known) {
    this.#db = db;
    this.#known = known;
    this.tables = new FileUserTables(db);
  }

  get highest(): Marks {
    this.#highestNumbers ??= {
      inode: this.#highestInode(),
      entry: this.#highest("fs_dentry", "id"),
      toolCall: this.#highest("tool_calls", "id"),
    };
    // An entry may stand in a directory that is not there.
    this.#last ??= largest(this.#highestNumbers.inode, this.#highest("fs_dentry", "parent_ino"));
    return this.#highestNumbers;
  }

  /** A merge asks for everything under the number of what is new, and only theirs is asked for its highest numbers first. */
  #isBeyondAll(ino: bigint): boolean {
    return this.#last !== null && ino > this.#last;
  }

  /** The tables have no index from an inode to its entries: one is made, when it is needed, in the connection's temporary space. */
  #indexEntries(): void {
    if (this.#hasEntryIndex) return;
    this.#db.exec("CREATE TEMP TABLE entry_of (ino INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (ino, id)) WITHOUT ROWID");
    this.#db.exec("INSERT INTO temp.entry_of SELECT ino, id FROM main.fs_dentry");
    this.#hasEntryIndex = true;
  }

  inode(ino: bigint): SqlRow | null {
    return this.#isBeyondAll(ino) ? null : (this.#db.get("SELECT * FROM fs_inode WHERE ino = ?", ino) ?? null);
  }

  content(ino: bigint): Content {
    const content = this.#known.get(ino) ?? readContent(this.#db, "main", ino);
    this.#known.set(ino, content);
    return content;
  }

  target(ino: bigint): string | null {
    const row = this.#db.get("SELECT target FROM fs_symlink WHERE ino = ?", ino);
    return row === undefined ? null : String(row["target"]);
  }

  entry(id: bigint): Entry | null {
    return this.#entry(ENTRY_BY_ID, id);
  }

  entryAt(parentIno: bigint, name: string): Entry | null {
    return this.#isBeyondAll(parentIno) ? null : this.#entry(ENTRY_BY_SLOT, parentIno, name);
  }

  entriesOf(ino: bigint): readonly Entry[] {
    if (this.#isBeyondAll(ino)) return [];
    this.#indexEntries();
    return this.#entries(ENTRIES_BY_INO, ino);
  }

  children(ino: bigint): readonly Entry[] {
    return this.#isBeyondAll(ino) ? [] : this.#entries(ENTRIES_BY_PARENT, ino);
  }

  subdirectoryCount(ino: bigint): number {
    const sql = `SELECT count(*) AS n FROM fs_dentry AS d JOIN fs_inode AS i ON i.ino = d.ino
      WHERE d.parent_ino = ? AND i.mode & 61440 = 16384`;
    return Number(this.#db.get(sql, ino)?.["n"]);
  }

  row(table: KeyedTable, key: SqlValue): SqlRow | null {
    if (!hasTable(this.#db, table)) return null;
    return this.#db.get(`SELECT * FROM ${table} WHERE ${KEYED_TABLES[table].key} IS ?`, key) ?? null;
  }

  toolCall(id: bigint): SqlRow | null {
    return hasTable(this.#db, "tool_calls") ? (this.#db.get("SELECT * FROM tool_calls WHERE id = ?", id) ?? null) : null;
  }

  toolCallsLike(row: SqlRow): readonly bigint[] {
    const columns = columnsOf(this.#db, "tool_calls").filter((column) => column !== "id" && row[column] !== undefined);
    if (columns.length === 0) return [];
    const same = columns.map((column) => `${quoteName(column)} IS ?`).join(" AND ");
    const values = columns.map((column) => row[column] ?? null);
    return this.#db.all(`SELECT id FROM tool_calls WHERE ${same} ORDER BY id`, ...values).map((found) => found["id"] as bigint);
  }

  columns(table: string): readonly string[] {
    return columnsOf(this.#db, table);
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  #entry(sql: string, ...args: readonly SqlValue[]): Entry | null {
    const row = this.#db.get(sql, ...args);
    return row === undefined ? null : toEntry(row);
  }

  #entries(sql: string, ...args: readonly SqlValue[]): Entry[] {
    return this.#db.all(sql, ...args).map(toEntry);
  }

  #highest(table: string, column: string): bigint {
    if (!hasTable(this.#db, table)) return 0n;
    const used = this.#db.get(`SELECT max(${column}) AS n FROM main.${table}`)?.["n"];
    const given = hasTable(this.#db, "sqlite_sequence")
      ? this.#db.get("SELECT max(seq) AS n FROM main.sqlite_sequence WHERE name = ?", table)?.["n"]
      : null;
    return [used, given].reduce((highest: bigint, n) => (typeof n === "bigint" && n > highest ? n : highest), 0n);
  }

  #highestInode(): bigint {
    return largest(this.#highest("fs_inode", "ino"), this.#highest("fs_dentry", "ino"), this.#highest("fs_data", "ino"));
  }
}

const largest = (...numbers: readonly bigint[]) => numbers.reduce((a, b) => (a > b ? a : b));
