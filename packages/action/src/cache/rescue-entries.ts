import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type AgentTarget, openSealed, SyncError, sealFile } from "@agentfs-sync/core";
import { entryFile } from "./entry.ts";
import { type CacheSession, keyPrefix, withFolder } from "./session.ts";

/*
 * What an agent's pushes could not bring to the remote, by numbers: entries never change and cannot be listed, so the newest one tells how
 * far to look back, and the newest note of what was pushed since tells where to stop. The number is part of the seal: an old entry under
 * a new number does not open. The point after it keeps 1 from finding 12.
 */
export type NumberedKind = "rescue" | "rescue-done";

const fileOf = (kind: NumberedKind) => `${kind}.sealed`;
const keyOf = (session: CacheSession, kind: NumberedKind, target: AgentTarget, number: number) =>
  `${keyPrefix(session, kind, target)}${number}.`;
const numberIn = (key: string | null | undefined) => Number(/\/(\d{1,9})\.$/.exec(key ?? "")?.[1] ?? 0);
const sealOf = ({ secret }: CacheSession, kind: NumberedKind, { agent, remoteUrl }: AgentTarget, number: number) => ({
  secret,
  purpose: `${kind} ${number} of ${agent}`,
  url: remoteUrl,
});

/** The number of the newest entry, 0 for none. Whether it is a genuine one is not known. @throws Error if the cache does not answer */
export async function newestNumber(session: CacheSession, kind: NumberedKind, target: AgentTarget): Promise<number> {
  const prefix = keyPrefix(session, kind, target);
  const request = { op: "look-up", file: fileOf(kind), key: prefix, prefixes: [prefix], folder: null, isPatient: false } as const;
  const result = await session.ask(request, session.stop);
  if (!result.ok) throw new Error(result.why);
  return numberIn(result.key);
}

/** Opens one entry into `destination`; false if there is none of that number. @throws SyncError `rescue-sealed`; Error without an answer */
export async function openEntry(
  session: CacheSession,
  kind: NumberedKind,
  target: AgentTarget,
  number: number,
  destination: string,
): Promise<boolean> {
  const key = keyOf(session, kind, target, number);
  return withFolder(session, async (folder) => {
    const request = { op: "restore", file: fileOf(kind), key, prefixes: [], folder, isPatient: false } as const;
    const result = await session.ask(request, session.stop);
    if (!result.ok) throw new Error(result.why);
    if (result.key !== key) return false;
    await openSealed(await entryFile(folder, fileOf(kind)), destination, sealOf(session, kind, target, number));
    return true;
  });
}

export type Saved = { readonly ok: true; readonly isNew: boolean } | { readonly ok: false; readonly why: string };

/** Seals a file and saves it under that number; `isNew` is false if another run took the number. */
export async function saveEntry(
  session: CacheSession,
  kind: NumberedKind,
  target: AgentTarget,
  number: number,
  source: string,
): Promise<Saved> {
  return withFolder(session, async (folder) => {
    await sealFile(source, join(folder, fileOf(kind)), sealOf(session, kind, target, number));
    const key = keyOf(session, kind, target, number);
    const request = { op: "save", file: fileOf(kind), key, prefixes: [], folder, isPatient: true } as const;
    const result = await session.ask(request, session.stop);
    return result.ok ? { ok: true, isNew: result.key === key } : result;
  });
}

/** Up to which number everything was pushed, as far as a genuine note says so: a forged one must not hide what is left. */
export async function doneNumber(session: CacheSession, target: AgentTarget): Promise<number> {
  const number = await newestNumber(session, "rescue-done", target);
  if (number === 0) return 0;
  return withFolder(session, async (folder) => {
    const note = join(folder, "note");
    try {
      return (await openEntry(session, "rescue-done", target, number, note)) ? number : 0;
    } catch (thrown) {
      if (thrown instanceof SyncError && thrown.code === "rescue-sealed") return 0;
      throw thrown;
    } finally {
      await rm(note, { force: true });
    }
  });
}
