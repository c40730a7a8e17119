import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { toSyncError } from "../errors.ts";
import { isThere, putWhole } from "../replica/files.ts";
import { readHeader } from "../rescue/read-header.ts";
import type { AgentContext } from "../sync/context.ts";

/* The folder of `--undo-dir`, which the CI keeps. Nothing in it is ever removed. */

const fileIn = (directory: string, agent: string, sequence: bigint | number) => join(directory, `${agent}-${sequence}.undo`);

/** What is pushed is pushed: failing is worth a line, and no more. */
export async function copyToDirectory({ config, target, io }: AgentContext, file: string, sequence: bigint): Promise<void> {
  const { undoDirectory } = config;
  if (undoDirectory === null) return;
  try {
    await putWhole(fileIn(undoDirectory, target.agent, sequence), (half) => copyFile(file, half));
  } catch (thrown) {
    io.info(
      `${target.agent}: the undo bundle of this push could not be put into ${undoDirectory}: ${toSyncError(thrown).message}`,
    );
  }
}

/**
 * The bundle of that push; null if the folder has none, or one of another database under its name.
 * @throws SyncError as `readHeader`
 */
export async function findInDirectory(
  { config, target }: AgentContext,
  sequence: number,
  pushId: string,
): Promise<string | null> {
  if (config.undoDirectory === null) return null;
  const file = fileIn(config.undoDirectory, target.agent, sequence);
  if (!(await isThere(file))) return null;
  const { header } = await readHeader(file);
  return header.undoes?.pushId === pushId ? file : null;
}
