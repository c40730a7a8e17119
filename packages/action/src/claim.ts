import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunConfig, SyncError } from "@agentfs-sync/core";

/**
 * Two steps of one job that pull the same working copy would disturb each other: the second would set aside what the job wrote meanwhile,
 * and each would push. The runner gives each job a folder that it empties afterwards, where the first one leaves a mark.
 * @throws SyncError `config-invalid`
 */
export async function claimAgents({ agents, directory }: RunConfig, env: NodeJS.ProcessEnv): Promise<void> {
  for (const { agent } of agents) {
    const mark = markOf(agent, directory, env);
    if (mark === null) return;
    try {
      await writeFile(mark, "", { flag: "wx" });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      throw new SyncError("config-invalid", `The agent ${agent} is pulled by another step of this job already.`, {
        cause,
        hint: "Name each agent in one step of a job only; a second working copy of it needs another `directory`.",
      });
    }
  }
}

/** Those that could not be pulled are free for another step, which may try again. */
export async function releaseAgents(
  { agents, directory }: RunConfig,
  pulled: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  for (const { agent } of agents) {
    const mark = markOf(agent, directory, env);
    if (mark !== null && !pulled.includes(agent)) await rm(mark, { force: true });
  }
}

function markOf(agent: string, directory: string, env: NodeJS.ProcessEnv): string | null {
  const { RUNNER_TEMP, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB } = env;
  const what = JSON.stringify([GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, directory, agent]);
  return RUNNER_TEMP ? join(RUNNER_TEMP, `agentfs-sync-${createHash("sha256").update(what).digest("hex")}`) : null;
}
