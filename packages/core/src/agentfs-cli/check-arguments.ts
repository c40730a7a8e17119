import { SyncError } from "../errors.ts";
import { commandLine } from "./command-line.ts";

const HINT = "Write it with `agentfs-sdk`; the program takes the content of a file as an argument only.";

/**
 * What the program may not or cannot be given as an argument.
 * @throws SyncError `config-invalid` for the token, which everybody on this machine could read there; `unsupported-value` for a NUL
 */
export function checkArguments(argv: readonly string[], authToken: string | null): void {
  if (authToken !== null && argv.some((argument) => argument.includes(authToken))) {
    const why = "the auth token is in one of its arguments, which everybody on this machine can read";
    throw new SyncError("config-invalid", `\`agentfs ${argv[0]}\` was not run: ${why}.`, { hint: HINT });
  }
  if (!argv.some((argument) => argument.includes("\0"))) return;
  const line = commandLine(argv).replaceAll("\0", "\\0");
  throw new SyncError("unsupported-value", `\`agentfs ${line}\` was not run: no argument of a program can hold a NUL.`, {
    hint: HINT,
  });
}

/** The system takes no call of that length. */
export function tooLong(argv: readonly string[], cause: unknown): SyncError {
  const why = "its arguments are longer than this system takes";
  return new SyncError("too-large", `\`agentfs ${commandLine(argv)}\` was not run: ${why}.`, { hint: HINT, cause });
}
