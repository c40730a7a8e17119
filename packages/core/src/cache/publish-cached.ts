import type { AgentTarget, RunConfig } from "../config/types.ts";
import { Deadline } from "../remote/deadline.ts";
import { readBase } from "../replica/base.ts";
import { isThere, prepareFolders } from "../replica/files.ts";
import { acquireLock } from "../replica/lock.ts";
import type { SyncIo } from "../sync/context.ts";
import { publishNew } from "../sync/publish.ts";
import { contextOf } from "../sync/sync-agent.ts";

/**
 * Where the remote does not answer: makes the working copy of the base that is here, without asking anybody. A later push is planned on that
 * base, and the guards of its commit find out what has changed meanwhile, as after any pull. Null, and nothing is done, if there is no
 * base of this remote, or a working copy already.
 * @throws SyncError `locked`, `file-system`
 */
export async function publishCached(
  config: RunConfig,
  target: AgentTarget,
  io: SyncIo,
): Promise<{ readonly revision: string; readonly pulledAt: string } | null> {
  const context = contextOf(config, io, new Deadline(config.timeoutMs, io.signal), target);
  const { paths } = context;
  await prepareFolders(paths);
  using _lock = await acquireLock(paths);
  const base = await readBase(paths);
  if (base === null || base.url !== target.remoteUrl || (await isThere(paths.workingCopy))) return null;
  await publishNew(context, base);
  return { revision: base.revision, pulledAt: base.pulledAt };
}
