import { join } from "node:path";
import { type AgentTarget, openBase, SyncError, sealBase } from "@agentfs-sync/core";
import { entryFile } from "./entry.ts";
import { baseKey, type CacheSession, keyPrefix, withFolder } from "./session.ts";

const FILE = "base.sealed";

/**
 * Fetches the newest base of the agent that a run of this trust class has saved: the pull then asks only for what changed since. Returns
 * its revision; null for none. Whatever is wrong with the cache costs a whole pull and one line, and nothing else.
 */
export async function restoreBase(session: CacheSession, target: AgentTarget): Promise<string | null> {
  const { config, secret, say } = session;
  const prefix = keyPrefix(session, "base", target);
  const without = (why: string) => {
    say.info(`${target.agent}: the cache is of no use now, so all is pulled from the remote: ${why}`);
    return null;
  };
  try {
    return await withFolder(session, async (folder) => {
      const request = { op: "restore", file: FILE, key: prefix, prefixes: [prefix], folder, isPatient: false } as const;
      const result = await session.ask(request, session.stop);
      if (!result.ok) return without(result.why);
      if (result.key === null) return null;
      const base = await openBase(await entryFile(folder, FILE), { directory: config.directory, target, secret });
      return base?.revision ?? null;
    });
  } catch (thrown) {
    return without(messageOf(thrown));
  }
}

/** Saves the agent's base for later runs, unless it is the one that came from there. Failing is worth a line, and no more. */
export async function saveBase(session: CacheSession, target: AgentTarget, restored: string | null): Promise<void> {
  const { config, secret, say } = session;
  const { directory } = config;
  try {
    await withFolder(session, async (folder) => {
      const sealed = await sealBase(join(folder, FILE), { directory, target, secret }, restored);
      if (sealed === null || !(await session.isUsable())) return;
      const key = baseKey(session, target, sealed.revision);
      const request = { op: "save", file: FILE, key, prefixes: [], folder, isPatient: false } as const;
      const result = await session.ask(request, session.stop);
      if (!result.ok) say.info(`${target.agent}: nothing was put into the cache: ${result.why}`);
      else if (result.key !== null) say.verbose(`${target.agent}: the cache has it for the next run`);
    });
  } catch (thrown) {
    say.info(`${target.agent}: nothing was put into the cache: ${messageOf(thrown)}`);
  }
}

const messageOf = (thrown: unknown) => (thrown instanceof SyncError || thrown instanceof Error ? thrown.message : String(thrown));
