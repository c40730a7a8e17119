import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { type Guard, guardStatement } from "../../packages/core/src/sync/guards.ts";

/** Names of the guards that do not hold on a database, by the error that a server would answer. */
export function refusedBy(list: readonly Guard[], path: string): string[] {
  const db = new DatabaseSync(path);
  const refused = list.filter((guard) => {
    const { sql, args = [] } = guardStatement(guard);
    try {
      db.prepare(sql).run(...args);
      return false;
    } catch (error) {
      expect(String(error)).toContain("NOT NULL constraint failed: agentfs_sync_meta.value");
      return true;
    }
  });
  db.close();
  return refused.map(({ name }) => name);
}
