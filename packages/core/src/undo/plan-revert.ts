import { describe } from "../agentfs/describe.ts";
import { describeConflicts } from "../agentfs/describe-conflicts.ts";
import { diff } from "../agentfs/diff.ts";
import { merge } from "../agentfs/merge/merge.ts";
import { openSides } from "../agentfs/side.ts";
import { prepareFolders } from "../replica/files.ts";
import { Database } from "../replica/sqlite.ts";
import type { ChangesReport, Conflict } from "../report/types.ts";
import type { Bundle, Undoes } from "../rescue/bundle.ts";
import type { AgentContext } from "../sync/context.ts";
import { fetchRemote } from "../sync/fetch-remote.ts";
import { foreign } from "./foreign.ts";
import { writePlanFiles } from "./plan-files.ts";

/**
 * What taking a push back would change on the remote as it is now; sends nothing but reads.
 * @param context its paths are of a folder for this alone
 */
export async function planRevert(
  context: AgentContext,
  bundle: Bundle,
  undoes: Undoes,
  folder: string,
): Promise<{ readonly changes: ChangesReport; readonly conflicts: readonly Conflict[] }> {
  await prepareFolders(context.paths);
  const state = await fetchRemote(context, null, "refuse");
  if (state.kind === "empty") throw foreign(context, undoes);
  const { base } = state;
  using sides = openSides(bundle.originPath, bundle.snapshotPath, base.path);
  const changeset = diff(bundle.originPath, bundle.snapshotPath);
  const merged = merge(changeset, sides, {
    map: bundle.map,
    marks: base.facts.marks,
    sameCalls: false,
    policy: context.config.conflict,
    suffix: `before-${undoes.sequence}`,
    isPart: true,
    reserved: null,
  });
  using source = Database.openImmutable(bundle.originPath);
  source.attachImmutable(bundle.snapshotPath, "ours");
  const { originPath, snapshotPath } = bundle;
  const conflicts = describeConflicts(merged, { originPath, snapshotPath, remotePath: base.path });
  const { beforePath, afterPath } = writePlanFiles(folder, merged.plan, base, source, "whole", changeset);
  return { changes: await describe(beforePath, afterPath, diff(beforePath, afterPath)), conflicts };
}
