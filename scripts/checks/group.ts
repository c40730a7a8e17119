import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** A program that leads a process group of its own, so that whatever it started can be told to end too. */
export interface Group {
  /** Resolves with the exit code, 128 + n after signal n. */
  readonly ended: Promise<number>;
  /** Sends a signal to all of the group; true if somebody was there to get it. */
  signal(name: NodeJS.Signals | 0): boolean;
  /** Waits a moment for the rest of the group to end, then ends it. True if that was necessary. */
  endRest(): Promise<boolean>;
}

const REST_GRACE_MS = 3_000;

/** Starts this Node on a script, with our standard streams. After `timeoutMs` it gets SIGTERM. */
export function startGroup(args: readonly string[], env: NodeJS.ProcessEnv, timeoutMs: number): Group {
  const child = spawn(process.execPath, args, { env, stdio: "inherit", detached: true, timeout: timeoutMs });
  const signal = (name: NodeJS.Signals | 0): boolean => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
      throw error;
    }
  };
  const endRest = async (): Promise<boolean> => {
    for (const deadline = Date.now() + REST_GRACE_MS; Date.now() < deadline; await sleep(20)) {
      if (!signal(0)) return false;
    }
    return signal("SIGKILL");
  };
  return { ended: exitOf(child), signal, endRest };
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
