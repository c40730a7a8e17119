import type { AgentTarget, RunConfig } from "../config/types.ts";
import type { Deadline } from "../remote/deadline.ts";
import { isThere } from "../replica/files.ts";
import { agentPaths } from "../replica/paths.ts";
import { listPending } from "../replica/pending.ts";
import type { AgentReport } from "../report/types.ts";
import type { SyncIo } from "../sync/context.ts";
import { pushKept } from "./push.ts";

/**
 * Before a pull that sets aside what it finds unpushed: pushes what failed pushes of earlier runs have left, so that no job's work has to
 * wait for somebody who looks. What cannot be pushed now stays kept, and the pull goes on. What no push was asked for is only listed.
 */
export async function pushFailedFirst(
  config: RunConfig,
  io: SyncIo,
  deadline: Deadline,
  target: AgentTarget,
): Promise<Pick<AgentReport, "push" | "conflicts">> {
  const done: AgentReport[] = [];
  for (const { pushId, folder } of await failedPushes(config, target)) {
    const report = await pushKept({ ...config, agents: [target] }, io, deadline, pushId);
    const which = `${target.agent}: what the failed push ${pushId} of an earlier run had left`;
    if (report.error === null) io.info(`${which} was pushed first (sequence ${report.push?.sequence ?? "unknown"})`);
    else io.info(`${which} could not be pushed now and stays in ${folder}: ${report.error.message}`);
    if (report.error === null) done.push(report);
  }
  return { push: done.at(-1)?.push ?? null, conflicts: done.flatMap(({ conflicts }) => conflicts) };
}

async function failedPushes({ trust, onUnpushed, directory }: RunConfig, { agent }: AgentTarget) {
  const paths = agentPaths(directory, agent);
  if (trust !== "trusted" || onUnpushed !== "set-aside" || !(await isThere(paths.pending))) return [];
  // What cannot be read there the pull meets as well, and reports.
  const pending = await listPending(paths).catch(() => []);
  return pending.filter(({ reason }) => reason === "push");
}
