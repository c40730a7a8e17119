import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import type { AgentTarget, RunConfig } from "@agentfs-sync/core";
import type { StepConsole } from "../console.ts";
import { type CacheRequest, type CacheResult, CHECK } from "./requests.ts";
import { CacheWorkers, makeFolder } from "./workers.ts";

/** One run's way to the Actions cache: where it looks, with what secret its entries are sealed, and who hears of it. */
export interface CacheSession extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
  readonly config: RunConfig;
  readonly secret: string;
  /** True if no secret of its own was given for the cache. */
  readonly isTokenSecret: boolean;
  readonly say: StepConsole;
  /** False, and one line is said, where entries cannot be packed and unpacked. To be asked first. */
  readonly isUsable: () => Promise<boolean>;
  /** Never throws: a cache is a help, no more. `stop` ends the wait. */
  readonly ask: (request: CacheRequest, stop: AbortSignal | null) => Promise<CacheResult>;
  /** Ends what is asked of the cache; null for what has to be done also after a cancel, in the seconds that are left. */
  readonly stop: AbortSignal | null;
}

/** Null where there is no cache service, it is not wanted, or nothing could be sealed or unpacked: all goes on without it. */
export function openCache(
  session: Pick<CacheSession, "env" | "config" | "say">,
  { secret, isWanted }: { readonly secret: string | null; readonly isWanted: boolean },
): CacheSession | null {
  const { env, config, say } = session;
  // Version 2 and version 1 of the service.
  const isThere = Boolean(env.ACTIONS_RESULTS_URL || env.ACTIONS_CACHE_URL);
  const sealedWith = secret ?? config.authToken;
  // A copy of a native replica would have its client id, and what it pushes would not arrive.
  if (!isWanted || !isThere || config.engine !== "http" || config.trust === "none" || sealedWith === null) return null;
  const workers = new CacheWorkers(env);
  let usable: Promise<boolean> | null = null;
  const check = async () => {
    // Also after a cancel: what could not be pushed is put there then.
    const checked = await workers.ask(CHECK, null);
    if (!checked.ok) say.info(`The Actions cache is not used here: ${checked.why}`);
    return checked.ok;
  };
  return {
    isUsable: () => {
      usable ??= check();
      return usable;
    },
    ...{ ...session, secret: sealedWith, isTokenSecret: secret === null, stop: say.signal },
    ask: (request, stop) => workers.ask(request, stop),
    [Symbol.asyncDispose]: () => workers[Symbol.asyncDispose](),
  };
}

type EntryKind = "base" | "rescue" | "rescue-done" | "undo";

const SHORT_HEX_DIGITS = 16;
const short = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, SHORT_HEX_DIGITS);

/** What the keys of an agent's entries begin with. It ends in a sign that no id has: `bot` must not find what is `bot-2`'s. */
export function keyPrefix({ config }: CacheSession, kind: EntryKind, { agent, remoteUrl }: AgentTarget): string {
  return `agentfs-sync/1/${kind}/${config.trust}/${short(remoteUrl)}/${agent}/`;
}

/** Entries never change: each run, and each state that one saves, needs a key of its own. */
export function baseKey(session: CacheSession, target: AgentTarget, revision: string): string {
  return `${keyPrefix(session, "base", target)}${runOf(session)}-${short(revision)}`;
}

/** What the keys of the entries with the undo bundle of that push begin with. */
export function undoPrefix(session: CacheSession, target: AgentTarget, sequence: number): string {
  return `${keyPrefix(session, "undo", target)}${sequence}-`;
}

export function undoKey(session: CacheSession, target: AgentTarget, sequence: number): string {
  return undoPrefix(session, target, sequence) + runOf(session);
}

function runOf({ env }: CacheSession): string {
  const { GITHUB_RUN_ID: run = "0", GITHUB_RUN_ATTEMPT: attempt = "1" } = env;
  return `${run}-${attempt}`;
}

/** A folder of its own, gone afterwards. */
export async function withFolder<T>({ env }: CacheSession, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await makeFolder(env);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
