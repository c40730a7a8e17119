import type { SyncConfigInput } from "../config/sync-config.ts";
import { SyncError } from "../errors.ts";
import type { PullResult, PushResult } from "./results.ts";
import { SyncManager, type SyncManagerOptions } from "./sync-manager.ts";

export interface AutoSyncInput extends SyncConfigInput {
  /** Default: true. */
  readonly pullOnEnter?: boolean | undefined;
  /** `success`: only if the body did not throw; in the callback form alone, which knows it. Default: true. */
  readonly pushOnExit?: boolean | "success" | undefined;
}

/** A manager whose end pushes: once, however often it is ended. */
export interface AutoSyncSession extends AsyncDisposable {
  readonly manager: SyncManager;
  /** What the pull at the beginning came to; null if there was none. */
  readonly pulled: PullResult | null;
}

/** What the callback returned, with what was pulled before it and pushed after it. */
export interface AutoSyncDone<T> {
  readonly value: T;
  readonly pulled: PullResult | null;
  readonly pushed: PushResult | null;
}

/**
 * Pulls now, and pushes when the scope or the callback ends, also if it ends by an error. A failed push is never swallowed; if the body
 * failed too, both errors are kept: `SuppressedError` (`error` is the push's, `suppressed` the body's).
 * @throws SyncError as `pull` and `push` do
 * @example
 * await using session = await autoSync({ agent: "my-agent", remoteUrl });
 * @example
 * const { value, pushed } = await autoSync({ agent: "my-agent", remoteUrl }, async (manager) => { … });
 */
export async function autoSync<T>(
  input: AutoSyncInput,
  body: (manager: SyncManager) => T | Promise<T>,
  options?: SyncManagerOptions,
): Promise<AutoSyncDone<T>>;
export async function autoSync(input: AutoSyncInput, options?: SyncManagerOptions): Promise<AutoSyncSession>;
export async function autoSync<T>(
  { pullOnEnter = true, pushOnExit = true, ...config }: AutoSyncInput,
  bodyOrOptions?: SyncManagerOptions | ((manager: SyncManager) => T | Promise<T>),
  callbackOptions?: SyncManagerOptions,
): Promise<AutoSyncSession | AutoSyncDone<T>> {
  const body = typeof bodyOrOptions === "function" ? bodyOrOptions : null;
  const options = typeof bodyOrOptions === "function" ? callbackOptions : bodyOrOptions;
  checkTimes(pullOnEnter, pushOnExit, body !== null);
  const manager = new SyncManager(config, options);
  const pulled = pullOnEnter ? await manager.pull() : null;
  if (body !== null) return withBody(manager, pulled, body, pushOnExit);
  let ended: Promise<void> | null = null;
  return {
    manager,
    pulled,
    [Symbol.asyncDispose]: () => {
      ended ??= end(manager, pushOnExit !== false);
      return ended;
    },
  };
}

/** A value that is none of these must not come to mean "never push". @throws SyncError `config-invalid` */
function checkTimes(pullOnEnter: unknown, pushOnExit: unknown, hasBody: boolean): void {
  const refuse = (field: string, message: string) => {
    throw new SyncError("config-invalid", message, { details: { field } });
  };
  if (typeof pullOnEnter !== "boolean") refuse("pullOnEnter", "pullOnEnter must be true or false.");
  if (typeof pushOnExit !== "boolean" && pushOnExit !== "success")
    refuse("pushOnExit", 'pushOnExit must be true, false or "success".');
  if (pushOnExit === "success" && !hasBody)
    refuse("pushOnExit", 'pushOnExit "success" needs the form with a callback: a scope does not know how it was left.');
}

/** What runs still comes first: the push waits for its turn. */
async function end(manager: SyncManager, isToPush: boolean): Promise<void> {
  await using closing = manager;
  if (isToPush) await closing.push();
}

async function withBody<T>(
  manager: SyncManager,
  pulled: PullResult | null,
  body: (manager: SyncManager) => T | Promise<T>,
  pushOnExit: boolean | "success",
): Promise<AutoSyncDone<T>> {
  await using closing = manager;
  const ended = await settle(body, closing);
  const isToPush = pushOnExit === true || (pushOnExit === "success" && ended.ok);
  let pushed: PushResult | null = null;
  try {
    pushed = isToPush ? await manager.push() : null;
  } catch (pushFailed) {
    throw ended.ok ? pushFailed : bothFailed(pushFailed, ended.thrown);
  }
  if (!ended.ok) throw ended.thrown;
  return { value: ended.value, pulled, pushed };
}

async function settle<T>(
  body: (manager: SyncManager) => T | Promise<T>,
  manager: SyncManager,
): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly thrown: unknown }> {
  try {
    return { ok: true, value: await body(manager) };
  } catch (thrown) {
    return { ok: false, thrown };
  }
}

/** As `await using` makes it. Node 22 has no such class of its own: there it has the same shape, as compilers make it of `await using`. */
function bothFailed(pushFailed: unknown, bodyFailed: unknown): Error {
  const message = "The body failed, and so did the push after it";
  return typeof SuppressedError === "function"
    ? new SuppressedError(pushFailed, bodyFailed, message)
    : Object.assign(new Error(message), { name: "SuppressedError", error: pushFailed, suppressed: bodyFailed });
}
