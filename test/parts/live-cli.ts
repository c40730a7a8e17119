import { spawn } from "node:child_process";
import { onCleanUp } from "./cleanup.ts";
import { cliPath, nodePath } from "./programs.ts";
import { type ChildResult, cleanEnv } from "./run-child.ts";

/** The built command while it runs. */
export interface LiveCli {
  readonly pid: number;
  /** Waits until the output so far (both streams) matches; rejects when the command ends without that. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal to the command alone, not to what it started. */
  signal(name: NodeJS.Signals): void;
  /** Reads its standard output no longer, as `| head` does. */
  closeStdout(): void;
  readonly ended: Promise<ChildResult>;
}

/** Starts the built command in a clean environment and lets it run; killed after the test file if it still does. */
export function startCli(args: readonly string[], options: { cwd: string; env?: Readonly<Record<string, string>> }): LiveCli {
  const child = spawn(nodePath(), [cliPath(), ...args], {
    cwd: options.cwd,
    env: { ...cleanEnv(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("The command could not be started");
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    changed();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    changed();
  });
  let isOver = false;
  const ended = new Promise<ChildResult>((resolve) => {
    child.once("close", (exitCode, signal) => {
      isOver = true;
      resolve({ exitCode, signal, stdout, stderr });
      changed();
    });
  });
  onCleanUp(async () => {
    if (!isOver) child.kill("SIGKILL");
    await ended;
  });
  return {
    pid,
    ended,
    closeStdout: () => void child.stdout.destroy(),
    signal: (name) => void child.kill(name),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (found === null && !isOver) return;
          watchers.delete(look);
          if (found !== null) resolve(found);
          else reject(new Error(`The command ended without ${pattern}:\n${stdout}\n${stderr}`));
        };
        watchers.add(look);
        look();
      }),
  };
}
