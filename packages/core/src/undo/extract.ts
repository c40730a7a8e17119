import { KEYED_TABLES, type KeyedTable } from "../agentfs/changeset.ts";
import { jsonNumbers } from "../agentfs/json-numbers.ts";
import type { Plan } from "../agentfs/merge/types.ts";
import { rowIs } from "../agentfs/row-match.ts";
import { isNeverSynced, OVERLAY_TABLES, SYNC_TABLES } from "../agentfs/schema.ts";
import type { SqlValue } from "../remote/value.ts";
import { columnsOf, Database, hasTable, quoteName, type SqlRow } from "../replica/sqlite.ts";
import { keysOf, type Touched } from "./touched.ts";

/*
 * A part of the remote's database that holds just what a plan touches, in the remote's numbers: an AgentFS of its own, small as the plan
 * is, with the directories that lead there. What is not in it counts as untouched.
 */

const USUAL_PAGE_BYTES = 4096;
/** A chunk of a file is a little longer than a usual page, and takes two of them; 15 of them fit into such a one. */
const LARGE_PAGE_BYTES = 65536;

/**
 * Writes that part, as it is in the file `basePath` before the plan. `uuid` is the remote's.
 * @param contentBytes how much content there is, or will be, in it; need not be known
 * @throws SyncError as `Database` does
 */
export function extractTouched(
  basePath: string,
  path: string,
  plan: Plan,
  touched: Touched,
  uuid: string | null,
  contentBytes = 0,
): void {
  using db = openUnseen(path);
  db.attachImmutable(basePath, "base");
  const definitions = definitionsIn(db);
  // Each of them takes a page at least, however little is in it.
  const isLarge = contentBytes >= definitions.length * LARGE_PAGE_BYTES;
  db.exec(`PRAGMA main.page_size = ${isLarge ? LARGE_PAGE_BYTES : USUAL_PAGE_BYTES}`);
  db.exec("BEGIN");
  copySchema(db, plan, definitions);
  if (uuid !== null) db.run("INSERT INTO main.agentfs_sync_meta (key, value) VALUES ('uuid', ?)", uuid);
  const shown = withNames(db, touched.inos);
  copyWhere(db, "fs_config", "1");
  copyWhere(db, "fs_inode", inList("ino"), jsonNumbers([...shown.inos, ...shown.folders.keys()]));
  copyWhere(db, "fs_dentry", inList("id"), jsonNumbers([...shown.entries, ...shown.folders.values()]));
  copyWhere(db, "fs_symlink", inList("ino"), jsonNumbers(touched.inos));
  copyContent(db, touched.contentInos);
  copyWhere(db, "tool_calls", inList("id"), jsonNumbers(touched.callIds));
  for (const table of Object.keys(KEYED_TABLES) as KeyedTable[]) {
    if (table !== "fs_config") copyKeyed(db, table, plan);
  }
  for (const { table, key, rows } of plan.tables) {
    for (const { before } of rows) {
      if (before === null) continue;
      const is = rowIs(before, key, key);
      copyRows(db, table, key, is.sql, is.args);
    }
  }
  copyNumbersGivenOut(db);
  db.exec("COMMIT");
}

/** Adds the content of these inodes as it is in that file. @throws SyncError as `Database` does */
export function addContent(basePath: string, path: string, inos: ReadonlySet<bigint>): void {
  if (inos.size === 0) return;
  using db = openUnseen(path);
  db.attachImmutable(basePath, "base");
  copyContent(db, inos);
}

/** Nobody else sees the file, and whoever was cut short writes it anew. */
export function openUnseen(path: string): Database {
  const db = Database.openWritable(path);
  db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  return db;
}

/** Bytes of content that the remote has of what is touched. */
export function contentBytesIn(basePath: string, { contentInos }: Touched): number {
  using db = Database.openImmutable(basePath);
  const sql = `SELECT coalesce(sum(length(data)), 0) AS n FROM fs_data WHERE ${inList("ino")}`;
  return Number(db.get(sql, jsonNumbers(contentInos))?.["n"]);
}

const inList = (column: string) => `${column} IN (SELECT value FROM json_each(?))`;

/** Of tables, indexes and views as they are there. Triggers would fire here, and virtual tables need their modules. */
function definitionsIn(db: Database): readonly string[] {
  const objects = db.all(
    "SELECT name, tbl_name, sql FROM base.sqlite_schema WHERE sql IS NOT NULL AND type <> 'trigger' ORDER BY type = 'table' DESC, rowid",
  );
  const isCopied = ({ name, tbl_name: table, sql }: SqlRow) =>
    !isNeverSynced(String(name)) && !isNeverSynced(String(table)) && !/^create\s+virtual/i.test(String(sql));
  return objects.filter(isCopied).map(({ sql }) => String(sql));
}

function copySchema(db: Database, plan: Plan, definitions: readonly string[]): void {
  // One statement: SQLite itself passes over what a hostile schema may have behind it, such as an ATTACH that writes a file anywhere.
  for (const sql of definitions) db.run(sql);
  for (const [table, sql] of Object.entries(OVERLAY_TABLES)) if (plan.rows.some((row) => row.table === table)) db.exec(sql);
  db.exec(SYNC_TABLES["agentfs_sync_meta"] ?? "");
}

interface Shown {
  readonly inos: ReadonlySet<bigint>;
  readonly entries: ReadonlySet<bigint>;
  /** Directories in touched ones, which a link count may count, with the entry of each. */
  readonly folders: ReadonlyMap<bigint, bigint>;
}

/** With all names of each object, and the directories that lead there. */
function withNames(db: Database, touched: ReadonlySet<bigint>): Shown {
  const inos = new Set<bigint>();
  const entries = new Set<bigint>();
  for (let next: ReadonlySet<bigint> = touched; next.size > 0; ) {
    const rows = db.all(`SELECT id, parent_ino FROM base.fs_dentry WHERE ${inList("ino")}`, jsonNumbers(next));
    for (const ino of next) inos.add(ino);
    for (const row of rows) entries.add(row["id"] as bigint);
    next = new Set(rows.map((row) => row["parent_ino"] as bigint).filter((ino) => !inos.has(ino)));
  }
  const below = db.all(
    `SELECT d.ino, d.id FROM base.fs_dentry AS d JOIN base.fs_inode AS i ON i.ino = d.ino
     WHERE ${inList("d.parent_ino")} AND i.mode & 61440 = 16384`,
    jsonNumbers(touched),
  );
  const folders = below.filter((row) => !inos.has(row["ino"] as bigint));
  return { inos, entries, folders: new Map(folders.map((row) => [row["ino"] as bigint, row["id"] as bigint])) };
}

function copyKeyed(db: Database, table: KeyedTable, plan: Plan): void {
  const { key } = KEYED_TABLES[table];
  const keys = new Set(
    keysOf(
      plan.rows.filter((row) => row.table === table),
      key,
    ),
  );
  for (const value of keys) copyWhere(db, table, `${key} IS ?`, value);
}

function copyContent(db: Database, inos: ReadonlySet<bigint>): void {
  copyWhere(db, "fs_data", inList("ino"), jsonNumbers(inos));
}

function copyWhere(db: Database, table: string, where: string, ...args: readonly SqlValue[]): void {
  copyRows(db, table, [], where, args);
}

/** `key` may be the number of the row, which is no column: a row keeps it. */
function copyRows(db: Database, table: string, key: readonly string[], where: string, args: readonly SqlValue[]): void {
  if (!hasTable(db, table, "base")) return;
  const names = columnsOf(db, table, "base");
  const columns = [...names, ...key.filter((column) => !names.includes(column))].map(quoteName).join(", ");
  const name = quoteName(table);
  db.run(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM base.${name} WHERE ${where}`, ...args);
}

/** The highest number of each kind that was given out by then: what has a higher one came later. */
function copyNumbersGivenOut(db: Database): void {
  if (!hasTable(db, "sqlite_sequence", "base") || !hasTable(db, "sqlite_sequence", "main")) return;
  db.exec(`DELETE FROM main.sqlite_sequence WHERE name IN ('fs_inode', 'fs_dentry', 'tool_calls');
    INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM base.sqlite_sequence WHERE name IN ('fs_inode', 'fs_dentry', 'tool_calls')`);
}
