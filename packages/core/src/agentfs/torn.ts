import { Database } from "../replica/sqlite.ts";
import type { Changeset } from "./changeset.ts";
import { INODE_RULES, IS_FILE, LISTED, ofListed } from "./inode-rules.ts";
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
  readonly isMaybeMeant: boolean;
  /** Selects the `ino` of what breaks the rule, of a JSON list. */
  readonly sql: string;
}

const shared = ({ what, sql }: (typeof INODE_RULES)[keyof typeof INODE_RULES], isMaybeMeant = false): Rule => ({
  what,
  isMaybeMeant,
  sql: ofListed(sql(LISTED)),
});

const NAMES_NO_INODE = shared(INODE_RULES.namesNoInode);

const RULES: readonly Rule[] = [
  shared(INODE_RULES.hasNoEntry, true),
  shared(INODE_RULES.linkCount),
  shared(INODE_RULES.tooMuchContent),
  // A hole for `verify`, which sees one moment alone.
  {
    what: "it has less content than its size says",
    isMaybeMeant: true,
    sql: ofListed(`SELECT i.ino FROM fs_inode AS i LEFT JOIN (SELECT ino, sum(length(data)) AS stored FROM fs_data WHERE ${LISTED("ino")} GROUP BY ino) AS c
      ON c.ino = i.ino WHERE ${LISTED("i.ino")} AND ${IS_FILE} AND coalesce(c.stored, 0) < i.size`),
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
    const now = snapshot.all(rule.sql, jsonNumbers(inos)).map((row) => row["ino"] as bigint);
    const old = now.filter((ino) => !created.has(ino));
    const rows = old.length === 0 ? [] : origin.all(rule.sql, jsonNumbers(old));
    const before = new Set(rows.map((row) => row["ino"] as bigint));
    return now
      .filter((ino) => !before.has(ino))
      .map((ino) => ({ path: paths.get(ino) ?? `inode ${ino}`, what: rule.what, isMaybeMeant: rule.isMaybeMeant }));
  };
  const dangling = new Set(snapshot.all(NAMES_NO_INODE.sql, jsonNumbers(entered)).map((row) => row["ino"] as bigint));
  return [
    ...[...dangling].map((ino) => ({ path: paths.get(ino) ?? "?", what: NAMES_NO_INODE.what, isMaybeMeant: false })),
    ...RULES.flatMap((rule) => broken(rule, paths.keys())),
  ];
}
