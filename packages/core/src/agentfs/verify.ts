import { SyncError } from "../errors.ts";
import { Database, hasTable, quickCheck, type SqlRow } from "../replica/sqlite.ts";
import type { Finding } from "../report/types.ts";
import { requireAgentFs } from "./manifest.ts";
import { join } from "./paths.ts";
import { pathFinder } from "./verify/find-paths.ts";
import { RULES } from "./verify/rules.ts";

export interface Verified {
  /** The first ones of each rule; a database can be broken in as many places as it has rows. */
  readonly findings: readonly Finding[];
  /** How many there are in all, without those that are remarks only. */
  readonly brokenCount: number;
}

const KEPT_A_RULE = 100;

/**
 * Holds a database file that nobody changes against the rules of a consistent AgentFS. Memory does not grow with the database.
 * @param what names the file in errors
 * @throws SyncError `not-agentfs`, `local-damaged`, `not-a-database`
 */
export function verify(path: string, what: string): Verified {
  using db = Database.openImmutable(path);
  const damage = quickCheck(db);
  if (damage !== null) throw new SyncError("local-damaged", `${what} is damaged: ${damage}.`);
  requireAgentFs(db, "main", what);
  const findings: Finding[] = [];
  let brokenCount = 0;
  for (const { name, what: words, sql, needs, isRemark = false } of RULES) {
    if (needs !== undefined && !hasTable(db, needs)) continue;
    const kept: SqlRow[] = [];
    for (const row of db.iterate(sql)) {
      if (kept.length < KEPT_A_RULE) kept.push(row);
      if (!isRemark) brokenCount++;
    }
    for (const row of kept) findings.push({ rule: name, path: placeOf(db, row), what: words });
  }
  return { findings, brokenCount };
}

function placeOf(db: Database, row: SqlRow): string {
  const { key, call_id: call, parent_ino: parent, name, ino } = row;
  if (key !== undefined) return String(key);
  if (call !== undefined) return `tool call ${call}`;
  const pathOf = pathFinder(db);
  return parent === undefined ? pathOf(ino as bigint) : join(pathOf(parent as bigint), String(name));
}
