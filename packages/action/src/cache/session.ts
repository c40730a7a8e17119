import { createHash } from "node:crypto";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentTarget, RunConfig } from "@agentfs-sync/core";
import type { StepConsole } from "../console.ts";

/** One run's way to the Actions cache: where it looks, with what secret its entries are sealed, and who hears of it. */
export interface CacheSession {
  readonly env: NodeJS.ProcessEnv;
  readonly config: RunConfig;
  readonly secret: string;
  /** True if no secret of its own was given for the cache. */
  readonly isTokenSecret: boolean;
  readonly say: StepConsole;
  /** Ends what is asked of the cache; null for what has to be done also after a cancel, in the seconds that are left. */
  readonly stop: AbortSignal | null;
}

/** Null where there is no cache service, it is not wanted, or nothing could be sealed: all goes on without it. */
export function openCache(
  session: Pick<CacheSession, "env" | "config" | "say">,
  { secret, isWanted }: { readonly secret: string | null; readonly isWanted: boolean },
): CacheSession | null {
  // Version 2 and version 1 of the service.
  const isThere = Boolean(session.env.ACTIONS_RESULTS_URL || session.env.ACTIONS_CACHE_URL);
  const sealedWith = secret ?? session.config.authToken;
  if (!isWanted || !isThere || session.config.trust === "none" || sealedWith === null) return null;
  return { ...session, secret: sealedWith, isTokenSecret: secret === null, stop: session.say.signal };
}

type EntryKind = "base" | "rescue" | "rescue-done";

const SHORT_HEX_DIGITS = 16;
const short = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, SHORT_HEX_DIGITS);

/** What the keys of an agent's entries begin with. It ends in a sign that no id has: `bot` must not find what is `bot-2`'s. */
export function keyPrefix({ config }: CacheSession, kind: EntryKind, { agent, remoteUrl }: AgentTarget): string {
  return `agentfs-sync/1/${kind}/${config.trust}/${short(remoteUrl)}/${agent}/`;
}

/** Entries never change: each run, and each state that one saves, needs a key of its own. */
export function baseKey(session: CacheSession, target: AgentTarget, revision: string): string {
  const { GITHUB_RUN_ID: run = "0", GITHUB_RUN_ATTEMPT: attempt = "1" } = session.env;
  return `${keyPrefix(session, "base", target)}${run}-${attempt}-${short(revision)}`;
}

/** A folder that nobody else uses, on the disk that the runner keeps for such things, gone afterwards. */
export async function withFolder<T>({ env }: CacheSession, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(await realpath(env.RUNNER_TEMP || tmpdir()), "agentfs-sync-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
