import { SyncError } from "../errors.ts";
import { columnsOf, type Database } from "../replica/sqlite.ts";
import { SCHEMA_VERSION } from "./schema.ts";

/** Columns of `fs_inode` that a version brought: a database can lack its version, or bear a newer one that a client put there. */
const BROUGHT: readonly (readonly [before: string, columns: readonly string[]])[] = [
  ["0.2", ["nlink"]],
  ["0.4", ["rdev", "atime_nsec", "mtime_nsec", "ctime_nsec"]],
];

/**
 * Only AgentFS schema 0.4 is worked with. `what` begins the message; `hint` says how to get there.
 * @throws SyncError `unsupported-schema`
 */
export function requireVersion(db: Database, schema: string, what: string, hint: string): void {
  const said = db.get(`SELECT value FROM ${schema}.fs_config WHERE key = 'schema_version'`)?.["value"];
  if (said !== undefined && said !== SCHEMA_VERSION) {
    throw new SyncError(
      "unsupported-schema",
      `${what} has AgentFS schema ${String(said)}; this version works with ${SCHEMA_VERSION}.`,
      { hint },
    );
  }
  const columns = new Set(columnsOf(db, "fs_inode", schema));
  for (const [version, wanted] of BROUGHT) {
    const missing = wanted.filter((column) => !columns.has(column));
    if (missing.length === 0) continue;
    throw new SyncError(
      "unsupported-schema",
      `${what} has an AgentFS schema older than ${version} (fs_inode has no column ${missing.join(", ")}); this version works with ${SCHEMA_VERSION}.`,
      { hint },
    );
  }
}

export const MIGRATE_LOCAL =
  "Open it once with the program agentfs 0.6.4 (`agentfs fs <id> ls /`), which brings it to schema 0.4.";
export const MIGRATE_REMOTE =
  "Export the database from its server, open the copy once with the program agentfs 0.6.4, and push it to an empty remote.";
