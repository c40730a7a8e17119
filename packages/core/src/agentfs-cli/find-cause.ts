import type { SyncConfig } from "../config/sync-config.ts";
import { SyncError, toSyncError } from "../errors.ts";
import { Deadline } from "../remote/deadline.ts";
import { openRemote } from "../remote/http.ts";
import { probe } from "../remote/probe.ts";

const LONGEST_PROBE_MS = 15_000;

/** Asks the remote itself why the program could not, which does not say so. */
export async function findCause(failed: SyncError, config: SyncConfig, signal?: AbortSignal): Promise<SyncError> {
  if (config.remoteUrl === null) return failed;
  const deadline = new Deadline(Math.min(config.timeoutMs, LONGEST_PROBE_MS), signal);
  const remote = openRemote(config.remoteUrl, config.authToken, deadline, () => undefined);
  try {
    await probe(remote, null);
  } catch (thrown) {
    const { code, message, hint, details } = toSyncError(thrown);
    return new SyncError(code, `${failed.message} Asked about it: ${message}`, {
      hint,
      details: { ...failed.details, ...details },
      cause: failed,
    });
  }
  return new SyncError(failed.code, `${failed.message} ${config.remoteUrl} answers us, so that the cause lies here.`, {
    details: failed.details,
    cause: failed,
  });
}
