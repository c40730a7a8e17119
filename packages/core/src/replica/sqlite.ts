import { copyFileSync, linkSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { SyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import type { SqlValue } from "../remote/value.ts";
import { NO_SECOND_NAME } from "./files.ts";
import { type Connection, giveBack, keptId, takeKept } from "./image/kept-open.ts";
import { isLayered, mainOf, pagesOf } from "./image/names.ts";
import { checkPages } from "./image/page-source.ts";
import { prepare } from "./whole-text.ts";

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A thin hold on one SQLite file: integers are bigint, statements are kept, errors name the file. */
export class Database implements Disposable {
  readonly path: string;
  readonly #connection: Connection;
  readonly #db: DatabaseSync;
  /** Of an image to which nothing was done that the next who reads it would see; null otherwise. */
  #keptId: string | null = null;

  private constructor(path: string, connection: Connection) {
    this.path = path;
    this.#connection = connection;
    this.#db = connection.db;
  }

  /** For images (bases, origins, snapshots), which nothing changes: no locks, no sidecar files. @throws SyncError `local-damaged` */
  static openImmutable(path: string): Database {
    const id = keptId(path);
    const kept = id === null ? null : takeKept(id);
    if (kept !== null) {
      const reopened = new Database(path, kept);
      reopened.#keptId = id;
      return reopened;
    }
    const open = () =>
      withUrl(path, (url) => {
        const db = new DatabaseSync(url, { readOnly: true });
        try {
          // SQLite opens the files when they are first read.
          db.exec(`${LAYERS_WITHOUT_LOCKS}; SELECT 1 FROM sqlite_schema LIMIT 1`);
          return db;
        } catch (error) {
          db.close();
          throw error;
        }
      });
    const opened = Database.#open(path, open);
    // Another one may have been put there meanwhile, by a command that does not wait for this one.
    if (id !== null && keptId(path) === id) opened.#keptId = id;
    return opened;
  }

  /** For files that we may change. `busyTimeoutMs` is how long to wait for another process's lock. */
  static openWritable(path: string, busyTimeoutMs = 0): Database {
    return Database.#open(
      path,
      () => new DatabaseSync(pathToFileURL(path), { timeout: busyTimeoutMs, enableForeignKeyConstraints: false }),
    );
  }

  static #open(path: string, open: () => DatabaseSync): Database {
    try {
      return new Database(path, { db: open(), statements: new Map(), listing: new Map() });
    } catch (thrown) {
      throw asSyncError(path, thrown);
    }
  }

  all(sql: string, ...args: readonly SqlValue[]): SqlRow[] {
    return this.#run(() => this.#statement(sql).all(...args) as SqlRow[]);
  }

  get(sql: string, ...args: readonly SqlValue[]): SqlRow | undefined {
    return this.#run(() => this.#statement(sql).get(...args) as SqlRow | undefined);
  }

  *iterate(sql: string, ...args: readonly SqlValue[]): Generator<SqlRow> {
    try {
      yield* this.#statement(sql).iterate(...args) as Iterable<SqlRow>;
    } catch (thrown) {
      throw asSyncError(this.path, thrown);
    }
  }

  /** Rows as lists of their values. */
  *iterateValues(sql: string, ...args: readonly SqlValue[]): Generator<readonly SqlValue[]> {
    try {
      yield* this.#statement(sql, true).iterate(...args) as Iterable<unknown> as Iterable<readonly SqlValue[]>;
    } catch (thrown) {
      throw asSyncError(this.path, thrown);
    }
  }

  /** Runs one statement and says how many rows it changed. */
  run(sql: string, ...args: readonly SqlValue[]): number {
    this.#keptId = null;
    return this.#run(() => Number(this.#statement(sql).run(...args).changes));
  }

  exec(sql: string): void {
    this.#keptId = null;
    this.#run(() => this.#db.exec(sql));
  }

  /** Undoes the transaction, if SQLite has not done so itself as some errors make it do. */
  rollBack(): void {
    if (this.#db.isTransaction) this.exec("ROLLBACK");
  }

  /** Attaches an image as schema `name`. @throws SyncError `local-damaged` */
  attachImmutable(path: string, name: string): void {
    this.exec(`${LAYERS_WITHOUT_LOCKS}; PRAGMA main.locking_mode = NORMAL`);
    withUrl(path, ({ href }) => this.run(`ATTACH ? AS ${name}`, href));
  }

  [Symbol.dispose](): void {
    giveBack(this.#keptId, this.#connection);
  }

  #statement(sql: string, givesLists = false) {
    const statements = givesLists ? this.#connection.listing : this.#connection.statements;
    const prepared = statements.get(sql);
    if (prepared !== undefined) return prepared;
    const statement = prepare(this.#db, sql, givesLists);
    statements.set(sql, statement);
    return statement;
  }

  #run<T>(action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      throw asSyncError(this.path, thrown);
    }
  }
}

/** SQLite reads a WAL without its shared memory, which belongs to a file and not to one of its names, only if nobody else may come. */
const LAYERS_WITHOUT_LOCKS = "PRAGMA locking_mode = EXCLUSIVE";

/** Opens an image, or what its main file and its pages are for SQLite: a database and its WAL, under names that are gone afterwards. */
function withUrl<T>(path: string, open: (url: URL) => T): T {
  if (!isLayered(path)) return open(urlOf(path, { immutable: "1" }));
  checkPages(path);
  try {
    return withNames(path, linkSync, open);
  } catch (error) {
    if (!CANNOT_LINK.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-image-"));
  try {
    return withNames(path, copyFileSync, open, join(folder, basename(path)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of a folder that was copied to where there are no second names, or that is only to be read. */
const CANNOT_LINK = new Set([...NO_SECOND_NAME, "EACCES", "EROFS"]);

function withNames<T>(
  path: string,
  give: (file: string, name: string) => void,
  open: (url: URL) => T,
  name = `${path}.${randomUuid()}`,
): T {
  const pages = `${name}-wal`;
  try {
    give(mainOf(path), name);
    give(pagesOf(path), pages);
    const given = statSync(pages).ino;
    const opened = open(urlOf(name, { mode: "ro", vfs: "unix-none" }));
    // SQLite would make an empty one where it has just been removed.
    if (statSync(pages, { throwIfNoEntry: false })?.ino === given) return opened;
  } finally {
    for (const file of [name, pages]) rmSync(file, { force: true });
  }
  // Without its pages the file beneath is another state.
  throw new SyncError("file-system", `Another command removed ${path} while it was being opened.`);
}

function urlOf(path: string, query: Readonly<Record<string, string>>): URL {
  const url = pathToFileURL(path);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
}

/** `"name"`, safe to stand in SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOT_A_DATABASE = 26;

function asSyncError(path: string, thrown: unknown): unknown {
  const error = thrown as { readonly errcode?: number; readonly message?: string };
  const primary = typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
  switch (primary) {
    case BUSY:
    case LOCKED:
      return new SyncError("working-copy-busy", `Another process holds ${path} locked.`, { cause: thrown });
    case NOT_A_DATABASE:
      return new SyncError("not-a-database", `${path} is not a SQLite database (or it is encrypted).`, { cause: thrown });
    case CORRUPT:
      return new SyncError("local-damaged", `${path} is damaged: ${error.message}.`, { cause: thrown });
    case READONLY:
    case IOERR:
    case FULL:
    case CANTOPEN:
      return new SyncError("file-system", `SQLite cannot read or write ${path}: ${error.message}.`, { cause: thrown });
    default:
      return thrown;
  }
}

/** `PRAGMA quick_check`, as null or its first finding. */
export function quickCheck(db: Database): string | null {
  const first = db.get("PRAGMA quick_check(1)");
  const said = first === undefined ? "no answer" : String(Object.values(first)[0]);
  return said === "ok" ? null : said;
}

/** The columns of a table in their order; none if there is no such table. */
export function columnsOf(db: Database, table: string, schema = "main"): string[] {
  return db.all(`SELECT name FROM pragma_table_info(?, ?)`, table, schema).map((row) => String(row["name"]));
}

export function hasTable(db: Database, table: string, schema = "main"): boolean {
  return db.get(`SELECT 1 FROM ${schema}.sqlite_schema WHERE type = 'table' AND name = ?`, table) !== undefined;
}
