import { basename, join } from "node:path";
import { type AgentTarget, runRescue, toSyncError } from "@agentfs-sync/core";
import { newestNumber, saveEntry } from "./rescue-entries.ts";
import { type CacheSession, withFolder } from "./session.ts";

const MOST_TRIES = 5;

/**
 * What could not be pushed would be gone with the machine: puts it into the cache, from where the next trusted run of the agent pushes it.
 * @param kept the folder of the push that failed
 */
export async function saveRescue(session: CacheSession, target: AgentTarget, kept: string): Promise<boolean> {
  const { say } = session;
  try {
    const why = await withFolder(session, (folder) => save({ ...session, stop: null }, target, kept, join(folder, "bundle")));
    if (why !== null) say.info(`${target.agent}: it could not be put into the cache: ${why}`);
    return why === null;
  } catch (thrown) {
    say.info(`${target.agent}: it could not be put into the cache: ${toSyncError(thrown).message}`);
    return false;
  }
}

async function save(session: CacheSession, target: AgentTarget, kept: string, bundle: string): Promise<string | null> {
  const { config, say, isTokenSecret } = session;
  const request = { action: "export", file: bundle, pushId: basename(kept) } as const;
  const quiet = { ...say, info: say.verbose };
  const { agent, remoteUrl } = target;
  const [exported] = (await runRescue(request, { agents: [agent], remoteUrl, directory: config.directory }, quiet)).agents;
  if (exported?.error) return exported.error.message;
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
