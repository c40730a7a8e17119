import { canonicalSql } from "./sql-tokens.ts";

/**
 * AgentFS schema 0.4, as agentfs-sdk 0.6.4 creates it (its `initialize` methods), in an order in which it can be run.
 * The program's own databases lack AUTOINCREMENT on fs_inode: its migrations drop it.
 */
export const AGENTFS_TABLES: Readonly<Record<string, string>> = {
  fs_config: "CREATE TABLE IF NOT EXISTS fs_config (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
  fs_inode:
    "CREATE TABLE IF NOT EXISTS fs_inode (ino INTEGER PRIMARY KEY AUTOINCREMENT, mode INTEGER NOT NULL, nlink INTEGER NOT NULL DEFAULT 0, " +
    "uid INTEGER NOT NULL DEFAULT 0, gid INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0, atime INTEGER NOT NULL, " +
    "mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, rdev INTEGER NOT NULL DEFAULT 0, atime_nsec INTEGER NOT NULL DEFAULT 0, " +
    "mtime_nsec INTEGER NOT NULL DEFAULT 0, ctime_nsec INTEGER NOT NULL DEFAULT 0)",
  fs_dentry:
    "CREATE TABLE IF NOT EXISTS fs_dentry (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, parent_ino INTEGER NOT NULL, " +
    "ino INTEGER NOT NULL, UNIQUE(parent_ino, name))",
  fs_data:
    "CREATE TABLE IF NOT EXISTS fs_data (ino INTEGER NOT NULL, chunk_index INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (ino, chunk_index))",
  fs_symlink: "CREATE TABLE IF NOT EXISTS fs_symlink (ino INTEGER PRIMARY KEY, target TEXT NOT NULL)",
  kv_store:
    "CREATE TABLE IF NOT EXISTS kv_store (key TEXT PRIMARY KEY, value TEXT NOT NULL, created_at INTEGER DEFAULT (unixepoch()), " +
    "updated_at INTEGER DEFAULT (unixepoch()))",
  tool_calls:
    "CREATE TABLE IF NOT EXISTS tool_calls (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, parameters TEXT, result TEXT, error TEXT, " +
    "status TEXT NOT NULL DEFAULT 'pending', started_at INTEGER NOT NULL, completed_at INTEGER, duration_ms INTEGER)",
};

export const AGENTFS_INDEXES: Readonly<Record<string, string>> = {
  idx_fs_dentry_parent: "CREATE INDEX IF NOT EXISTS idx_fs_dentry_parent ON fs_dentry(parent_ino, name)",
  idx_kv_store_created_at: "CREATE INDEX IF NOT EXISTS idx_kv_store_created_at ON kv_store(created_at)",
  idx_tool_calls_name: "CREATE INDEX IF NOT EXISTS idx_tool_calls_name ON tool_calls(name)",
  idx_tool_calls_started_at: "CREATE INDEX IF NOT EXISTS idx_tool_calls_started_at ON tool_calls(started_at)",
};

/** Tables that `init --base` and overlay mounts add; created on the remote only when a push carries rows of them. */
export const OVERLAY_TABLES: Readonly<Record<string, string>> = {
  fs_whiteout: "CREATE TABLE IF NOT EXISTS fs_whiteout (path TEXT PRIMARY KEY, created_at INTEGER NOT NULL)",
  fs_overlay_config: "CREATE TABLE IF NOT EXISTS fs_overlay_config (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
  fs_origin: "CREATE TABLE IF NOT EXISTS fs_origin (delta_ino INTEGER PRIMARY KEY, base_ino INTEGER NOT NULL)",
};

/**
 * Our tables on the remote. Only PRIMARY KEY, UNIQUE and NOT NULL: other constraints make AgentFS 0.6.4 clients fail to open the file.
 * `agentfs_sync_meta` keys: uuid, agent, format, sequence, mark.inode, mark.entry, mark.tool_call, and turn while jobs wait
 * for each other (`sync/turn.ts`).
 * `agentfs_sync_log` holds one row a push id, `state` applied (with its sequence and digest) or revoked, kept for ever.
 * `agentfs_sync_reservation` holds the ranges of numbers that a push stages under, until its commit or until it is revoked (then its row
 * goes, with all that is staged); `agentfs_sync_stage` holds large values until the commit takes them to their rows.
 */
export const SYNC_TABLES: Readonly<Record<string, string>> = {
  agentfs_sync_meta: "CREATE TABLE IF NOT EXISTS agentfs_sync_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
  agentfs_sync_log:
    "CREATE TABLE IF NOT EXISTS agentfs_sync_log (push_id TEXT PRIMARY KEY, state TEXT NOT NULL, sequence INTEGER UNIQUE, digest TEXT, " +
    "run_id TEXT, committed_at INTEGER, counts TEXT, provenance TEXT)",
  agentfs_sync_reservation:
    "CREATE TABLE IF NOT EXISTS agentfs_sync_reservation (id TEXT PRIMARY KEY, push_id TEXT NOT NULL, state TEXT NOT NULL, " +
    "lease_until INTEGER NOT NULL, first_inode INTEGER NOT NULL, last_inode INTEGER NOT NULL, first_entry INTEGER NOT NULL, " +
    "last_entry INTEGER NOT NULL, first_tool_call INTEGER NOT NULL, last_tool_call INTEGER NOT NULL)",
  agentfs_sync_stage:
    "CREATE TABLE IF NOT EXISTS agentfs_sync_stage (reservation TEXT NOT NULL, id INTEGER NOT NULL, value BLOB NOT NULL, " +
    "PRIMARY KEY (reservation, id))",
};

/** Those of our tables that a remote lacks if an earlier version made them: whoever stages makes them first. */
export const STAGING_TABLES = ["agentfs_sync_reservation", "agentfs_sync_stage"] as const;

/** The format of our tables on the remote; another one is refused. */
export const SYNC_FORMAT = "1";
export const SCHEMA_VERSION = "0.4";
export const DEFAULT_CHUNK_SIZE_BYTES = 4096;
export const ROOT_INO = 1n;

/** Names the origin that a working copy agreed with. Local: never leaves the machine. */
export const LOCAL_TABLE = "agentfs_sync_local";
export const LOCAL_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${LOCAL_TABLE} (key TEXT PRIMARY KEY, value TEXT NOT NULL)`;

const NEVER_SYNCED = /^(sqlite_|turso_|agentfs_sync_)/i;

/** SQLite's own, the native engine's and our own tables stay where they are. */
export function isNeverSynced(name: string): boolean {
  return NEVER_SYNCED.test(name);
}

const FILE_TYPE_BITS = 0o170000n;
const DIRECTORY = 0o040000n;
const REGULAR = 0o100000n;
const SYMLINK = 0o120000n;

/** The file type bits of a mode. */
export const fileType = (mode: bigint): bigint => mode & FILE_TYPE_BITS;
export const isDirectory = (mode: bigint): boolean => fileType(mode) === DIRECTORY;
export const isRegular = (mode: bigint): boolean => fileType(mode) === REGULAR;
export const isSymlink = (mode: bigint): boolean => fileType(mode) === SYMLINK;

/** Tables and indexes of AgentFS itself. */
export const isAgentFs = (name: string): boolean => name in AGENTFS_TABLES || name in OVERLAY_TABLES || name in AGENTFS_INDEXES;

/** SQLite drops `IF NOT EXISTS` and what is before the name; Turso writes it anew from what it has understood. */
export function sameSchemaSql(a: unknown, b: unknown): boolean {
  return plain(a) === plain(b);
}

const plain = (sql: unknown) => (typeof sql === "string" ? canonicalSql(sql) : null);
