import { createHash } from "node:crypto";
import { access, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunConfig, SyncError } from "@agentfs-sync/core";

/** Its end frees the agents that were not pulled for another step, which may try again. */
export interface Claim extends AsyncDisposable {
  readonly keep: (pulled: readonly string[]) => void;
}

/**
 * Two steps of one job that pull the same working copy would disturb each other: the second would set aside what the job wrote meanwhile,
 * and each would push. The runner gives each job a folder that it empties afterwards, where the first one leaves a mark.
 * @throws SyncError `config-invalid`
 */
export async function claimAgents({ agents, directory }: RunConfig, env: NodeJS.ProcessEnv): Promise<Claim> {
  const marks = new Map<string, string>();
  const free = () => Promise.all([...marks.values()].map((mark) => rm(mark, { force: true })));
  for (const { agent } of agents) {
    const mark = markOf(agent, directory, env);
    if (mark === null) continue;
    try {
      await writeFile(mark, "", { flag: "wx" });
    } catch (cause) {
      await free();
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      throw new SyncError("config-invalid", `The agent ${agent} is pulled by another step of this job already.`, {
        cause,
        hint: "Name each agent in one step of a job only; a second working copy of it needs another `directory`.",
      });
    }
    marks.set(agent, mark);
  }
  return {
    keep: (pulled) => {
      for (const agent of pulled) marks.delete(agent);
    },
    [Symbol.asyncDispose]: async () => void (await free()),
  };
}

/** Whether a main step of this job has pulled it, this one or another: its mark outlives what was saved in the runner's state. */
export async function isClaimed(agent: string, directory: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const mark = markOf(agent, directory, env);
  if (mark === null) return false;
  return access(mark).then(
    () => true,
    () => false,
  );
}

function markOf(agent: string, directory: string, env: NodeJS.ProcessEnv): string | null {
  const { RUNNER_TEMP, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB } = env;
  const what = JSON.stringify([GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, directory, agent]);
  return RUNNER_TEMP ? join(RUNNER_TEMP, `agentfs-sync-${createHash("sha256").update(what).digest("hex")}`) : null;
}
