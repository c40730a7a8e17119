import type { SyncConfig } from "../../config/sync-config.ts";
import { SyncError } from "../../errors.ts";
import type { CheckedReplica } from "./check-replica.ts";

/** A look at the remote after a push that went well; a remote that has gone away meanwhile says nothing against the push. */
export async function unlessAway<T>(look: () => Promise<T>): Promise<T | "away"> {
  try {
    return await look();
  } catch (thrown) {
    if (thrown instanceof SyncError && thrown.exitCode === 75) return "away";
    throw thrown;
  }
}

/**
 * The program answers "ok" also where nothing arrived: if a copy of the replica has pushed between our guard and this push.
 * @throws SyncError `replica-copied`
 */
export function requireArrived(config: SyncConfig, before: CheckedReplica, after: CheckedReplica | null): void {
  const arrived = after?.lastArrived ?? 0;
  if (arrived >= before.lastChange) return;
  const shown = `the remote has its changes up to ${arrived}, of ${before.lastChange}`;
  throw new SyncError("replica-copied", `\`agentfs\` answered that ${config.databasePath} was pushed, but ${shown}.`, {
    details: { lastChange: before.lastChange, lastArrived: arrived },
    hint: "Keep a copy of the `.agentfs` folder: what was written is there, and not on the remote. Then `init` a replica of its own and write it again; or use engine `http`.",
  });
}
