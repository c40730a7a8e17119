import { stat } from "node:fs/promises";
import type { SyncConfig } from "../config/sync-config.ts";
import { type Operation, SyncError } from "../errors.ts";
import { makeRedactor } from "../secrets/redact.ts";
import { checkArguments, tooLong } from "./check-arguments.ts";
import { classify } from "./classify.ts";
import type { CommandEnd, CommandResult, CommandRunner } from "./command.ts";
import { commandLine } from "./command-line.ts";

/** How long a program that was asked to end may take before it is killed. */
const KILL_AFTER_MS = 5000;

export interface Program {
  readonly binary: string;
  readonly runner: CommandRunner;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type CallSettings = Pick<SyncConfig, "directory" | "authToken" | "timeoutMs">;

/** A call that went well, with its standard output as it was. */
export interface Call {
  readonly result: CommandResult;
  readonly content: Uint8Array;
}

/**
 * Calls the program once, in the directory of the agent.
 * @throws SyncError `agentfs-missing`, `remote-timeout`, `aborted`, and what `classify` makes of its words
 */
export async function invoke(
  program: Program,
  operation: Operation,
  argv: readonly string[],
  settings: CallSettings,
  signal?: AbortSignal,
): Promise<Call> {
  const { directory, authToken, timeoutMs } = settings;
  await requireFolder(directory);
  checkArguments(argv, authToken);
  const what = `\`${commandLine([program.binary, ...argv])}\``;
  if (signal?.aborted === true) throw new SyncError("aborted", `Interrupted before ${what} was started.`);
  const end = await run(program, {
    argv,
    cwd: directory,
    env: childEnv(program.env, authToken),
    timeoutMs,
    killAfterMs: KILL_AFTER_MS,
    signal,
  });
  const redact = makeRedactor([authToken]);
  const text = (bytes: Uint8Array) => redact(Buffer.from(bytes).toString("utf8"));
  const { exitCode, durationMs } = end;
  const result = {
    argv: [program.binary, ...argv],
    exitCode,
    signal: end.signal,
    stdout: text(end.stdout),
    stderr: text(end.stderr),
    durationMs,
    success: exitCode === 0 && end.endedBy === null,
  };
  if (result.success) return { result, content: end.stdout };
  const details = { operation, ...result };
  if (end.endedBy === "abort") throw new SyncError("aborted", `Interrupted while ${what} ran; it was ended.`, { details });
  if (end.endedBy === "timeout") {
    const why = `${what} did not end within ${timeoutMs / 1000} s; it was ended by ${end.signal ?? "a signal"}`;
    throw new SyncError("remote-timeout", `${why}.`, {
      details,
      hint: "Call it again, with a larger timeoutMs if the remote is slow.",
    });
  }
  throw classify(result);
}

/** All of ours but the token, which is there only if this call is to have it. */
function childEnv(env: Program["env"], authToken: string | null): Record<string, string> {
  const { TURSO_DB_AUTH_TOKEN: _, ...others } = env;
  const kept = Object.entries(others).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(authToken === null ? kept : [...kept, ["TURSO_DB_AUTH_TOKEN", authToken]]);
}

/** Node calls a missing folder a missing program. */
async function requireFolder(directory: string): Promise<void> {
  const found = await stat(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (found?.isDirectory() !== true) throw new SyncError("file-system", `There is no folder ${directory} to run \`agentfs\` in.`);
}

const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: "was not found",
  EACCES: "is not executable",
  EPERM: "may not be started",
  ENOEXEC: "is not a program for this machine",
  ENOTDIR: "was not found",
};

async function run({ binary, runner }: Program, request: Omit<Parameters<CommandRunner>[0], "file">): Promise<CommandEnd> {
  try {
    return await runner({ file: binary, ...request });
  } catch (thrown) {
    const errno = (thrown as NodeJS.ErrnoException).code ?? "";
    if (errno === "E2BIG") throw tooLong(request.argv, thrown);
    const why = NOT_STARTED[errno];
    if (why === undefined) throw thrown;
    throw new SyncError("agentfs-missing", `The program \`${binary}\` ${why} (${errno}).`, { details: { errno }, cause: thrown });
  }
}
