import { summary } from "@actions/core";

/** Appends to the summary page of the step, where the runner has one. */
export async function writeSummary(markdown: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (env.GITHUB_STEP_SUMMARY && markdown !== "") await summary.addRaw(markdown, true).write();
}
