import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { factsOf } from "../agentfs/facts.ts";
import { readBase } from "../replica/base.ts";
import type { AgentPaths } from "../replica/paths.ts";
import { type Pending, readPendingOrigin } from "../replica/pending.ts";
import { Database } from "../replica/sqlite.ts";
import { holds } from "../sync/replaced.ts";
import type { Bundle, RescueReason } from "./bundle.ts";

/**
 * What is kept in one folder of `pending/` as a bundle; nothing is copied.
 * @throws SyncError `local-damaged`
 */
export async function bundleOfPending(agent: string, paths: AgentPaths, pending: Pending): Promise<Bundle> {
  const { pushId, originId, createdAt, runId, from, snapshotPath, sent } = pending;
  const origin = await readPendingOrigin(pending);
  return {
    ...{ agent, pushId, originId, createdAt, runId, snapshotPath, sent },
    reason: reasonOf(pending),
    remoteUrl: from.url,
    remoteUuid: await uuidOf(paths, pending, origin.path),
    receipt: from.receipt,
    copyPushed: from.copyPushed,
    originPath: origin.path,
    map: origin.map,
  };
}

export function reasonOf({ reason, sent }: Pending): RescueReason {
  if (reason === "set-aside") return "set-aside";
  return sent === null ? "failed-push" : "unsettled";
}

/** The origin may be older than the database's UUID; then the base knows it, if it is surely of the same database. */
async function uuidOf(paths: AgentPaths, { from }: Pending, originPath: string): Promise<string | null> {
  using db = Database.openImmutable(originPath);
  const { uuid } = factsOf(db);
  if (uuid !== null || from.url === null) return uuid;
  const base = await readBase(paths);
  return base !== null && base.url === from.url && holds(base, from.receipt) ? base.facts.uuid : null;
}

/** Bytes on disk of everything in the folder. */
export async function sizeOfFolder({ folder }: Pending): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
