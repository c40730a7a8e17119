import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { SyncError } from "@agentfs-sync/core";
import type { Interrupts } from "../interrupts.ts";
import { startWatchdog } from "../watchdog.ts";
import { relay } from "./relay.ts";
import { passSignalsOn } from "./signals.ts";

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

export interface ChildOptions {
  readonly command: readonly string[];
  readonly env: Record<string, string>;
  /** What is to be replaced in its output; null: its output is none of our business, and the terminal is its own. */
  readonly mask: readonly (string | null)[] | null;
}

/**
 * Runs the command with our standard streams, in our process group, and waits for its end; signals that come meanwhile reach it.
 * If we are killed, it is ended.
 * @throws SyncError `command-not-found`, `command-not-executable`: it never ran.
 */
export async function runChild({ command, env, mask }: ChildOptions, interrupts: Interrupts): Promise<ChildEnd> {
  const [program = "", ...args] = command;
  // Before the command: from its first moment on it is ended if we are.
  const watchdog = startWatchdog("asked-first");
  const child = spawn(program, args, { stdio: mask === null ? "inherit" : ["inherit", "pipe", "pipe"], env });
  // Each interrupt is passed on with the other signals.
  interrupts.handle(() => undefined);
  using _signals = passSignalsOn(child);
  const relayed = mask === null ? null : relayOutput(child, mask);
  const ended = endOf(child, program);
  if (child.pid !== undefined) watchdog.watch(child.pid);
  try {
    const end = await ended;
    await relayed?.untilRead();
    return end;
  } finally {
    watchdog.dismiss();
  }
}

/** A process that the command leaves behind may keep its output open; it is not waited for. */
const AFTER_ITS_END_MS = 2_000;

function relayOutput(child: ChildProcess, secrets: readonly (string | null)[]): { untilRead(): Promise<void> } {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) return { untilRead: async () => undefined };
  const done = Promise.allSettled([relay(stdout, process.stdout, secrets), relay(stderr, process.stderr, secrets)]);
  return {
    async untilRead() {
      const patience = new AbortController();
      await Promise.race([done, sleep(AFTER_ITS_END_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
      stdout.destroy();
      stderr.destroy();
    },
  };
}

function endOf(child: ChildProcess, program: string): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      // Without a process id it never started; later errors (a signal that could not be sent) do not end it.
      if (child.pid === undefined) reject(startError(program, error));
    });
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

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
