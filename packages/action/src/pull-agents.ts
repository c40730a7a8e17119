import {
  type AgentReport,
  type AgentTarget,
  buildReport,
  ERRORS,
  publishCached,
  type RunConfig,
  type RunReport,
  runSync,
} from "@agentfs-sync/core";
import { pushRescued } from "./cache/push-rescued.ts";
import type { CacheSession } from "./cache/session.ts";
import { restoreUndo } from "./cache/undo-entries.ts";
import { restoreBase } from "./cache/warm-start.ts";
import type { StepConsole } from "./console.ts";
import type { ActionInputs } from "./inputs.ts";
import type { PulledAgent } from "./state.ts";

export interface Pulled {
  readonly report: RunReport;
  /** The agents that are ready for the job: one that could not be pulled keeps no other from being pushed. */
  readonly pulled: readonly PulledAgent[];
}

/** What the cache had for one agent before its pull. */
interface Before {
  readonly restored: string | null;
  /** What an earlier run left, pushed now; or why the agent is not to be pulled. */
  readonly rescued: AgentReport | null;
}

/** Pulls all agents, with what the cache has for them. */
export async function pullAgents(
  config: RunConfig,
  cache: CacheSession | null,
  say: StepConsole,
  { onPullFailure, restoreUndo: undos }: Pick<ActionInputs, "onPullFailure" | "restoreUndo">,
): Promise<Pulled> {
  const startedAt = Date.now();
  const before = new Map<string, Before>();
  const isUsable = cache !== null && (await cache.isUsable());
  await Promise.all(
    config.agents.map(async (target) => {
      if (!isUsable) return;
      const restoring = restoreBase(cache, target);
      const [restored, rescued] = await Promise.all([restoring, pushRescued(cache, target, restoring)]);
      before.set(target.agent, { restored, rescued });
    }),
  );
  const isPulled = ({ agent }: AgentTarget) => before.get(agent)?.rescued?.ok !== false;
  const { agents: reports, runId } = await runSync("pull", { ...config, agents: config.agents.filter(isPulled) }, say);

  const agents = await Promise.all(
    config.agents.map(async (target) => {
      const rescued = before.get(target.agent)?.rescued ?? null;
      const report = reports.find(({ agent }) => agent === target.agent);
      if (report === undefined) return rescued ?? [];
      const usable = onPullFailure === "use-cache" ? await useCache(config, target, report, say) : report;
      return rescued === null ? usable : withRescued(usable, rescued);
    }),
  );
  const report = buildReport("pull", runId, startedAt, agents.flat());
  const pulled = report.agents.flatMap((agent) => pulledAgent(agent, before.get(agent.agent)?.restored ?? null));
  if (undos.length > 0) await restoreUndos(config, isUsable ? cache : null, undos, say);
  return { report, pulled };
}

/** After the pull: it has the agents' files to itself. */
async function restoreUndos(
  { agents }: RunConfig,
  cache: CacheSession | null,
  sequences: readonly number[],
  say: StepConsole,
): Promise<void> {
  if (cache === null) return say.warn("The Actions cache is not used here: it has no undo bundles for restore-undo.");
  for (const target of agents) for (const sequence of sequences) await restoreUndo(cache, target, sequence);
}

function withRescued(report: AgentReport, { push, conflicts }: AgentReport): AgentReport {
  return { ...report, push: report.push ?? push, conflicts: [...conflicts, ...report.conflicts] };
}

/** Only where the remote could not be asked: what it refuses is no matter of the network. */
async function useCache(config: RunConfig, target: AgentTarget, report: AgentReport, say: StepConsole): Promise<AgentReport> {
  if (report.error === null || ERRORS[report.error.code].exitCode !== 75) return report;
  const cached = await publishCached(config, target, say);
  if (cached === null) return report;
  say.warn(
    `${target.agent}: ${report.error.message} The job goes on with what the cache held, as it was pulled at ${cached.pulledAt}.`,
  );
  return { ...report, ok: true, error: null, pull: { outcome: "skipped", revision: cached.revision, bytesReceived: 0 } };
}

function pulledAgent({ agent, pull, error }: AgentReport, restored: string | null): readonly PulledAgent[] {
  if (pull === null || pull.outcome === "failed" || error !== null) return [];
  return [{ agent, pull: pull.outcome, bytesReceived: pull.bytesReceived, restored }];
}
