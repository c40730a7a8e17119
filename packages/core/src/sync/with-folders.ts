import { basename, join } from "node:path";
import { openFromFolder, saveToFolder } from "../cache/cache-folder.ts";
import { openUndosFromFolder, saveUndosToFolder } from "../cache/undo-folder.ts";
import type { AgentTarget, RunConfig } from "../config/types.ts";
import { toSyncError } from "../errors.ts";
import { putWhole } from "../replica/files.ts";
import type { AgentReport } from "../report/types.ts";
import { exportBundle } from "../rescue/export.ts";
import type { SyncIo } from "./context.ts";
import type { AgentCommand } from "./sync-agent.ts";

/**
 * One agent's pull, push or sync with the folders that a CI keeps: the base and the undo bundles come from the cache before a pull and go
 * there afterwards; what could not be pushed goes into a file that outlives the machine.
 */
export async function withFolders(
  command: AgentCommand,
  config: RunConfig,
  io: SyncIo,
  target: AgentTarget,
  work: () => Promise<AgentReport>,
): Promise<AgentReport> {
  if (config.trust === "none") return work();
  const restored = command === "push" ? null : await openFromFolder(config, target, io);
  if (command !== "push") await openUndosFromFolder(config, target, io);
  const report = await work();
  if (hasNewBase(command, report)) await saveToFolder(config, target, restored, io);
  if (report.push?.sequence != null) await saveUndosToFolder(config, target, io);
  const { pull } = report;
  const told = restored === null || pull === null ? report : { ...report, pull: { ...pull, fromCache: true as const } };
  return exported(config, io, target, told);
}

/** A push that changed nothing leaves the base as the pull before it has saved it. */
function hasNewBase(command: AgentCommand, { pull, push }: AgentReport): boolean {
  if (command === "push") return push?.outcome === "pushed";
  return pull !== null && pull.outcome !== "failed" && pull.outcome !== "skipped";
}

async function exported(config: RunConfig, io: SyncIo, { agent }: AgentTarget, report: AgentReport): Promise<AgentReport> {
  const { rescueDirectory, directory } = config;
  if (report.rescue === null || rescueDirectory === null) return report;
  const pushId = basename(report.rescue);
  const file = join(rescueDirectory, `${agent}-${pushId}.rescue`);
  try {
    // A push keeps its id until it is done: an earlier file of that name holds less.
    await putWhole(file, (half) => exportBundle({ directory, agents: [agent] }, half, pushId));
    return { ...report, rescue: file };
  } catch (thrown) {
    io.info(`${agent}: what could not be pushed could not be put into ${rescueDirectory}: ${toSyncError(thrown).message}`);
    return report;
  }
}
