import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { AGENT_ID, agentPaths } from "@agentfs-sync/core";
import { isClaimed } from "./claim.ts";
import type { StepConsole } from "./console.ts";
import type { SavedState } from "./state.ts";

/** A job may go on after a pull that failed, and write into a database of its own: nobody pushes it, which must not pass unsaid. */
export async function warnOfUnpulled(
  { phase, unpulled, directory: given }: Exclude<SavedState, { phase: "skipped" }>,
  env: NodeJS.ProcessEnv,
  say: StepConsole,
): Promise<void> {
  const directory = resolve(env["GITHUB_WORKSPACE"] || ".", given);
  for (const agent of unpulled.filter((id) => AGENT_ID.test(id))) {
    const { workingCopy } = agentPaths(directory, agent);
    // Another step of the job may have pulled it; the mark of one that was killed is its own.
    const isOfAnother = phase !== "started" && (await isClaimed(agent, directory, env));
    if (isOfAnother || !existsSync(workingCopy)) continue;
    say.warn(`${agent}: it was not pulled, so what is in ${workingCopy} is not pushed either: it stays on this machine alone.`);
  }
}
