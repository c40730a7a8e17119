import { nowMs } from "../clock.ts";
import { SyncError } from "../errors.ts";

/** One point in time that ends a whole command, and the caller's own wish to stop. */
export class Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly #endsAt: number;
  readonly #caller: AbortSignal | undefined;

  constructor(timeoutMs: number, caller?: AbortSignal) {
    this.timeoutMs = timeoutMs;
    this.#endsAt = nowMs() + timeoutMs;
    this.#caller = caller;
    const timeout = AbortSignal.timeout(timeoutMs);
    this.signal = caller === undefined ? timeout : AbortSignal.any([timeout, caller]);
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - nowMs());
  }

  /** The error of a request that `signal` ended. */
  error(what: string): SyncError {
    return this.#caller?.aborted === true
      ? new SyncError("aborted", `Interrupted while ${what}.`)
      : new SyncError("remote-timeout", `No end of ${what} within ${this.timeoutMs / 1000} s.`);
  }

  /** Waits, but not past the deadline. @throws SyncError `aborted`, `remote-timeout` */
  async sleep(durationMs: number, what: string): Promise<void> {
    if (durationMs >= this.leftMs) throw this.error(what);
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        clearTimeout(timer);
        reject(this.error(what));
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener("abort", onAbort);
        resolve();
      }, durationMs);
      if (this.signal.aborted) onAbort();
      else this.signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
