import { countChanges, diff } from "../agentfs/diff.ts";
import { toSyncError } from "../errors.ts";
import { agentPaths } from "../replica/paths.ts";
import { listPending, type Pending, readPendingOrigin } from "../replica/pending.ts";
import { errorReport } from "../report/build.ts";
import type { AgentReport, RescueEntry } from "../report/types.ts";
import type { Scope } from "./find.ts";
import { reasonOf, sizeOfFolder } from "./pending-bundle.ts";

/** All that is kept of each agent. Makes no request, takes no lock, changes nothing. */
export async function listBundles({ directory, agents }: Scope): Promise<readonly AgentReport[]> {
  return Promise.all(
    agents.map(async (agent): Promise<AgentReport> => {
      const report = { agent, ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null };
      try {
        const pending = await listPending(agentPaths(directory, agent));
        const bundles: RescueEntry[] = [];
        for (const one of pending) bundles.push(await describe(one));
        return { ...report, bundles };
      } catch (error) {
        return { ...report, ok: false, error: errorReport(error, (text) => text) };
      }
    }),
  );
}

async function describe(pending: Pending): Promise<RescueEntry> {
  const { pushId, createdAt, runId, folder } = pending;
  const entry = { pushId, reason: reasonOf(pending), createdAt, runId, sizeBytes: await sizeOfFolder(pending), path: folder };
  try {
    const { path } = await readPendingOrigin(pending);
    return { ...entry, counts: countChanges(diff(path, pending.snapshotPath)), problem: null };
  } catch (error) {
    return { ...entry, counts: null, problem: toSyncError(error).message };
  }
}
