import { type ErrorCode, toSyncError } from "../../errors.ts";
import type { Deadline } from "../../remote/deadline.ts";
import { NO_CHANGES, SKIPPED_PUSH } from "../../report/skipped.ts";
import type { PullReport, PushReport } from "../../report/types.ts";
import type { SyncIo } from "../../sync/context.ts";
import type { EngineIo, SyncEngine } from "../engine.ts";

/** What a step adds to the report of its agent, and what it failed with. */
type StepEnd = ({ readonly pull: PullReport } | { readonly push: PushReport }) & { readonly error: unknown };

const NOT_PULLED = { revision: null, bytesReceived: 0 } as const;

export const SKIPPED: Readonly<Record<"pull" | "push", StepEnd>> = {
  pull: { pull: { ...NOT_PULLED, outcome: "skipped" }, error: null },
  push: { push: SKIPPED_PUSH, error: null },
};

/** Of which agent it is, for whoever watches, and until when it may take. */
interface Step {
  readonly agent: string;
  readonly io: SyncIo;
  readonly deadline: Deadline;
}

export async function pullStep(engine: SyncEngine, { agent, io, deadline }: Step): Promise<StepEnd> {
  try {
    const { outcome, revision } = await engine.pull(watch(agent, io, deadline));
    return { pull: { ...NOT_PULLED, outcome, revision }, error: null };
  } catch (thrown) {
    return { pull: { ...NOT_PULLED, outcome: "failed" }, error: inTime(thrown, io, deadline, "pull") };
  }
}

/** After the program was started for a push, these alone say that nothing can have reached the remote. */
const NOT_SENT: readonly ErrorCode[] = ["agentfs-missing", "agentfs-unsupported", "unauthorized", "forbidden", "replica-copied"];

export async function pushStep(engine: SyncEngine, { agent, io, deadline }: Step): Promise<StepEnd> {
  let isSent = false;
  const { onProgress, ...others } = watch(agent, io, deadline);
  const report = (outcome: PushReport["outcome"]): PushReport => ({
    ...{ outcome, pushId: null, sequence: null, bytesSent: 0 },
    ...NO_CHANGES,
  });
  try {
    const { outcome } = await engine.push({
      ...others,
      onProgress: (progress) => {
        isSent ||= progress.phase === "sending";
        onProgress(progress);
      },
    });
    return { push: report(outcome), error: null };
  } catch (thrown) {
    const error = inTime(thrown, io, deadline, "push");
    // What a push that was cut short has sent is sent: the next one's guard asks the remote for it.
    return { push: report(isSent && !NOT_SENT.includes(error.code) ? "unknown" : "failed"), error };
  }
}

function watch(agent: string, { info, verbose, progress }: SyncIo, { signal }: Deadline): EngineIo {
  return {
    signal,
    onProgress: (now) => progress?.(now, agent),
    onLine: (line, isNotable) => (isNotable ? info : verbose)(line),
    onTraffic: () => undefined,
  };
}

/** The deadline of the whole command ends the program as the caller's signal does, and is another matter. */
function inTime(thrown: unknown, { signal }: SyncIo, deadline: Deadline, step: string) {
  const error = toSyncError(thrown);
  if (error.code !== "aborted" || signal?.aborted === true || !deadline.signal.aborted) return error;
  return deadline.error(`the native ${step} of \`agentfs\``);
}
