import { AGENTFS_INDEXES, AGENTFS_TABLES, SCHEMA_VERSION, SYNC_FORMAT, SYNC_TABLES } from "../agentfs/schema.ts";
import { SyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import { batch, type Statement } from "../remote/pipeline.ts";
import { retrying } from "../remote/retry.ts";
import type { AgentContext } from "./context.ts";
import { transaction } from "./transaction.ts";

/**
 * Makes what is missing of the AgentFS schema, of our tables, and the database's UUID, in one transaction that changes nothing which
 * is there: two jobs may do it at once.
 * @throws SyncError `remote-error`, and as `post` does
 */
export async function initialise({ remote, target }: AgentContext, chunkSizeBytes: string): Promise<void> {
  const tables = [AGENTFS_TABLES, AGENTFS_INDEXES, SYNC_TABLES].flatMap((group) => Object.values(group));
  const statements: readonly Statement[] = [
    { sql: "BEGIN IMMEDIATE" },
    ...tables.map((sql) => ({ sql })),
    {
      sql: "INSERT INTO fs_config (key, value) VALUES ('chunk_size', ?), ('schema_version', ?) ON CONFLICT (key) DO NOTHING",
      args: [chunkSizeBytes, SCHEMA_VERSION],
    },
    {
      sql: `INSERT INTO fs_inode (ino, mode, nlink, uid, gid, size, atime, mtime, ctime)
        VALUES (1, 16877, 1, 0, 0, 0, unixepoch(), unixepoch(), unixepoch()) ON CONFLICT (ino) DO NOTHING`,
    },
    {
      sql: `INSERT INTO agentfs_sync_meta (key, value) VALUES ('uuid', ?), ('agent', ?), ('format', ?), ('sequence', '0')
        ON CONFLICT (key) DO NOTHING`,
      args: [randomUuid(), target.agent, SYNC_FORMAT],
    },
    { sql: "COMMIT" },
  ];
  const results = await retrying(remote, "always", () => batch(remote, transaction(statements)));
  const failed = results.slice(0, statements.length).findIndex((result) => result.ok !== true);
  if (failed < 0) return;
  const failure = results[failed];
  const why = failure?.ok === false ? failure.message : "it was not run";
  throw new SyncError("remote-error", `${remote.url} could not be prepared: ${statements[failed]?.sql.slice(0, 60)}…: ${why}.`);
}
