import { Database } from "../replica/sqlite.ts";
import type { Changeset } from "./changeset.ts";
import { jsonNumbers } from "./json-numbers.ts";

/** What is not whole in a file or directory that the job changed. */
export interface Finding {
  readonly path: string;
  readonly what: string;
  /** True for what a finished file may look like too: a hole. It counts only while it keeps changing. */
  readonly isMaybeMeant: boolean;
}

/**
 * Looks at what the changeset touches and nothing else: the SDK writes one file in several commits (entry, chunks, size), so a snapshot
 * can fall between them. Damage that the origin had already is not found here unless the job touched it.
 */
export function findTorn(snapshotPath: string, changeset: Changeset): readonly Finding[] {
  using db = Database.openImmutable(snapshotPath);
  const touched = new Set<bigint>();
  const path = new Map<bigint, string>();
  for (const change of changeset.objects) {
    if (change.after === null) continue;
    touched.add(change.ino);
    path.set(change.ino, change.path);
  }
  for (const change of changeset.entries) {
    if (change.after === null) continue;
    touched.add(change.after.ino);
    path.set(change.after.ino, change.path);
  }
  const findings: Finding[] = [];
  const find = (sql: string, what: string, isMaybeMeant = false) => {
    for (const row of db.all(sql, jsonNumbers(touched)))
      findings.push({ path: path.get(row["ino"] as bigint) ?? "?", what, isMaybeMeant });
  };
  const chunkSize = "(SELECT CAST(value AS INTEGER) FROM fs_config WHERE key = 'chunk_size')";
  const listed = "SELECT value FROM json_each(?1)";
  find(`SELECT value AS ino FROM json_each(?1) WHERE value NOT IN (SELECT ino FROM fs_inode)`, "its entry names no inode");
  find(
    `SELECT i.ino FROM fs_inode AS i WHERE i.ino IN (${listed}) AND i.ino <> 1 AND i.ino NOT IN (SELECT ino FROM fs_dentry WHERE ino IN (${listed}))`,
    "it has no entry in a directory",
  );
  find(
    `SELECT i.ino FROM fs_inode AS i JOIN (SELECT ino, count(*) AS n FROM fs_dentry WHERE ino IN (${listed}) GROUP BY ino) AS d ON d.ino = i.ino
     WHERE i.mode & 61440 <> 16384 AND i.nlink <> d.n`,
    "its link count is not the number of its entries",
  );
  find(
    `SELECT i.ino FROM fs_inode AS i JOIN (SELECT ino, max(chunk_index * ${chunkSize} + length(data)) AS finish FROM fs_data WHERE ino IN (${listed}) GROUP BY ino) AS c
     ON c.ino = i.ino WHERE i.mode & 61440 = 32768 AND c.finish > i.size`,
    "it has more content than its size says",
  );
  find(
    `SELECT i.ino FROM fs_inode AS i LEFT JOIN (SELECT ino, sum(length(data)) AS stored FROM fs_data WHERE ino IN (${listed}) GROUP BY ino) AS c
     ON c.ino = i.ino WHERE i.ino IN (${listed}) AND i.mode & 61440 = 32768 AND coalesce(c.stored, 0) < i.size`,
    "it has less content than its size says",
    true,
  );
  return findings;
}
