import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A program under way. Everything that the demo starts is one of these, so that all of them can be ended. */
export interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Resolves with the first line (on either output) that matches; rejects if the program ends before. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves when the program has ended and all its lines were shown; rejects unless it exited with 0. */
  done: Promise<void>;
}

const LONGEST_GRACE_MS = 15_000;
const started = new Set<ChildProcess>();
let ending = false;

/** Starts a program; `say` gets each line that it prints. */
export function start(program: string, args: readonly string[], options: StartOptions): Running {
  if (ending) throw new Error("The demo is ending");
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
  started.add(child);
  const waiting: ((line: string) => void)[] = [];
  const seen: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on("line", (line) => {
      seen.push(line);
      options.say(line);
      for (const hear of [...waiting]) hear(line);
    });
  }
  // A program that ends without reading its input is no failure: its exit code tells.
  child.stdin.on("error", () => child.stdin.destroy());
  const done = once(child, "close").then(([code, signal]) => {
    started.delete(child);
    if (code !== 0) throw new Error(`${options.name} ended with ${code ?? signal}`);
  });
  done.catch(() => undefined); // reported where it is awaited; an end on Ctrl-C is awaited nowhere
  const line = (pattern: RegExp) => {
    const matching = seen.find((text) => pattern.test(text));
    if (matching !== undefined) return Promise.resolve(matching);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    waiting.push((text) => {
      if (pattern.test(text)) resolve(text);
    });
    done.then(() => reject(new Error(`${options.name} ended before it said ${pattern}`)), reject);
    return promise;
  };
  return { child, line, done };
}

export interface StartOptions {
  readonly name: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/** Ends everything that still runs: SIGTERM, and SIGKILL for what does not heed it. Nothing starts after that. */
export async function endAll(): Promise<void> {
  ending = true;
  await Promise.all([...started].map(end));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_GRACE_MS);
  await closed;
  clearTimeout(timer);
}
