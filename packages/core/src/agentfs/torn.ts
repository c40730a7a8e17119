import { Database } from "../replica/sqlite.ts";
import type { Changeset } from "./changeset.ts";
import { jsonNumbers } from "./json-numbers.ts";

/** What is not whole in a file or directory that the job changed. */
export interface Finding {
  readonly path: string;
  readonly what: string;
  /** True for what a finished change may look like too: a hole, an inode left behind. It counts only while it keeps changing. */
  readonly isMaybeMeant: boolean;
}

interface Rule {
  readonly what: string;
  readonly isMaybeMeant?: boolean;
  /** Selects the `ino` of what breaks the rule, of the JSON list `?1`. */
  readonly sql: string;
}

const LISTED = "(SELECT value FROM json_each(?1))";
const CHUNK_SIZE = "(SELECT CAST(value AS INTEGER) FROM fs_config WHERE key = 'chunk_size')";
const IS_FILE = "i.mode & 61440 = 32768";

const WITHOUT_INODE = "SELECT value AS ino FROM json_each(?1) WHERE value NOT IN (SELECT ino FROM fs_inode)";

const RULES: readonly Rule[] = [
  {
    what: "it has no entry in a directory",
    isMaybeMeant: true,
    sql: `SELECT i.ino FROM fs_inode AS i WHERE i.ino IN ${LISTED} AND i.ino <> 1
      AND i.ino NOT IN (SELECT ino FROM fs_dentry WHERE ino IN ${LISTED})`,
  },
  {
    what: "its link count is not the number of its entries",
    sql: `SELECT i.ino FROM fs_inode AS i JOIN (SELECT ino, count(*) AS n FROM fs_dentry WHERE ino IN ${LISTED} GROUP BY ino) AS d
      ON d.ino = i.ino WHERE i.mode & 61440 <> 16384 AND i.nlink <> d.n`,
  },
  {
    what: "it has more content than its size says",
    sql: `SELECT i.ino FROM fs_inode AS i JOIN (SELECT ino, max(chunk_index * ${CHUNK_SIZE} + length(data)) AS finish FROM fs_data
      WHERE ino IN ${LISTED} GROUP BY ino) AS c ON c.ino = i.ino WHERE ${IS_FILE} AND c.finish > i.size`,
  },
  {
    what: "it has less content than its size says",
    isMaybeMeant: true,
    sql: `SELECT i.ino FROM fs_inode AS i LEFT JOIN (SELECT ino, sum(length(data)) AS stored FROM fs_data WHERE ino IN ${LISTED} GROUP BY ino) AS c
      ON c.ino = i.ino WHERE i.ino IN ${LISTED} AND ${IS_FILE} AND coalesce(c.stored, 0) < i.size`,
  },
];

/**
 * Looks at what the changeset touches and nothing else: the SDK writes one file in several commits (entry, chunks, size), so a snapshot
 * can fall between them. Damage that the origin had already is not found again.
 */
export function findTorn(originPath: string, snapshotPath: string, changeset: Changeset): readonly Finding[] {
  using snapshot = Database.openImmutable(snapshotPath);
  using origin = Database.openImmutable(originPath);
  const paths = new Map<bigint, string>();
  const entered: bigint[] = [];
  for (const { before, after, path } of changeset.entries) {
    for (const entry of [before, after]) if (entry !== null) paths.set(entry.ino, path);
    if (after !== null) entered.push(after.ino);
  }
  for (const { ino, path, after } of changeset.objects) if (after !== null) paths.set(ino, path);
  const created = new Set(changeset.objects.filter(({ before }) => before === null).map(({ ino }) => ino));
  const broken = (rule: Rule, inos: Iterable<bigint>): Finding[] => {
    const list = jsonNumbers(inos);
    const before = new Set(origin.all(rule.sql, list).map((row) => row["ino"] as bigint));
    const now = snapshot.all(rule.sql, list).map((row) => row["ino"] as bigint);
    return now
      .filter((ino) => created.has(ino) || !before.has(ino))
      .map((ino) => ({ path: paths.get(ino) ?? `inode ${ino}`, what: rule.what, isMaybeMeant: rule.isMaybeMeant ?? false }));
  };
  const dangling = snapshot.all(WITHOUT_INODE, jsonNumbers(entered)).map((row) => ({
    path: paths.get(row["ino"] as bigint) ?? "?",
    what: "its entry names no inode",
    isMaybeMeant: false,
  }));
  return [...dangling, ...RULES.flatMap((rule) => broken(rule, paths.keys()))];
}
