import { type Operation, SyncError } from "../errors.ts";

/** Waits for what goes before an operation. @throws SyncError `aborted` as soon as the signal says so, not only when its turn comes */
export async function waitFor(before: Promise<unknown>, operation: Operation, signal: AbortSignal | undefined): Promise<void> {
  const aborted = () => new SyncError("aborted", `Interrupted before the ${operation} was started.`);
  if (signal?.aborted === true) throw aborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(aborted());
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([before, promise]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
