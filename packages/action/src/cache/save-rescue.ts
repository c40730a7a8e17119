import { type AgentTarget, toSyncError } from "@agentfs-sync/core";
import { newestNumber, saveEntry } from "./rescue-entries.ts";
import type { CacheSession } from "./session.ts";

const MOST_TRIES = 5;

/**
 * What could not be pushed would be gone with the machine: puts it into the cache, from where the next trusted run of the agent pushes it.
 * @param bundle the file that it was exported to
 */
export async function saveRescue(session: CacheSession, target: AgentTarget, bundle: string): Promise<void> {
  const { say } = session;
  const failed = (why: string) => say.info(`${target.agent}: it could not be put into the cache: ${why}`);
  try {
    if (!(await session.isUsable())) return;
    // Also after a cancel, in the seconds that are left.
    const why = await save({ ...session, stop: null }, target, bundle);
    if (why !== null) failed(why);
  } catch (thrown) {
    failed(toSyncError(thrown).message);
  }
}

async function save(session: CacheSession, target: AgentTarget, bundle: string): Promise<string | null> {
  const { say, isTokenSecret } = session;
  const numbers = [newestNumber(session, "rescue", target), newestNumber(session, "rescue-done", target)];
  let number = Math.max(...(await Promise.all(numbers)));
  for (let tried = 0; tried < MOST_TRIES; tried++) {
    number += 1;
    const saved = await saveEntry(session, "rescue", target, number, bundle);
    if (!saved.ok) return saved.why;
    if (!saved.isNew) continue;
    say.info(`${target.agent}: what could not be pushed is in the cache too; the next run of this kind pushes it first`);
    if (isTokenSecret) {
      say.warn(
        `${target.agent}: it is sealed with the auth token: if the token is changed before the next run, it cannot be opened any more. The input cache-secret avoids that.`,
      );
    }
    return null;
  }
  return `${MOST_TRIES} other jobs took the places meant for it`;
}
