import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { agentPaths, listUndo, type RunConfig, toSyncError, type UndoFile } from "@agentfs-sync/core";
import type { StepConsole } from "./console.ts";
import { hiddenFolder } from "./rescue-files.ts";

/** No name that begins with a point: an upload step would pass over it. */
const FOLDER = "agentfs-undo";

/** What the pushes since main began have left, whoever in the job pushed. What comes from the cache is as old as its push. */
export async function undosSince(
  startedAtMs: number,
  { directory }: RunConfig,
  agent: string,
  say: StepConsole,
): Promise<readonly UndoFile[]> {
  try {
    return (await listUndo(agentPaths(directory, agent))).filter(({ writtenAtMs }) => writtenAtMs >= startedAtMs);
  } catch (thrown) {
    say.info(`${agent}: no undo bundle is kept of this job: ${toSyncError(thrown).message}`);
    return [];
  }
}

/** The name by which `revert SEQUENCE --undo-dir` finds it. */
export const undoName = (agent: string, { sequence }: UndoFile): string => `${agent}-${sequence}.undo`;

/** Copies them beside the rescue files, for whoever keeps files of the machine. Failing is worth a line, and no more. */
export async function exportUndos(config: RunConfig, agent: string, files: readonly UndoFile[], say: StepConsole): Promise<void> {
  if (files.length === 0) return;
  try {
    const folder = await hiddenFolder(join(config.directory, FOLDER));
    for (const undo of files) {
      const file = join(folder, undoName(agent, undo));
      // A link, or a pipe, that a step has put there is not written to.
      await rm(file, { recursive: true, force: true });
      await copyFile(undo.path, file);
      say.verbose(`${agent}: what takes push ${undo.sequence} back is in ${file}`);
    }
  } catch (thrown) {
    say.info(`${agent}: the undo bundle could not be copied to ${FOLDER}: ${toSyncError(thrown).message}`);
  }
}
