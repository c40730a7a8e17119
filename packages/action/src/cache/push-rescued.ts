import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AgentReport, type AgentTarget, failedAgent, runRescue, SyncError } from "@agentfs-sync/core";
import { doneNumber, newestNumber, openEntry, saveEntry } from "./rescue-entries.ts";
import { type CacheSession, withFolder } from "./session.ts";

/** An older entry than so many has long been thrown away by the service. */
const MOST_ENTRIES = 20;

/**
 * Before a pull: pushes what earlier runs could not push and left in the cache. Null if there was nothing, or the cache does not answer.
 * What cannot be pushed now stays there, and the pull goes on. One that cannot be opened is a failure: passing over it would lose it.
 * @param ready until then the agent's files are another's
 */
export async function pushRescued(
  session: CacheSession,
  target: AgentTarget,
  ready: Promise<unknown>,
): Promise<AgentReport | null> {
  if (session.config.trust !== "trusted") return null;
  try {
    const newest = await newestNumber(session, "rescue", target);
    if (newest === 0) return null;
    await ready;
    const first = Math.max((await doneNumber(session, target)) + 1, newest - MOST_ENTRIES + 1);
    return await withFolder(session, (folder) => pushEntries(session, target, { first, newest }, folder));
  } catch (thrown) {
    if (thrown instanceof SyncError && thrown.code === "rescue-sealed") return failedAgent(target.agent, thrown);
    session.say.info(`${target.agent}: whether the cache holds what could not be pushed is not known: ${String(thrown)}`);
    return null;
  }
}

async function pushEntries(
  session: CacheSession,
  target: AgentTarget,
  { first, newest }: { readonly first: number; readonly newest: number },
  folder: string,
): Promise<AgentReport | null> {
  const { say } = session;
  const pushed: AgentReport[] = [];
  let done = first - 1;
  for (let number = first; number <= newest; number++) {
    const file = join(folder, `${number}.rescue`);
    const isThere = await openEntry(session, "rescue", target, number, file);
    // The newest is there, or was a moment ago; an older one may be gone for good.
    if (!isThere && number === newest) break;
    const report = isThere ? await pushFile(session, target, file) : null;
    if (report !== null && report.error !== null) {
      say.info(
        `${target.agent}: what an earlier run left in the cache could not be pushed now and stays there: ${report.error.message}`,
      );
      break;
    }
    if (report !== null) {
      say.info(
        `${target.agent}: what an earlier run could not push was pushed first (sequence ${report.push?.sequence ?? "known"})`,
      );
      pushed.push(report);
    }
    done = number;
  }
  if (done >= first) await note(session, target, done, folder);
  const last = pushed.at(-1);
  return last === undefined ? null : { ...last, conflicts: pushed.flatMap(({ conflicts }) => conflicts) };
}

async function pushFile(
  { config, say }: CacheSession,
  { agent, remoteUrl }: AgentTarget,
  file: string,
): Promise<AgentReport | null> {
  const { directory, conflict, allow, trust, provenance, timeoutMs } = config;
  const report = await runRescue(
    { action: "push", file },
    {
      agents: [agent],
      remoteUrl,
      authToken: config.authToken ?? undefined,
      directory,
      conflict,
      allow,
      trust,
      provenance,
      timeoutSeconds: timeoutMs / 1000,
    },
    say,
  );
  return report.agents[0] ?? null;
}

/** Without the note the next run finds the same entries, and on the remote that they are pushed: slower, and no harm. */
async function note(session: CacheSession, target: AgentTarget, number: number, folder: string): Promise<void> {
  const file = join(folder, "note");
  await writeFile(file, "pushed\n");
  const saved = await saveEntry(session, "rescue-done", target, number, file);
  if (!saved.ok) session.say.info(`${target.agent}: the next run will look at it again: ${saved.why}`);
}
