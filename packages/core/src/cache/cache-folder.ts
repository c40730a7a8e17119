import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AgentTarget, RunConfig } from "../config/types.ts";
import { SyncError, toSyncError } from "../errors.ts";
import { nullIfAbsent } from "../replica/files.ts";
import type { SyncIo } from "../sync/context.ts";
import { openBase, sealBase } from "./sealed-base.ts";

const LARGEST_ENTRY_BYTES = 10 * 2 ** 30;

/**
 * Takes the agent's base from the folder that the CI kept: the pull then asks only for what changed since. Returns its revision; null for
 * none. Whatever is wrong with the folder costs a whole pull and one line, and nothing else.
 */
export async function openFromFolder(config: RunConfig, target: AgentTarget, io: SyncIo): Promise<string | null> {
  const { cache, directory } = config;
  if (cache === null) return null;
  try {
    if (cache.secret === null) throw new SyncError("rescue-sealed", "There is neither a token nor a secret to open it with.");
    const file = await entryIn(cache.directory, nameOf(config, target));
    if (file === null) return null;
    return (await openBase(file, { directory, target, secret: cache.secret }))?.revision ?? null;
  } catch (thrown) {
    io.info(`${target.agent}: the cache is of no use now, so all is pulled from the remote: ${toSyncError(thrown).message}`);
    return null;
  }
}

/** Leaves the agent's base there for later runs, unless it is the one that came from there. Failing is worth a line, and no more. */
export async function saveToFolder(config: RunConfig, target: AgentTarget, known: string | null, io: SyncIo): Promise<void> {
  const { cache, directory } = config;
  if (cache === null || cache.secret === null) return;
  const name = nameOf(config, target);
  try {
    await mkdir(cache.directory, { recursive: true });
    await refuseLink(cache.directory);
    await removeHalves(cache.directory, name);
    const sealed = await sealBase(join(cache.directory, name), { directory, target, secret: cache.secret }, known);
    if (sealed !== null) io.verbose(`${target.agent}: the cache has it for the next run`);
  } catch (thrown) {
    io.info(`${target.agent}: nothing was put into the cache: ${toSyncError(thrown).message}`);
  }
}

/** What a run that may only read has left is nothing that a trusted one goes on from. */
const nameOf = ({ trust }: RunConfig, { agent }: AgentTarget): string => `${agent}.${trust}.base`;

/** Links are not followed: whoever fills the cache would choose the file that we read or write. */
export async function entryIn(folder: string, name: string, largestBytes = LARGEST_ENTRY_BYTES): Promise<string | null> {
  if (!(await refuseLink(folder))) return null;
  const path = join(folder, name);
  const found = await lstat(path).catch(nullIfAbsent);
  if (found === null) return null;
  if (found.isFile() && found.size <= largestBytes) return path;
  throw new SyncError("rescue-sealed", `${path} is no file of a possible size.`);
}

export async function refuseLink(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(nullIfAbsent);
  if (found !== null && !found.isDirectory()) throw new SyncError("file-system", `${folder} is no folder.`);
  return found !== null;
}

/** A run that was killed while it wrote has left the beginning of an entry, which the CI would carry along for ever. */
async function removeHalves(folder: string, name: string): Promise<void> {
  for (const other of await readdir(folder)) {
    if (other.startsWith(`${name}.`)) await rm(join(folder, other), { force: true });
  }
}
