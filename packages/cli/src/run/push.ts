import { agentLines, failedReport, type RunConfig, type RunReport, runSync, type SyncIo } from "@agentfs-sync/core";
import type { Printer } from "../output/printer.ts";

/** A push whose failure is data, whatever it is: a bug of ours must not hide how the command ended. */
export async function pushNow(config: RunConfig, io: SyncIo): Promise<RunReport> {
  try {
    return await runSync("push", config, io);
  } catch (thrown) {
    const report = failedReport("push", thrown);
    return { ...report, agents: config.agents.map(({ agent }) => ({ ...NOTHING_DONE, agent, error: report.error })) };
  }
}

const NOTHING_DONE = { ok: false, pull: null, push: null, conflicts: [], rescue: null } as const;

/** Says in a line each what a push while the command runs came to; nothing where there was nothing to push. */
export function sayMeanwhile(printer: Printer, { agents }: RunReport): void {
  for (const agent of agents) {
    const { error, push } = agent;
    if (error !== null) {
      printer.note(
        `${agent.agent}: a push while the command runs failed, and is made up for later: error[${error.code}]: ${error.message}`,
      );
    } else if (push !== null && push.outcome !== "unchanged") {
      for (const line of agentLines(agent)) printer.note(`${line}, while the command runs`);
    }
  }
}
