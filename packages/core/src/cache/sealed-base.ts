import type { AgentTarget } from "../config/types.ts";
import { SyncError } from "../errors.ts";
import { publishBase, readBase, removeBase } from "../replica/base.ts";
import { isThere, prepareFolders, removeLeftovers, temporaryPath } from "../replica/files.ts";
import { acquireLock } from "../replica/lock.ts";
import { agentPaths } from "../replica/paths.ts";
import { openSealed, type SealOptions, sealFile } from "../secrets/seal.ts";
import { packBase, unpackBase } from "./packed-base.ts";

/** Where the agent's files are, what database they belong to, and the secret of the seal. */
export interface SealedBaseOptions {
  /** Absolute path of the folder that holds `.agentfs/`. */
  readonly directory: string;
  readonly target: AgentTarget;
  readonly secret: string;
}

/**
 * Seals the agent's base into one file, for a cache. Null, and no file, if there is none that a later pull could go on from, or if it is
 * of the revision `known`.
 * @throws SyncError `locked`, `file-system`
 * @example await sealBase("base.sealed", { directory, target: { agent: "bot", remoteUrl: "https://bot-acme.turso.io" }, secret })
 */
export async function sealBase(
  file: string,
  options: SealedBaseOptions,
  known: string | null = null,
): Promise<{ readonly revision: string } | null> {
  const { target } = options;
  const paths = agentPaths(options.directory, target.agent);
  if (!(await isThere(paths.baseInfo))) return null;
  using _lock = await acquireLock(paths);
  const base = await readBase(paths);
  // Without a receipt nothing tells whether the remote is still the same: all of it is pulled then, and a base is of no use.
  if (base?.url !== target.remoteUrl || base.facts.uuid === null || base.facts.receipt === null) return null;
  if (base.revision === known) return null;
  const packed = await temporaryPath(paths, "packed");
  try {
    await packBase(paths, base, packed);
    await sealFile(packed, file, sealOptions(options));
  } finally {
    await removeLeftovers(paths);
  }
  return { revision: base.revision };
}

/**
 * Makes the base that `sealBase` sealed this agent's, where there is none yet: the next pull asks only for what changed since then. Null if
 * there is a base already, which stays.
 * @throws SyncError `rescue-sealed`, `remote-damaged`, `not-agentfs` and others: whatever it is, a pull without a base gets everything
 */
export async function openBase(file: string, options: SealedBaseOptions): Promise<{ readonly revision: string } | null> {
  const { target } = options;
  const paths = agentPaths(options.directory, target.agent);
  await prepareFolders(paths);
  using _lock = await acquireLock(paths);
  if (await isThere(paths.baseInfo)) return null;
  const packed = await temporaryPath(paths, "packed");
  const database = await temporaryPath(paths, "base");
  try {
    await openSealed(file, packed, sealOptions(options));
    await publishBase(paths, database, await unpackBase(packed, database));
  } finally {
    await removeLeftovers(paths);
  }
  // Says whether the database is the one that its `base.json` was written for.
  const base = await readBase(paths);
  if (base?.agent === target.agent && base.url === target.remoteUrl) return { revision: base.revision };
  await removeBase(paths);
  throw new SyncError("remote-damaged", "The base in the cache does not hold what it says.");
}

const sealOptions = ({ secret, target }: SealedBaseOptions): SealOptions => ({
  secret,
  purpose: `base of ${target.agent}`,
  url: target.remoteUrl,
});
