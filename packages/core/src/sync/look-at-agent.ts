import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentTarget, RunConfig } from "../config/types.ts";
import type { Deadline } from "../remote/deadline.ts";
import { refuseNativeReplica } from "../replica/native.ts";
import { agentPaths } from "../replica/paths.ts";
import { errorReport } from "../report/build.ts";
import type { AgentReport } from "../report/types.ts";
import { makeRedactor } from "../secrets/redact.ts";
import { checkpoint } from "./checkpoint.ts";
import type { AgentContext, SyncIo } from "./context.ts";
import { diffAgent } from "./diff-agent.ts";
import { stats } from "./stats.ts";
import { status } from "./status.ts";
import { contextOf, emptyReport } from "./sync-agent.ts";
import { verifyAgent } from "./verify-agent.ts";

/** What a look adds to the agent's report. */
type Seen = Pick<AgentReport, "status" | "stats" | "checkpoint" | "diff" | "findings"> & { readonly error?: unknown };

/** The commands that neither pull nor push. */
const LOOKS = {
  status: async (context) => {
    await refuseNativeReplica(context.paths);
    return { status: await status(context) };
  },
  stats: async (context) => {
    await refuseNativeReplica(context.paths);
    return { stats: await stats(context, context.config.verifyRemote && context.config.trust !== "none") };
  },
  checkpoint: async ({ config, target, io }) => ({
    checkpoint: await checkpoint(agentPaths(config.directory, target.agent), io.holdsWorkingCopy === true),
  }),
  diff: diffAgent,
  // A replica of `agentfs sync` is an AgentFS as well.
  verify: verifyAgent,
} as const satisfies Record<string, (context: AgentContext) => Promise<Seen>>;

export type LookCommand = keyof typeof LOOKS;

export function isLookCommand(command: string): command is LookCommand {
  return Object.hasOwn(LOOKS, command);
}

/** What it needs for a moment is kept elsewhere than in our folder. All but `checkpoint` take no lock and write nothing there. */
export async function lookAtAgent(
  command: LookCommand,
  config: RunConfig,
  io: SyncIo,
  deadline: Deadline,
  target: AgentTarget,
): Promise<AgentReport> {
  const context = contextOf(config, io, deadline, target);
  const redact = makeRedactor([config.authToken]);
  const temporary = await mkdtemp(join(tmpdir(), "agentfs-sync-"));
  try {
    const { error, ...seen }: Seen = await LOOKS[command]({ ...context, paths: { ...context.paths, temporary } });
    return { ...emptyReport(target), ...seen, ...(error === undefined ? {} : { ok: false, error: errorReport(error, redact) }) };
  } catch (error) {
    io.failed?.(error);
    return { ...emptyReport(target), ok: false, error: errorReport(error, redact) };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
