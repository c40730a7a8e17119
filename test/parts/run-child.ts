import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { REPOSITORY } from "./programs.ts";

export interface ChildResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** Added to the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** Kills the program (SIGKILL) when it resolves. */
  readonly killWhen?: Promise<unknown>;
  /** Stops it as GitHub's runner does when a job is cancelled, when it resolves: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL. */
  readonly cancelWhen?: Promise<unknown>;
}

const KEPT = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LANG"];

/** What a child of a test sees of our environment: no CI variables, no tokens. */
export function cleanEnv(): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/**
 * For the tests' own programs, which start a thousand times: what Node.js has stripped of types and compiled is kept between them.
 * Not for the command or the Action, which start as they do on a machine that never ran them.
 */
export const COMPILED_ONCE: Readonly<Record<string, string>> = { NODE_COMPILE_CACHE: join(REPOSITORY, ".cache/compiled") };

/** Runs a program to its end, whatever its exit code; rejects only if it cannot be started. */
export async function runChild(program: string, args: readonly string[], options: ChildOptions = {}): Promise<ChildResult> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...cleanEnv(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A child that ends without reading all of its input is no failure of ours: its exit code tells.
  child.stdin.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") child.emit("error", error);
  });
  child.stdin.end(options.input ?? "");
  void options.killWhen?.then(() => child.kill("SIGKILL"));
  void options.cancelWhen?.then(() => cancel(child));
  const ended = new Promise<Pick<ChildResult, "exitCode" | "signal">>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const [end, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  return { ...end, stdout: stdout.toString("utf8"), stderr: stderr.toString("utf8") };
}

function cancel(child: ChildProcess): void {
  const timers = [setTimeout(() => child.kill("SIGTERM"), 7_500), setTimeout(() => child.kill("SIGKILL"), 10_000)];
  child.once("exit", () => {
    for (const timer of timers) clearTimeout(timer);
  });
  child.kill("SIGINT");
}
