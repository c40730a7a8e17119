import { resolve } from "node:path";
import { countChanges, diff } from "../agentfs/diff.ts";
import { agentPaths } from "../replica/paths.ts";
import type { AgentReport, RescueEntry } from "../report/types.ts";
import { findOne, type Scope } from "./find.ts";
import { bundleOfPending, reasonOf } from "./pending-bundle.ts";
import { inLockedWorkshop } from "./workshop.ts";
import { writeBundle } from "./write-bundle.ts";

/**
 * Writes what is kept of one push into one file, from which it can be pushed on any machine. What is kept stays.
 * @throws SyncError `rescue-missing`, `usage`, `config-invalid` (the file is there), `locked`, `local-damaged`, `file-system`
 */
export async function exportBundle(scope: Scope, file: string, pushId: string | null): Promise<AgentReport> {
  const { agent } = await findOne(scope, pushId);
  const paths = agentPaths(scope.directory, agent);
  const path = resolve(file);
  const entry = await inLockedWorkshop(paths, async (folder): Promise<RescueEntry> => {
    const { pending } = await findOne({ ...scope, agents: [agent] }, pushId);
    const bundle = await bundleOfPending(agent, paths, pending);
    const counts = countChanges(diff(bundle.originPath, bundle.snapshotPath));
    const sizeBytes = await writeBundle(bundle, counts, path, folder);
    const { createdAt, runId } = bundle;
    const reason = reasonOf(pending);
    return { pushId: bundle.pushId, reason, createdAt, runId, counts, problem: null, sizeBytes, path };
  });
  return { agent, ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null, bundles: [entry] };
}
