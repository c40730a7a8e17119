import { randomInt } from "node:crypto";
import { type ErrorCode, toSyncError } from "../errors.ts";
import { type Remote, RequestFailed } from "./http.ts";

/** What may have passed a moment later: overload, a server that starts, a network that was away. Never what judges the request. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "rate-limited",
  "remote-error",
  "remote-unreachable",
  "remote-timeout",
]);

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
/** Nobody is at the address, or nobody who speaks TLS and has its certificate: a server that starts again is back in seconds, a wrong URL never. */
const MOST_REFUSALS = 6;
/** So often that a user should know why nothing happens. */
const SAID_AT = 3;

/**
 * Does what may be done twice until it succeeds, fails for good, or the deadline is near; then the last failure is thrown, not the
 * deadline. Pauses are drawn at random below a limit that doubles, with what the server asked for (`Retry-After`) as their floor.
 * @param isSafe "always": done twice it is as if done once; "unless-reached": only if the failed one surely had no effect
 * @example const probed = await retrying(remote, "always", () => probe(remote, receipt))
 */
export async function retrying<T>(
  remote: Remote,
  isSafe: "always" | "unless-reached",
  action: () => Promise<T>,
  mostTries = Number.POSITIVE_INFINITY,
): Promise<T> {
  let refusals = 0;
  let before: RequestFailed | null = null;
  for (let tries = 1; ; tries++) {
    try {
      return await action();
    } catch (thrown) {
      if (!(thrown instanceof RequestFailed) || !PASSING.has(thrown.code)) throw thrown;
      // Whoever may not do it twice has to learn that this one may have had an effect, although those before it had none.
      if (isSafe === "unless-reached" && thrown.reached !== "no") throw thrown;
      // That the time was over during the last try says less than what the tries before it ended with.
      if (before !== null && thrown.code === "remote-timeout" && remote.deadline.signal.aborted) throw before;
      if (tries >= mostTries) throw thrown;
      before = thrown;
      if (thrown.code === "remote-unreachable" && thrown.reached === "no" && ++refusals >= MOST_REFUSALS) throw thrown;
      const pauseMs = pauseBefore(tries, thrown.retryAfterMs);
      if (remote.deadline.signal.aborted || remote.deadline.leftMs <= pauseMs) throw thrown;
      remote.say(`${thrown.message} Trying again.`, tries === SAID_AT);
      await pause(remote, pauseMs, thrown);
    }
  }
}

/** Who is interrupted while waiting still has to tell whether what failed before had an effect. */
async function pause({ deadline }: Remote, pauseMs: number, { reached }: RequestFailed): Promise<void> {
  try {
    await deadline.sleep(pauseMs, "the wait for the server");
  } catch (thrown) {
    throw new RequestFailed(toSyncError(thrown), reached);
  }
}

function pauseBefore(tries: number, retryAfterMs: number): number {
  return retryAfterMs + randomInt(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)));
}
