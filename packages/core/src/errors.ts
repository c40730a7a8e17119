/** What a code means for the caller: may the same command be tried again, how the process exits, what to do next. */
interface ErrorRule {
  readonly retryable: boolean;
  readonly exitCode: ExitCode;
  readonly hint: string;
}

/**
 * Exit codes of every command: 0 ok, 1 unexpected, 2 usage or configuration, 3 authentication, 4 conflict, 5 integrity,
 * 6 busy or torn, 7 refused by a guard, 75 remote unavailable or outcome unknown, 126 not executable, 127 not found.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 75 | 126 | 127;

const rule = (exitCode: ExitCode, retryable: boolean, hint: string): ErrorRule => ({ retryable, exitCode, hint });

/** The one table of errors; docs, exit codes and hints are read from it. */
export const ERRORS = {
  // 1: unexpected
  internal: rule(1, false, "This is a bug in agentfs-sync: please report it with the command and this message."),
  "file-system": rule(1, false, "Check that the folder exists, is writable and has free space, then run the command again."),
  "commit-refused": rule(
    1,
    false,
    "Please report it with this message; what was to be pushed is kept, see `agentfs-sync rescue list`.",
  ),
  aborted: rule(1, true, "Nothing more was sent after the interruption; run the command again."),
  "tursodb-failed": rule(1, true, "Read what it said above, then start `agentfs-sync serve` again."),
  "agentfs-failed": rule(1, false, "Read what the program said; run it by hand with the same arguments to see more."),
  // 2: usage or configuration
  usage: rule(2, false, "Run `agentfs-sync --help`, or the command with `--help`."),
  "config-invalid": rule(2, false, "Correct the value named above."),
  "engine-unsupported": rule(2, false, "Use engine `http`, the default."),
  "remote-not-found": rule(2, false, "Check the remote URL, and that the database was created on the server."),
  "working-copy-missing": rule(2, false, "Check --directory; if nothing was pulled here yet, pull first."),
  "rescue-missing": rule(
    2,
    false,
    "See `agentfs-sync rescue list` for what is kept, with its push ids; a bundle is a file that `rescue export` made.",
  ),
  "undo-missing": rule(
    2,
    false,
    "See `agentfs-sync log` for the pushes, and which of them can be taken back from here. Others can with their undo bundle: the file `.agentfs/.sync/<agent>/undo/<sequence>-….undo` of the machine that pushed, or an artifact of its job; then `agentfs-sync revert FILE`. In a GitHub workflow the Action's input `restore-undo` brings it from the cache.",
  ),
  "report-version": rule(2, false, "Use the version of agentfs-sync that wrote the report, or a newer one."),
  "report-damaged": rule(2, false, "Give the file that `--report-file` or `--json` wrote, as a whole."),
  "agentfs-missing": rule(
    2,
    false,
    "Install AgentFS 0.6.4 (https://docs.turso.tech/agentfs; in the Action by the input agentfs-version), or name the program in AGENTFS_BINARY; in code `new AgentFSCLI({ binary })`.",
  ),
  "agentfs-unsupported": rule(2, false, "Use AgentFS 0.6.4; another program of that name may come first on the PATH."),
  "agent-missing": rule(2, false, "Check the id and the directory; `init` makes the agent."),
  "agent-exists": rule(2, false, "Use the agent that is there, or choose another id; `init` with `force` removes what is there."),
  "sync-not-enabled": rule(
    2,
    false,
    "Make the database with `init` and a `remoteUrl`, or use engine `http`, which takes any database.",
  ),
  "file-missing": rule(2, false, "Check the path inside the agent; `fs.ls` lists what is there."),
  "tursodb-missing": rule(2, false, "Install it with `npm install turso`, or name the program in AGENTFS_SYNC_TURSODB."),
  // 3: authentication
  unauthorized: rule(
    3,
    false,
    "Set TURSO_DB_AUTH_TOKEN (or --auth-token-file) to a token of this database that has not run out.",
  ),
  forbidden: rule(3, false, "Use a token that may read and write this database."),
  // 4: conflict
  conflict: rule(
    4,
    false,
    "Nothing was changed on either side. Push with the policy `keep-both` (both versions stay, ours under another name), `ours` or `theirs`; or pull with --on-unpushed set-aside and make the change again.",
  ),
  "schema-conflict": rule(4, false, "Bring the table to the same definition on both sides, then run the command again."),
  // 5: integrity
  "not-a-database": rule(5, false, "Move the file away (do not delete it before you looked at it), then pull again."),
  "not-agentfs": rule(5, false, "Check that the URL or file belongs to an AgentFS agent."),
  "remote-damaged": rule(5, false, "Nothing was written here. Check the database on the server with `PRAGMA integrity_check`."),
  "local-damaged": rule(5, false, "Keep a copy of the `.agentfs` folder, remove `.agentfs/.sync/<agent>`, then pull again."),
  "rescue-damaged": rule(
    5,
    false,
    "Nothing was changed. Export the bundle again where its changes are kept, or copy the file again.",
  ),
  "rescue-version": rule(5, false, "Nothing was changed. Use the version of agentfs-sync that wrote the bundle, or a newer one."),
  inconsistent: rule(
    5,
    false,
    "Nothing was changed. If a program was writing just now, run the command again when it has ended; otherwise save what can be read there and write it anew.",
  ),
  // 6: busy or torn
  "working-copy-busy": rule(6, true, "End the program that has the working copy open, then run the command again."),
  "working-copy-torn": rule(6, true, "A program was half-way through a write. Run the command again when it has finished."),
  locked: rule(6, true, "Wait for the other agentfs-sync on this machine to end, then run the command again."),
  // 7: refused by a guard
  "unpushed-changes": rule(7, false, "Run `agentfs-sync sync`, which pushes them first; or pull with `--on-unpushed set-aside`."),
  "origin-mismatch": rule(
    7,
    false,
    "If all in the working copy is to be pushed as new, use `--adopt`; otherwise move the file away and pull again.",
  ),
  "pull-incomplete": rule(7, false, "Run `agentfs-sync pull` again; nothing in the working copy was lost."),
  "remote-replaced": rule(7, false, "If the remote was recreated on purpose, run again with `--allow remote-replaced`."),
  "remote-agent-mismatch": rule(7, false, "Check the remote URL: each agent needs a database of its own."),
  "engine-mismatch": rule(7, false, "Use one engine on one machine; push with the other one first, then move its files away."),
  "remote-mismatch": rule(
    7,
    false,
    "Use the remote URL that the database was made with; or move the database away and pull from the other remote.",
  ),
  "replica-incomplete": rule(
    7,
    false,
    "Nothing was sent. Keep a copy of the `.agentfs` folder; then move the agent's files away, `init` again, and write anew what was not pushed.",
  ),
  "replica-copied": rule(
    7,
    false,
    "Nothing was sent. Let each job make a replica of its own (`init`), or use engine `http`, which may be copied.",
  ),
  "uncaptured-changes": rule(
    7,
    false,
    "Nothing was sent or overwritten. Copy the file away, pull, and write what is missing with `agentfs` itself; or use engine `http`, which sees every write.",
  ),
  "force-refused": rule(7, false, "Move those agents away, or remove this one's files by hand and use `init` without `force`."),
  "undo-foreign": rule(
    7,
    false,
    "Nothing was changed. Check the remote URL: a push can be taken back only from the database that it went to.",
  ),
  "mass-change": rule(7, false, "If the deletion is meant, run again with `--allow mass-change`."),
  "too-large": rule(7, false, "Store the value in pieces, or as a file; then run the command again."),
  "unsupported-schema": rule(7, false, "Bring the schema to what AgentFS 0.4 clients can open, then run the command again."),
  "unsupported-value": rule(7, false, "Store the value in another form (a BLOB carries any bytes), then run the command again."),
  "rescue-sealed": rule(
    7,
    false,
    "Give the secret that it was sealed with: the `cache-secret`, or else the auth token as it was then. Without it, what it holds cannot be had.",
  ),
  "remote-unsupported": rule(7, false, "Use a database without MVCC mode and encryption."),
  // 75: remote unavailable, outcome unknown
  "remote-unreachable": rule(75, true, "Check the URL and the network, then run the command again."),
  "remote-timeout": rule(75, true, "Run the command again, with a larger --timeout-seconds if the server is slow."),
  "rate-limited": rule(75, true, "Wait a little, then run the command again."),
  "remote-error": rule(75, true, "The server failed; run the command again later."),
  "remote-protocol": rule(75, true, "Check that the URL is a Turso-compatible database, and that no proxy changes the answers."),
  "remote-busy": rule(75, true, "Other jobs kept committing first; run the command again."),
  "outcome-unknown": rule(75, true, "The next command finds out whether the push arrived; nothing is sent twice."),
  // `run -- <command>`
  "command-not-executable": rule(126, false, "Make the file executable, or start it with its interpreter."),
  "command-not-found": rule(127, false, "Check the spelling and the PATH."),
} as const satisfies Record<string, ErrorRule>;

/** The closed set of error codes. Compare these, never texts. */
export type ErrorCode = keyof typeof ERRORS;

/** What was being done when it failed: a command of ours, or of the `agentfs` program. */
export type Operation =
  | "pull"
  | "push"
  | "sync"
  | "checkpoint"
  | "stats"
  | "diff"
  | "verify"
  | "init"
  | "version"
  | "fs-ls"
  | "fs-cat"
  | "fs-write"
  | "timeline";

/** Where an error belongs; null where it belongs to none, or nobody said. */
export interface ErrorPlace {
  readonly operation?: Operation | null;
  readonly agent?: string | null;
  /** Without credentials. */
  readonly remoteUrl?: string | null;
}

export interface SyncErrorOptions extends ErrorPlace {
  /** Facts for machines; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Replaces the table's hint where the place of the error knows better. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The one error class. `message` says what happened and why, `hint` what to do next; `operation`, `agent` and `remoteUrl` say where.
 * @example
 * try { await manager.push() } catch (error) { if (error instanceof SyncError && error.code === "conflict") … }
 */
export class SyncError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hint: string;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean;
  readonly exitCode: ExitCode;
  readonly operation: Operation | null;
  readonly agent: string | null;
  readonly remoteUrl: string | null;

  constructor(code: ErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SyncError";
    this.code = code;
    this.details = options.details ?? {};
    this.hint = options.hint ?? ERRORS[code].hint;
    this.retryable = ERRORS[code].retryable;
    this.exitCode = ERRORS[code].exitCode;
    this.operation = options.operation ?? null;
    this.agent = options.agent ?? null;
    this.remoteUrl = options.remoteUrl ?? null;
  }

  /** The same error with its place, as far as it names none yet. */
  at(place: ErrorPlace): SyncError {
    const { code, message, details, hint, cause } = this;
    const error = new SyncError(code, message, {
      details,
      hint,
      cause,
      operation: this.operation ?? place.operation ?? null,
      agent: this.agent ?? place.agent ?? null,
      remoteUrl: this.remoteUrl ?? place.remoteUrl ?? null,
    });
    if (this.stack !== undefined) error.stack = this.stack;
    return error;
  }
}

/** Any thrown value as a SyncError: file-system errors by their errno, the rest as `internal` with the cause kept. */
export function toSyncError(thrown: unknown): SyncError {
  if (thrown instanceof SyncError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const errno = (error as NodeJS.ErrnoException).code;
  const isFileSystem = typeof errno === "string" && /^E[A-Z]+$/.test(errno) && "syscall" in error;
  return isFileSystem
    ? new SyncError("file-system", error.message, { cause: error, details: { errno } })
    : new SyncError("internal", error.message, { cause: error });
}
