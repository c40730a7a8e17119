import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { SyncError } from "../errors.ts";
import type { AgentPaths } from "./paths.ts";
import { Database } from "./sqlite.ts";

/**
 * Keeps two commands on one machine from working on one agent at a time. It is SQLite's own file lock on a file of ours, which the
 * system gives back when a process ends, however it ends: there is no stale lock, and a copied folder carries none.
 * @throws SyncError `locked`
 */
export async function acquireLock(paths: AgentPaths): Promise<Disposable> {
  mkdirSync(dirname(paths.lock), { recursive: true });
  const db = Database.openWritable(paths.lock);
  try {
    db.exec("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db[Symbol.dispose]();
    if (error instanceof SyncError && error.code === "working-copy-busy") {
      throw new SyncError("locked", `Another agentfs-sync works on this agent right now (${paths.lock} is locked).`, {
        cause: error,
      });
    }
    throw error;
  }
}
