import { mkdir } from "node:fs/promises";
import { AgentFSCLI, type AgentFSCLIOptions } from "../../agentfs-cli/agentfs-cli.ts";
import type { AgentTarget, RunConfig } from "../../config/types.ts";
import type { Deadline } from "../../remote/deadline.ts";
import { isThere } from "../../replica/files.ts";
import { errorReport } from "../../report/build.ts";
import type { AgentReport } from "../../report/types.ts";
import { makeRedactor } from "../../secrets/redact.ts";
import type { SyncIo } from "../../sync/context.ts";
import { isLookCommand, type LookCommand, lookAtAgent } from "../../sync/look-at-agent.ts";
import { type AgentCommand, emptyReport, STEPS, type Step } from "../../sync/sync-agent.ts";
import type { SyncEngine } from "../engine.ts";
import { checkReplica } from "./check-replica.ts";
import { nativeEngine } from "./native-engine.ts";
import { nativeStatus } from "./native-status.ts";
import { pullStep, pushStep, SKIPPED } from "./native-steps.ts";
import { syncConfigOf } from "./sync-config-of.ts";

/**
 * What engine `agentfs` does for one agent of a command: the program's native sync behind our guards, in the words of a report. The
 * guards open copies of the database in this very process, so `agentfs-sdk` must not be in it.
 */
export function nativeWorkOf(options: AgentFSCLIOptions) {
  const cli = new AgentFSCLI(options);
  return async (
    command: AgentCommand | LookCommand,
    config: RunConfig,
    io: SyncIo,
    deadline: Deadline,
    target: AgentTarget,
  ): Promise<AgentReport> => {
    const start = { ...emptyReport(target), engine: "agentfs" as const };
    // A replica is an AgentFS like any other.
    if (command === "verify") return { ...start, ...(await lookAtAgent(command, config, io, deadline, target)) };
    const syncConfig = syncConfigOf(config, target);
    const engine = nativeEngine(syncConfig, cli, (task, { signal }) => checkReplica(task, { ...io, ...(signal && { signal }) }));
    try {
      // The program runs in the folder, and does not make it.
      if (command === "pull" || command === "sync") await mkdir(config.directory, { recursive: true });
      if (isLookCommand(command)) return { ...start, ...(await look(command, engine, () => nativeStatus(syncConfig, io))) };
      if (config.trust === "none") io.info(`${target.agent}: nothing is done here (trust class "none")`);
      let report: AgentReport = start;
      for (const step of STEPS[command]) {
        const isSkipped = await hasNothingToDo(step, command, config, io, syncConfig);
        const { error, ...done } = isSkipped
          ? SKIPPED[step]
          : await (step === "pull" ? pullStep : pushStep)(engine, { agent: target.agent, io, deadline });
        report = { ...report, ...done };
        if (error !== null) return failed(report, error);
      }
      return report;
    } catch (thrown) {
      return failed(start, thrown);
    }

    function failed(report: AgentReport, thrown: unknown): AgentReport {
      io.failed?.(thrown);
      return { ...report, ok: false, error: errorReport(thrown, makeRedactor([config.authToken])) };
    }
  };
}

async function look(command: Exclude<LookCommand, "verify">, engine: SyncEngine, status: () => ReturnType<typeof nativeStatus>) {
  if (command === "status") return { status: await status() };
  return {
    diff: await engine.diff({
      signal: undefined,
      onProgress: () => undefined,
      onLine: () => undefined,
      onTraffic: () => undefined,
    }),
  };
}

async function hasNothingToDo(
  step: Step,
  command: AgentCommand,
  { trust }: RunConfig,
  io: SyncIo,
  { agent, databasePath }: { readonly agent: string; readonly databasePath: string },
): Promise<boolean> {
  if (trust === "none") return true;
  if (step === "pull") return false;
  if (trust === "read-only") io.info(`${agent}: not pushed (read-only)`);
  return trust === "read-only" || (command === "sync" && !(await isThere(databasePath)));
}
