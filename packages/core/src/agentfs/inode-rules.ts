/** A condition on a column with inode numbers: which of them are looked at. */
type Among = (column: string) => string;

export const ALL: Among = () => "TRUE";

/** Those of a JSON list, in a query that is made by `ofListed`. */
export const LISTED: Among = (column) => `${column} IN (SELECT ino FROM listed)`;

/** A query with a JSON list as its argument. By name and not as `?1`, which Node.js 22.16 cannot bind. */
export const ofListed = (sql: string): string => `WITH listed (ino) AS (SELECT value FROM json_each(?)) ${sql}`;

export const CHUNK_SIZE = "(SELECT CAST(value AS INTEGER) FROM fs_config WHERE key = 'chunk_size')";
export const IS_FILE = "i.mode & 61440 = 32768";
export const IS_DIRECTORY = "i.mode & 61440 = 16384";

/** What must hold of inodes at every moment: the rules that a push and `verify` share. Each query selects the `ino` of what breaks one. */
export const INODE_RULES = {
  namesNoInode: {
    what: "its entry names no inode",
    sql: (among: Among) => `SELECT d.ino, d.parent_ino, d.name FROM fs_dentry AS d
      WHERE ${among("d.ino")} AND d.ino NOT IN (SELECT ino FROM fs_inode)`,
  },
  hasNoEntry: {
    what: "it has no entry in a directory",
    sql: (among: Among) => `SELECT i.ino FROM fs_inode AS i WHERE ${among("i.ino")} AND i.ino <> 1
      AND i.ino NOT IN (SELECT ino FROM fs_dentry WHERE ${among("ino")})`,
  },
  linkCount: {
    what: "its link count is not the number of its entries",
    sql: (among: Among) => `SELECT i.ino FROM fs_inode AS i
      JOIN (SELECT ino, count(*) AS n FROM fs_dentry WHERE ${among("ino")} GROUP BY ino) AS d ON d.ino = i.ino
      WHERE NOT (${IS_DIRECTORY}) AND i.nlink <> d.n`,
  },
  tooMuchContent: {
    what: "it has more content than its size says",
    sql: (among: Among) => `SELECT i.ino FROM fs_inode AS i
      JOIN (SELECT ino, max(chunk_index * ${CHUNK_SIZE} + length(data)) AS finish FROM fs_data WHERE ${among("ino")} GROUP BY ino) AS c
      ON c.ino = i.ino WHERE ${IS_FILE} AND c.finish > i.size`,
  },
} as const;
