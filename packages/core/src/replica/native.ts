import { SyncError } from "../errors.ts";
import { isThere } from "./files.ts";
import type { AgentPaths } from "./paths.ts";

/**
 * `agentfs sync` keeps its own account of the working copy beside it (`<id>.db-info`, a log of changes, a WAL to go back by), which no
 * longer fits once anybody else has written the file: the two engines do not mix on one machine.
 * @throws SyncError `engine-mismatch`
 */
export async function refuseNativeReplica(paths: AgentPaths): Promise<void> {
  if (!(await isThere(paths.nativeInfo))) return;
  throw new SyncError(
    "engine-mismatch",
    `${paths.workingCopy} is a replica of \`agentfs sync\`: ${paths.nativeInfo} is beside it.`,
  );
}
