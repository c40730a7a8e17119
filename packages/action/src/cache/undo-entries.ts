import { join } from "node:path";
import { type AgentTarget, openUndo, sealUndo, toSyncError, type UndoFile } from "@agentfs-sync/core";
import { entryFile } from "./entry.ts";
import { type CacheSession, undoKey, undoPrefix, withFolder } from "./session.ts";

/*
 * Each push has an entry of its own with its undo bundle: a run that takes one back asks for that one, and no other run asks for any.
 */

const FILE = "undo.sealed";

/** Brings the bundle of that push into the agent's undo folder, from where `revert` takes it. Failing is worth a line: `revert` fails then. */
export async function restoreUndo(session: CacheSession, target: AgentTarget, sequence: number): Promise<void> {
  const { config, secret, say } = session;
  const without = (why: string) =>
    say.warn(`${target.agent}: the undo bundle of push ${sequence} did not come from the cache: ${why}`);
  try {
    await withFolder(session, async (folder) => {
      const key = undoPrefix(session, target, sequence);
      const request = { op: "restore", file: FILE, key, prefixes: [key], folder, isPatient: false } as const;
      const result = await session.ask(request, session.stop);
      if (!result.ok) return without(result.why);
      if (result.key === null) return without("there is none, or not for this branch");
      await openUndo(await entryFile(folder, FILE), sequence, { directory: config.directory, target, secret });
      say.info(
        `${target.agent}: the undo bundle of push ${sequence} is here: \`agentfs-sync revert ${sequence}\` takes that push back`,
      );
    });
  } catch (thrown) {
    without(toSyncError(thrown).message);
  }
}

/** Saves bundles for later runs and returns those that are there. Failing is worth a line, and no more. */
export async function saveUndos(
  session: CacheSession,
  target: AgentTarget,
  files: readonly UndoFile[],
): Promise<readonly UndoFile[]> {
  const { config, secret, say } = session;
  const saved: UndoFile[] = [];
  const failed = (why: string) => say.info(`${target.agent}: the undo bundle of this push was not put into the cache: ${why}`);
  try {
    if (files.length === 0 || !(await session.isUsable())) return [];
    for (const file of files) {
      await withFolder(session, async (folder) => {
        await sealUndo(file, join(folder, FILE), { directory: config.directory, target, secret });
        const key = undoKey(session, target, file.sequence);
        const request = { op: "save", file: FILE, key, prefixes: [], folder, isPatient: false } as const;
        const result = await session.ask(request, session.stop);
        if (!result.ok) failed(result.why);
        else if (result.key !== null) saved.push(file);
      });
    }
  } catch (thrown) {
    failed(toSyncError(thrown).message);
  }
  return saved;
}
