import type { ReplicaInfo } from "../../agentfs-cli/replica-info.ts";
import { SyncError } from "../../errors.ts";
import { type Database, hasTable } from "../../replica/sqlite.ts";
import type { Wal } from "./wal-transactions.ts";

/** Where the native engine notes what is to be pushed: a write that is not in it never leaves, and the next pull erases it. */
export const CDC_TABLE = "turso_cdc";

/**
 * The WAL from which the engine takes its changes back has to be the one that it has written: stock SQLite removes it when it closes the
 * database, and the engine then goes on with a file that does not fit its own account.
 * @returns after how many frames the changes begin that were made since the last pull
 * @throws SyncError `replica-incomplete`
 */
export function requireOwnWal(databasePath: string, wal: Wal | null, { revertSalt, revertWatermark }: ReplicaInfo): number {
  const why = (what: string) =>
    new SyncError(
      "replica-incomplete",
      `The WAL of the replica ${databasePath} ${what}: another program has closed or checkpointed it.`,
    );
  if (wal === null) throw why("is gone");
  const isOfCheckpoint = revertSalt !== null && (wal.salt === null || wal.salt.join() !== revertSalt.join());
  // After a checkpoint of the engine's own it begins anew, under another salt.
  if (isOfCheckpoint) return 0;
  if (wal.frameCount < revertWatermark)
    throw why(`has ${wal.frameCount} frames where the engine left at least ${revertWatermark}`);
  return revertWatermark;
}

/**
 * Every transaction of the native engine notes in its own table what it changed; one that did not touch a page of that table was made
 * by somebody else (`AgentFS.open()` of an SDK, `sqlite3`). Holds for what agentfs 0.6.4 and @tursodatabase/sync 0.4.4 write.
 * @throws SyncError `uncaptured-changes`
 */
export function refuseUncaptured(databasePath: string, db: Database, wal: Wal, firstFrame: number): void {
  const own = new Set(pagesOf(db, CDC_TABLE));
  const foreign = wal.transactions.filter(
    ({ lastFrame, pages }) => lastFrame > firstFrame && !pages.some((page) => own.has(page)),
  );
  if (foreign.length === 0) return;
  const tables = tablesOf(db, new Set(foreign.flatMap(({ pages }) => pages)));
  const what = foreign.length === 1 ? "1 transaction" : `${foreign.length} transactions`;
  throw new SyncError(
    "uncaptured-changes",
    `${databasePath} holds ${what} (${tables.join(", ") || "no table"}) by another program than \`agentfs\`: the native sync would never push them, and the next pull would erase them.`,
    { details: { transactions: foreign.length, tables } },
  );
}

function pagesOf(db: Database, table: string): number[] {
  if (!hasTable(db, table)) return [];
  return db.all("SELECT pageno FROM dbstat WHERE name = ?", table).map((row) => Number(row["pageno"]));
}

function tablesOf(db: Database, pages: ReadonlySet<number>): string[] {
  const owners = db.all(
    "SELECT DISTINCT s.tbl_name AS name, d.pageno AS page FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name",
  );
  const names = owners.filter(({ page }) => pages.has(Number(page))).map(({ name }) => String(name));
  return [...new Set(names)].filter((name) => !name.startsWith("turso_")).sort();
}
