import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { agentPaths, listUndo, type RunConfig, toSyncError, type UndoFile } from "@agentfs-sync/core";
import type { StepConsole } from "./console.ts";
import { hiddenFolder } from "./rescue-files.ts";
import type { PulledAgent } from "./state.ts";

/** No name that begins with a point: an upload step would pass over it. */
const FOLDER = "agentfs-undo";

/** The newest undo bundle that is here, by its push; 0 for none. */
export async function lastUndo({ directory }: RunConfig, agent: string): Promise<number> {
  return (await listUndo(agentPaths(directory, agent))).at(-1)?.sequence ?? 0;
}

/** What the pushes of this job have left since main began, whoever in the job pushed. */
export async function undosOfJob({ directory }: RunConfig, { agent, undo }: PulledAgent): Promise<readonly UndoFile[]> {
  const files = await listUndo(agentPaths(directory, agent));
  return files.filter(({ sequence }) => sequence > undo.last && !undo.restored.includes(sequence));
}

/** Copies them beside the rescue files, for whoever keeps files of the machine. Failing is worth a line, and no more. */
export async function exportUndos(config: RunConfig, agent: string, files: readonly UndoFile[], say: StepConsole): Promise<void> {
  if (files.length === 0) return;
  try {
    const folder = await hiddenFolder(join(config.directory, FOLDER));
    for (const { path, sequence } of files) {
      const file = join(folder, `${agent}-${sequence}.undo`);
      await copyFile(path, file);
      say.verbose(`${agent}: what takes push ${sequence} back is in ${file}`);
    }
  } catch (thrown) {
    say.info(`${agent}: the undo bundle could not be copied to ${FOLDER}: ${toSyncError(thrown).message}`);
  }
}
