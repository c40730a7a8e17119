import { SyncError } from "../errors.ts";
import { columnsOf, type Database, hasTable, quoteName } from "../replica/sqlite.ts";
import { AGENTFS_INDEXES, AGENTFS_TABLES, isNeverSynced, OVERLAY_TABLES, SCHEMA_VERSION, sameSchemaSql } from "./schema.ts";

const REQUIRED = ["fs_config", "fs_inode", "fs_dentry", "fs_data"];

/** What makes a database an AgentFS. @throws SyncError `not-agentfs` */
export function requireAgentFs(db: Database, schema: string, what: string): void {
  const missing = REQUIRED.filter((table) => !hasTable(db, table, schema));
  if (missing.length > 0) {
    throw new SyncError("not-agentfs", `${what} is a database, but not an AgentFS: it has no table ${missing.join(", ")}.`);
  }
}

/**
 * Compares what is not rows between the origin (`main`) and the snapshot (`ours`): only what clients of AgentFS 0.4 open may be pushed.
 * @throws SyncError `not-agentfs`, `unsupported-schema`, `schema-conflict`
 */
export function checkSchema(db: Database): void {
  requireAgentFs(db, "ours", "The working copy");
  for (const schema of ["main", "ours"]) {
    const version = db.get(`SELECT value FROM ${schema}.fs_config WHERE key = 'schema_version'`)?.["value"];
    if (version !== undefined && version !== SCHEMA_VERSION) {
      throw new SyncError(
        "unsupported-schema",
        `The database has AgentFS schema ${String(version)}; this version works with ${SCHEMA_VERSION}.`,
        {
          hint: "Open it once with agentfs 0.6.4, which brings it to schema 0.4.",
        },
      );
    }
  }
  for (const table of [...Object.keys(AGENTFS_TABLES), ...Object.keys(OVERLAY_TABLES)]) checkColumns(db, table);
  for (const { type, name } of otherObjects(db)) checkUnchanged(db, type, name);
}

function checkColumns(db: Database, table: string): void {
  const [before, after] = [columnsOf(db, table, "main"), columnsOf(db, table, "ours")];
  if (before.length === 0 || after.length === 0) return;
  const extra = after.filter((column) => !before.includes(column));
  if (extra.length > 0) {
    throw new SyncError(
      "schema-conflict",
      `The working copy's table ${table} has the column ${extra.join(", ")}, which the remote's has not.`,
    );
  }
}

function otherObjects(db: Database): { readonly type: string; readonly name: string }[] {
  const rows = db.all(
    "SELECT type, name, tbl_name FROM ours.sqlite_schema UNION SELECT type, name, tbl_name FROM main.sqlite_schema",
  );
  const known = new Set([...Object.keys(AGENTFS_TABLES), ...Object.keys(OVERLAY_TABLES), ...Object.keys(AGENTFS_INDEXES)]);
  return rows
    .filter(
      (row) => !known.has(String(row["name"])) && !isNeverSynced(String(row["name"])) && !isNeverSynced(String(row["tbl_name"])),
    )
    .map((row) => ({ type: String(row["type"]), name: String(row["name"]) }));
}

function checkUnchanged(db: Database, type: string, name: string): void {
  const sqlIn = (schema: string) =>
    db.get(`SELECT sql FROM ${schema}.sqlite_schema WHERE type = ? AND name = ? COLLATE NOCASE`, type, name)?.["sql"] ?? null;
  const isSame = sameSchemaSql(sqlIn("main"), sqlIn("ours"));
  if (isSame && type !== "table") return;
  if (!isSame) {
    throw new SyncError(
      "unsupported-schema",
      `The job added, changed or removed the ${type} ${JSON.stringify(name)}, which is not part of AgentFS.`,
      {
        hint: "This version carries AgentFS files, keys and tool calls; keep other tables in a database of their own.",
      },
    );
  }
  const table = quoteName(name);
  const both = `SELECT EXISTS (SELECT * FROM main.${table} EXCEPT SELECT * FROM ours.${table})
    OR EXISTS (SELECT * FROM ours.${table} EXCEPT SELECT * FROM main.${table})
    OR (SELECT count(*) FROM main.${table}) <> (SELECT count(*) FROM ours.${table}) AS differs`;
  if (db.get(both)?.["differs"] === 1n) {
    throw new SyncError(
      "unsupported-schema",
      `The job changed rows of the table ${JSON.stringify(name)}, which is not part of AgentFS.`,
      {
        hint: "This version carries AgentFS files, keys and tool calls; keep other tables in a database of their own.",
      },
    );
  }
}
