/** A call of a program, complete: nothing else of our environment reaches it. */
export interface CommandRequest {
  /** A path, or a name that is looked for on the PATH of `env`. */
  readonly file: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** After so many milliseconds the program gets SIGTERM, and SIGKILL `killAfterMs` later if it is still there. */
  readonly timeoutMs: number;
  readonly killAfterMs: number;
  /** Ends the program in the same way. */
  readonly signal?: AbortSignal | undefined;
}

/** How a call ended. `endedBy`: why it was ended by us, if it was. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly durationMs: number;
  readonly endedBy: "timeout" | "abort" | null;
}

/**
 * Runs a program to its end, whatever its exit code. Rejects only if it cannot be started, with Node's error (`code: "ENOENT"`, …).
 * @example const run: CommandRunner = async ({ file, argv, cwd, env }) => { … }
 */
export type CommandRunner = (request: CommandRequest) => Promise<CommandEnd>;

/** What a call of `agentfs` came to. No secret is in it: texts are redacted, and the token was never in `argv`. */
export interface CommandResult {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** True: it ended with exit code 0. */
  readonly success: boolean;
}
