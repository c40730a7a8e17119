import type { Changeset } from "../agentfs/changeset.ts";
import { removedFileCount } from "../agentfs/diff.ts";
import { SyncError } from "../errors.ts";
import type { AgentContext } from "./context.ts";

/** What one commit may carry; content beyond it needs staging. */
export const MAX_COMMIT_BYTES = 9 * 2 ** 20;

const MASS_CHANGE_FILES = 20;
const MASS_CHANGE_SHARE = 0.5;

/** @throws SyncError `mass-change`, `too-large` */
export function guardChangeset({ config, target }: AgentContext, changeset: Changeset): void {
  const removed = removedFileCount(changeset);
  const isMassChange = changeset.originFileCount >= MASS_CHANGE_FILES && removed > changeset.originFileCount * MASS_CHANGE_SHARE;
  if (isMassChange && !config.allow.includes("mass-change")) {
    throw new SyncError(
      "mass-change",
      `${target.agent}: the job removed ${removed} of ${changeset.originFileCount} files; nothing was pushed.`,
    );
  }
  if (changeset.sizeBytes > MAX_COMMIT_BYTES) {
    const [size, most] = [changeset.sizeBytes, MAX_COMMIT_BYTES].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`);
    throw new SyncError(
      "too-large",
      `${target.agent}: the job wrote ${size} of new content; one push carries at most ${most}. Nothing was pushed.`,
    );
  }
}
