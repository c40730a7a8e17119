import type { RunConfig } from "../config/types.ts";
import type { RunReport } from "../report/types.ts";

/** Where a run says what it does, and how it is stopped. */
export interface SyncIo {
  /** One line that a user should see, e.g. `my-agent: pushed 3 files (push 1f3a…, sequence 7)`. */
  readonly info: (line: string) => void;
  /** A line for `--verbose`. */
  readonly verbose: (line: string) => void;
  /** Stops before the next request or file that would change something. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one command for all agents of the configuration, several at once, and returns the report. Never throws for what
 * happens to an agent: that is in its `error`; one failing agent does not stop the others.
 */
export async function runSync(command: "pull" | "push" | "sync" | "status", config: RunConfig, io: SyncIo): Promise<RunReport> {
  throw new Error(`not built yet: ${command} ${config.runId} ${typeof io.info}`);
}
