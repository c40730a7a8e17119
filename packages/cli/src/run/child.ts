import { spawn } from "node:child_process";
import { constants } from "node:os";
import { isatty } from "node:tty";
import { SyncError } from "@agentfs-sync/core";
import type { Interrupts } from "../interrupts.ts";

/** How the command ended: by an exit code or by a signal. */
export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** As a shell says it: the exit code, or 128 + the number of the signal. */
export function shellExitCode({ exitCode, signal }: ChildEnd): number {
  return signal === null ? (exitCode ?? 1) : signalExitCode(signal);
}

export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Runs the command with our standard streams and waits for its end; signals that come meanwhile reach it.
 * @throws SyncError `command-not-found`, `command-not-executable`: it never ran.
 */
export async function runChild(
  command: readonly string[],
  env: Record<string, string>,
  interrupts: Interrupts,
): Promise<ChildEnd> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: "inherit", env });
  interrupts.handle((signal) => {
    // Ctrl-C at a terminal goes to its whole foreground group, the command included; once more from us would be the
    // second Ctrl-C that many programs take as "at once".
    if (signal === "SIGINT" && hasTerminal()) return;
    child.kill(signal);
  });
  return await new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      // Without a process id it never started; later errors (a signal that could not be sent) do not end it.
      if (child.pid === undefined) reject(startError(program, error));
    });
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

const hasTerminal = (): boolean => [0, 1, 2].some((descriptor) => isatty(descriptor));

function startError(program: string, error: NodeJS.ErrnoException): unknown {
  const nothing = "Nothing was run and nothing was pushed.";
  switch (error.code) {
    case "ENOENT":
      return new SyncError(
        "command-not-found",
        `The command "${program}", or the interpreter that its first line names, was not found. ${nothing}`,
        { cause: error },
      );
    case "EACCES":
    case "EPERM":
    case "ENOEXEC":
      return new SyncError("command-not-executable", `The command "${program}" cannot be executed (${error.code}). ${nothing}`, {
        cause: error,
      });
    default:
      return error;
  }
}
