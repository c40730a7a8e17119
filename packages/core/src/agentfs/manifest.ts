import { SyncError } from "../errors.ts";
import { columnsOf, type Database, hasTable } from "../replica/sqlite.ts";
import type { SchemaChange } from "./changeset.ts";
import { AGENTFS_INDEXES, AGENTFS_TABLES, isNeverSynced, OVERLAY_TABLES, sameSchemaSql } from "./schema.ts";
import { checkAdditions, quoted, type SchemaObject } from "./schema-rules.ts";
import { MIGRATE_LOCAL, MIGRATE_REMOTE, requireVersion } from "./schema-version.ts";

const REQUIRED = ["fs_config", "fs_inode", "fs_dentry", "fs_data"];

/** What makes a database an AgentFS. @throws SyncError `not-agentfs` */
export function requireAgentFs(db: Database, schema: string, what: string): void {
  const missing = REQUIRED.filter((table) => !hasTable(db, table, schema));
  if (missing.length > 0) {
    throw new SyncError("not-agentfs", `${what} is a database, but not an AgentFS: it has no table ${missing.join(", ")}.`);
  }
}

/** The same of a remote, with its version. @throws SyncError `not-agentfs`, `unsupported-schema` */
export function requireRemoteAgentFs(db: Database, what: string): void {
  requireAgentFs(db, "main", what);
  requireVersion(db, "main", what, MIGRATE_REMOTE);
}

export interface SchemaDiff {
  /** What the job added, in an order in which it can be made. */
  readonly added: readonly SchemaChange[];
  /** Tables that are no part of AgentFS, as the snapshot names them. */
  readonly tables: readonly string[];
}

/**
 * Compares what is not rows between the origin (`main`) and the snapshot (`ours`): tables, indexes and views may be added, as far as
 * clients of AgentFS 0.4 open them. What was there before is not looked at.
 * @throws SyncError `not-agentfs`, `unsupported-schema`, `schema-conflict`
 */
export function diffSchema(db: Database): SchemaDiff {
  requireAgentFs(db, "ours", "The working copy");
  requireVersion(db, "main", "The remote's database, as it was pulled,", MIGRATE_REMOTE);
  requireVersion(db, "ours", "The working copy", MIGRATE_LOCAL);
  for (const table of [...Object.keys(AGENTFS_TABLES), ...Object.keys(OVERLAY_TABLES)]) checkColumns(db, table);
  const [before, after] = [otherObjects(db, "main"), otherObjects(db, "ours")];
  const added = [...after].flatMap(([key, object]) => (isSame(before.get(key), object) ? [] : [object]));
  checkAdditions(db, added);
  const altered = [...before.values()].filter((object) => !isSame(object, after.get(object.name.toLowerCase())));
  // A table that is renamed changes the indexes on it as well: it is the table that is to be named.
  const first = altered.find(({ type }) => type === "table") ?? altered[0];
  if (first !== undefined) throw alteredObject(first, after.get(first.name.toLowerCase()));
  return {
    added: ORDER.flatMap((type) => added.filter((object) => object.type === type).map(({ name, sql }) => ({ type, name, sql }))),
    tables: [...after.values()].filter(({ type }) => type === "table").map(({ name }) => name),
  };
}

const ORDER = ["table", "index", "view"] as const;

function checkColumns(db: Database, table: string): void {
  const [before, after] = [columnsOf(db, table, "main"), columnsOf(db, table, "ours")];
  if (before.length === 0 || after.length === 0) return;
  const extra = after.filter((column) => !before.includes(column));
  if (extra.length > 0) {
    throw new SyncError(
      "schema-conflict",
      `The working copy's table ${table} has the column ${extra.join(", ")}, which the remote's has not.`,
      { hint: "The tables of AgentFS itself stay as they are: put what is in that column into a table of your own." },
    );
  }
}

const AGENTFS = new Set([...Object.keys(AGENTFS_TABLES), ...Object.keys(OVERLAY_TABLES), ...Object.keys(AGENTFS_INDEXES)]);

/** By name in small letters, in which Turso keeps it; SQLite tells names apart without their case, over all types. */
function otherObjects(db: Database, schema: string): ReadonlyMap<string, SchemaObject> {
  const rows = db.all(`SELECT type, name, tbl_name, sql FROM ${schema}.sqlite_schema WHERE sql IS NOT NULL ORDER BY lower(name)`);
  const objects = rows.map((row) => ({
    type: String(row["type"]),
    name: String(row["name"]),
    table: String(row["tbl_name"]),
    sql: String(row["sql"]),
  }));
  const others = objects.filter(({ name, table }) => !AGENTFS.has(name) && !isNeverSynced(name) && !isNeverSynced(table));
  return new Map(others.map((object) => [object.name.toLowerCase(), object]));
}

function isSame(a: SchemaObject | undefined, b: SchemaObject | undefined): boolean {
  return a !== undefined && b !== undefined && a.type === b.type && sameSchemaSql(a.sql, b.sql);
}

function alteredObject(before: SchemaObject, after: SchemaObject | undefined): SyncError {
  const did = after === undefined ? "removed" : "changed the definition of";
  return new SyncError(
    "schema-conflict",
    `The job ${did} the ${quoted(before)}, which the remote has; a push adds tables, indexes and views, but takes none away.`,
    {
      hint: `Make the change on the remote (\`turso db shell\`) and pull it; or bring the ${before.type} back to what it was: ${before.sql}`,
    },
  );
}
