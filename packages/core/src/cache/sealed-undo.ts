import { utimes } from "node:fs/promises";
import { SyncError } from "../errors.ts";
import { prepareFolders, publishFile, removeLeftovers, temporaryPath } from "../replica/files.ts";
import { acquireLock } from "../replica/lock.ts";
import { agentPaths } from "../replica/paths.ts";
import { readHeader } from "../rescue/read-header.ts";
import { openSealed, type SealOptions, sealFile } from "../secrets/seal.ts";
import { listUndo, type UndoFile, undoPath } from "../undo/folder.ts";
import type { SealedBaseOptions } from "./sealed-base.ts";

/** Seals one undo bundle, for a cache. @throws SyncError `file-system` */
export async function sealUndo({ path, sequence }: UndoFile, file: string, options: SealedBaseOptions): Promise<void> {
  await sealFile(path, file, sealOptions(options, sequence));
}

/**
 * Makes the bundle that `sealUndo` sealed for that push one of the agent's undo folder. False if one of that push is there already.
 * @throws SyncError `rescue-sealed`, `rescue-damaged`, `rescue-version`, `locked`, `file-system`
 * @example await openUndo("7.sealed", 7, { directory, target: { agent: "bot", remoteUrl: "https://bot-acme.turso.io" }, secret })
 */
export async function openUndo(file: string, sequence: number, options: SealedBaseOptions): Promise<boolean> {
  const { agent } = options.target;
  const paths = agentPaths(options.directory, agent);
  await prepareFolders(paths);
  using _lock = await acquireLock(paths);
  const opened = await temporaryPath(paths, "undo");
  try {
    await openSealed(file, opened, sealOptions(options, sequence));
    const { header } = await readHeader(opened);
    if (header.agent !== agent || header.undoes?.sequence !== sequence)
      throw new SyncError("rescue-sealed", `${file} is not the undo bundle of push ${sequence} of ${agent}.`);
    const { pushId } = header.undoes;
    if ((await listUndo(paths)).some((own) => own.pushId === pushId)) return false;
    // Among those of this machine it is as old as it is: the oldest go first.
    const writtenAt = new Date(header.createdAt);
    await utimes(opened, writtenAt, writtenAt);
    await publishFile(opened, undoPath(paths, sequence, pushId));
    return true;
  } finally {
    await removeLeftovers(paths);
  }
}

const sealOptions = ({ secret, target }: SealedBaseOptions, sequence: number): SealOptions => ({
  secret,
  purpose: `undo ${sequence} of ${target.agent}`,
  url: target.remoteUrl,
});
