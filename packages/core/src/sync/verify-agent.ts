import { type Verified, verify } from "../agentfs/verify.ts";
import { SyncError } from "../errors.ts";
import { agentPaths } from "../replica/paths.ts";
import { takeSnapshot } from "../replica/snapshot.ts";
import type { Finding } from "../report/types.ts";
import type { AgentContext } from "./context.ts";
import { fetchRemote } from "./fetch-remote.ts";

/** Holds the working copy, or what the remote holds, against the rules; findings are no failure of the look itself. */
export async function verifyAgent(
  context: AgentContext,
): Promise<{ readonly findings: readonly Finding[]; readonly error?: SyncError }> {
  const { findings, brokenCount } = context.config.verifyRemote ? await verifyRemote(context) : await verifyLocal(context);
  if (brokenCount === 0) return { findings };
  const what = context.config.verifyRemote ? context.remote.url : context.paths.workingCopy;
  const words =
    brokenCount === 1 ? "breaks a rule of AgentFS in 1 place" : `breaks the rules of AgentFS in ${brokenCount} places`;
  return { findings, error: new SyncError("inconsistent", `${what} ${words}.`) };
}

const NOTHING: Verified = { findings: [], brokenCount: 0 };

async function verifyLocal({ paths, deadline }: AgentContext): Promise<Verified> {
  const snapshot = await takeSnapshot(paths, deadline);
  if (snapshot === null) throw new SyncError("working-copy-missing", `There is no working copy ${paths.workingCopy} to verify.`);
  return verify(snapshot.path, paths.workingCopy);
}

/** A pull of everything into the temporary folder, as a machine does it that has nothing yet. */
async function verifyRemote(context: AgentContext): Promise<Verified> {
  const { config, target, paths, remote, io } = context;
  if (config.trust === "none") {
    io.info(`${target.agent}: nothing is done here (trust class "none")`);
    return NOTHING;
  }
  const state = await fetchRemote({ ...context, paths: agentPaths(paths.temporary, target.agent) }, null, "take");
  if (state.kind === "base") return verify(state.base.path, `What ${remote.url} holds`);
  io.info(`${target.agent}: ${remote.url} is empty`);
  return NOTHING;
}
