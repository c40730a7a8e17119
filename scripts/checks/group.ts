import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";

/** A program that leads a process group of its own, so that whatever it started can be told to end too. */
export interface Group {
  /** Resolves with the exit code, 128 + n after signal n. */
  readonly ended: Promise<number>;
  /** Sends a signal to all of the group; true if somebody was there to get it. */
  signal(name: NodeJS.Signals): boolean;
}

/** Starts this Node on a script, with our standard streams. After `timeoutMs` it gets SIGTERM. */
export function startGroup(args: readonly string[], env: NodeJS.ProcessEnv, timeoutMs: number): Group {
  const child = spawn(process.execPath, args, { env, stdio: "inherit", detached: true, timeout: timeoutMs });
  const signal = (name: NodeJS.Signals): boolean => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, name);
    } catch (error) {
      // EPERM: macOS, where only ended processes are left.
      if (["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
      throw error;
    }
  };
  return { ended: exitOf(child), signal };
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
