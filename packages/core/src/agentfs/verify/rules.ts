import { ALL, CHUNK_SIZE, INODE_RULES, IS_DIRECTORY, IS_FILE } from "../inode-rules.ts";

/** One thing that holds of every consistent AgentFS. */
interface Rule {
  readonly name: string;
  readonly what: string;
  /** Selects what breaks the rule: `ino`, or `parent_ino` and `name` of an entry, or a `key`, or the `call_id` of a tool call. */
  readonly sql: string;
  /** The table that only some databases have. */
  readonly needs?: string;
  /** The real programs leave it so by themselves, and nothing is lost by it: worth a line, but no failure. */
  readonly isRemark?: true;
}

const { namesNoInode, hasNoEntry, linkCount, tooMuchContent } = INODE_RULES;

/**
 * What the program's mount leaves: the inode of every directory that it removes (its link count still 1), and that of a removed file
 * (link count 0) while a process has it open. To all who read by path they are gone, as they are to a push, which takes no inode without
 * an entry for an object. A file that still counts a link has lost its name: that is damage.
 */
const IS_LEFT_BEHIND = `(${IS_DIRECTORY} OR i.nlink = 0)`;

/** Content that no inode names is what others stage just now, and no finding; neither is how its writer counts a directory's links. */
export const RULES: readonly Rule[] = [
  {
    name: "root",
    what: "it is no directory, or not there",
    sql: `SELECT 1 AS ino WHERE NOT EXISTS (SELECT 1 FROM fs_inode AS i WHERE i.ino = 1 AND ${IS_DIRECTORY})`,
  },
  { name: "entry-inode", what: namesNoInode.what, sql: namesNoInode.sql(ALL) },
  {
    name: "entry-parent",
    what: "it is in no directory that is there",
    sql: `SELECT d.parent_ino, d.name FROM fs_dentry AS d
      WHERE d.parent_ino <> 1 AND d.parent_ino NOT IN (SELECT i.ino FROM fs_inode AS i WHERE ${IS_DIRECTORY})`,
  },
  {
    name: "unique-name",
    what: "its directory has several entries of this name",
    sql: "SELECT parent_ino, name FROM fs_dentry GROUP BY parent_ino, name HAVING count(*) > 1",
  },
  { name: "link-count", what: linkCount.what, sql: linkCount.sql(ALL) },
  { name: "inode-entry", what: hasNoEntry.what, sql: `${hasNoEntry.sql(ALL)} AND NOT ${IS_LEFT_BEHIND}` },
  {
    name: "left-behind",
    what: "it was removed, and the program that did so left its inode; nothing is lost by it",
    sql: `${hasNoEntry.sql(ALL)} AND ${IS_LEFT_BEHIND}`,
    isRemark: true,
  },
  {
    name: "reachable",
    what: "no path leads from the root to it",
    sql: `WITH RECURSIVE reached(ino) AS (SELECT 1 UNION SELECT i.ino FROM reached AS r
        JOIN fs_dentry AS d ON d.parent_ino = r.ino JOIN fs_inode AS i ON i.ino = d.ino WHERE ${IS_DIRECTORY})
      SELECT i.ino FROM fs_inode AS i
      WHERE ${IS_DIRECTORY} AND i.ino NOT IN (SELECT ino FROM reached) AND i.ino IN (SELECT ino FROM fs_dentry)`,
  },
  {
    name: "content-owner",
    what: "it has content, but is no regular file",
    sql: `SELECT DISTINCT i.ino FROM fs_data AS c JOIN fs_inode AS i ON i.ino = c.ino WHERE NOT (${IS_FILE})`,
  },
  {
    name: "chunk-size",
    what: "fs_config names no chunk size, so no content can be told from another",
    sql: `SELECT 1 AS ino WHERE coalesce(${CHUNK_SIZE}, 0) < 1`,
  },
  {
    // The last one that is stored: what follows it may be a hole, as the SDK's `truncate` leaves it.
    name: "chunk-length",
    what: "a chunk that is not its last one is not as long as the chunk size says, or one is longer",
    sql: `SELECT DISTINCT i.ino FROM fs_data AS c JOIN fs_inode AS i ON i.ino = c.ino
      JOIN (SELECT ino, max(chunk_index) AS last FROM fs_data GROUP BY ino) AS l ON l.ino = c.ino
      WHERE ${IS_FILE} AND (c.chunk_index < 0 OR octet_length(c.data) > ${CHUNK_SIZE}
        OR (c.chunk_index < l.last AND octet_length(c.data) <> ${CHUNK_SIZE}))`,
  },
  { name: "content-size", what: tooMuchContent.what, sql: tooMuchContent.sql(ALL) },
  {
    name: "symlink",
    what: "it is a symbolic link without a target, or has a target and is none",
    needs: "fs_symlink",
    sql: `SELECT i.ino FROM fs_inode AS i WHERE i.mode & 61440 = 40960 AND i.ino NOT IN (SELECT ino FROM fs_symlink)
      UNION SELECT s.ino FROM fs_symlink AS s WHERE s.ino NOT IN (SELECT i.ino FROM fs_inode AS i WHERE i.mode & 61440 = 40960)`,
  },
  {
    name: "key-json",
    what: "the value of this key is not JSON",
    needs: "kv_store",
    sql: "SELECT key FROM kv_store WHERE NOT json_valid(value)",
  },
  {
    name: "tool-call-json",
    what: "its parameters or its result are not JSON",
    needs: "tool_calls",
    sql: "SELECT id AS call_id FROM tool_calls WHERE NOT json_valid(parameters) OR NOT json_valid(result)",
  },
];
