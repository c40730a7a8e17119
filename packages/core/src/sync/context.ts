import type { AgentFSCLIOptions } from "../agentfs-cli/agentfs-cli.ts";
import type { AgentTarget, RunConfig } from "../config/types.ts";
import type { Deadline } from "../remote/deadline.ts";
import type { Remote } from "../remote/http.ts";
import type { AgentPaths } from "../replica/paths.ts";

/** How far one agent's sync is. */
export interface Progress {
  /**
   * `comparing` what changed here; `receiving` what the remote holds; `publishing` it into the working copy; `sending` content ahead of
   * the commit; `committing`; `verifying` that what was committed can be read.
   */
  readonly phase: "comparing" | "receiving" | "publishing" | "sending" | "committing" | "verifying";
  readonly bytesDone: number;
  /** Null where it is not known before the end: of a delta, for one. */
  readonly bytesTotal: number | null;
}

/** Where a run says what it does, and how it is stopped. */
export interface SyncIo {
  /** One line that a user should see although no one asked, e.g. that something was set aside. */
  readonly info: (line: string) => void;
  /** A line for `--verbose`. */
  readonly verbose: (line: string) => void;
  readonly progress?: (progress: Progress, agent: string) => void;
  /** Counts what goes over the wire, where somebody wants to know also if it fails. */
  readonly meter?: Remote["meter"];
  /** Given the error itself, of which the report has the words alone. */
  readonly failed?: (thrown: unknown) => void;
  /** Who asks has the working copy open itself, in a way that no lock shows: it may be read, but not written. */
  readonly holdsWorkingCopy?: boolean;
  /** Engine `agentfs`: what starts the program, and the environment that it gets. Default: execa, and ours. */
  readonly agentfs?: Pick<AgentFSCLIOptions, "runner" | "env">;
  /** Stops before the next request or file that would change something. */
  readonly signal?: AbortSignal;
}

/** What every phase of one agent's sync is given. */
export interface AgentContext {
  readonly target: AgentTarget;
  readonly config: RunConfig;
  readonly paths: AgentPaths;
  /** Of a revert, whose `paths` are of a folder that goes: where its own undo bundle is kept while its outcome is not known. */
  readonly home?: AgentPaths;
  /** Of a pull that has no working copy yet: where one of all pages is written as they come. */
  readonly twin?: string;
  readonly remote: Remote;
  readonly deadline: Deadline;
  readonly io: SyncIo;
}
