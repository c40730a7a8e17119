import type { AgentTarget, RunConfig } from "../config/types.ts";
import type { Deadline } from "../remote/deadline.ts";
import type { Remote } from "../remote/http.ts";
import type { AgentPaths } from "../replica/paths.ts";

/** Where a run says what it does, and how it is stopped. */
export interface SyncIo {
  /** One line that a user should see although no one asked, e.g. that something was set aside. */
  readonly info: (line: string) => void;
  /** A line for `--verbose`. */
  readonly verbose: (line: string) => void;
  /** Stops before the next request or file that would change something. */
  readonly signal?: AbortSignal;
}

/** What every phase of one agent's sync is given. */
export interface AgentContext {
  readonly target: AgentTarget;
  readonly config: RunConfig;
  readonly paths: AgentPaths;
  readonly remote: Remote;
  readonly deadline: Deadline;
  readonly io: SyncIo;
}
