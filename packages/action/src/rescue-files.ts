import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type AgentTarget, type RunConfig, type RunReport, runRescue, SyncError, toSyncError } from "@agentfs-sync/core";
import type { StepConsole } from "./console.ts";

/** No name that begins with a point: an upload step would pass over it. */
const FOLDER = "agentfs-rescue";
const SHORT_ID_CHARACTERS = 8;

/** The report, with the file that each agent's rescue bundle was written to instead of our own folder; and these files by agent. */
export interface Exported {
  readonly report: RunReport;
  readonly files: ReadonlyMap<string, string>;
}

/** Writes what could not be pushed into one file an agent, each complete and without a secret, which `agentfs-sync rescue push` takes. */
export async function exportRescues(
  config: RunConfig,
  report: RunReport,
  say: StepConsole,
  env: NodeJS.ProcessEnv,
): Promise<Exported> {
  const files = new Map<string, string>();
  for (const { agent, rescue } of report.agents) {
    const target = config.agents.find((one) => one.agent === agent);
    if (rescue === null || target === undefined) continue;
    const file = await exportOne(config.directory, target, basename(rescue), say, [config.directory, env["RUNNER_TEMP"]]);
    if (file !== null) files.set(agent, file);
  }
  const agents = report.agents.map((agent) => ({ ...agent, rescue: files.get(agent.agent) ?? agent.rescue }));
  return { report: { ...report, agents }, files };
}

/** Beside the agents, or where the runner keeps such things if that cannot be written to. */
async function exportOne(
  directory: string,
  { agent, remoteUrl }: AgentTarget,
  pushId: string,
  say: StepConsole,
  places: readonly (string | undefined)[],
): Promise<string | null> {
  for (const place of places) {
    if (!place) continue;
    try {
      const file = join(await hiddenFolder(join(place, FOLDER)), `${agent}-${pushId.slice(0, SHORT_ID_CHARACTERS)}.rescue`);
      // Of an earlier try of the same push, which may hold less.
      await rm(file, { force: true });
      const request = { action: "export", file, pushId } as const;
      const quiet = { ...say, info: say.verbose };
      const [exported] = (await runRescue(request, { agents: [agent], remoteUrl, directory }, quiet)).agents;
      if (exported?.error == null) return file;
      say.info(`${agent}: no rescue file could be written into ${place}: ${exported.error.message}`);
    } catch (thrown) {
      say.info(`${agent}: no rescue file could be written into ${place}: ${toSyncError(thrown).message}`);
    }
  }
  return null;
}

/** A folder that git does not see. */
export async function hiddenFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (!(await lstat(folder)).isDirectory()) throw new SyncError("file-system", `${folder} is a link, which is not followed.`);
  await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return folder;
}
