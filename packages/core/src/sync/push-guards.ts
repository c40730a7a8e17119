import type { Changeset } from "../agentfs/changeset.ts";
import { removedFileCount } from "../agentfs/diff.ts";
import { SyncError } from "../errors.ts";
import type { AgentContext } from "./context.ts";
import { guardValueSizes } from "./value-sizes.ts";

const MASS_CHANGE_FILES = 20;
const MASS_CHANGE_SHARE = 0.5;

/**
 * @param isRevert what a run added goes again, be it ever so much: that was asked for by name
 * @throws SyncError `mass-change`, `too-large`
 */
export function guardChangeset(
  { config, target }: AgentContext,
  changeset: Changeset,
  snapshotPath: string,
  isRevert = false,
): void {
  const removed = removedFileCount(changeset);
  const isMassChange = changeset.originFileCount >= MASS_CHANGE_FILES && removed > changeset.originFileCount * MASS_CHANGE_SHARE;
  if (isMassChange && !isRevert && !config.allow.includes("mass-change")) {
    throw new SyncError(
      "mass-change",
      `${target.agent}: the job removed ${removed} of ${changeset.originFileCount} files; nothing was pushed.`,
    );
  }
  guardValueSizes(target.agent, changeset, snapshotPath);
}
