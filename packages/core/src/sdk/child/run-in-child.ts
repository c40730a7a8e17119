import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SyncError } from "../../errors.ts";
import { makeRedactor } from "../../secrets/redact.ts";
import type { Progress } from "../../sync/context.ts";
import type { FromChild, Task, ToChild, Traffic } from "./messages.ts";
import { errorOf } from "./plain-error.ts";

export interface ChildIo {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onLine?: ((line: string, isNotable: boolean) => void) | undefined;
  readonly onTraffic?: ((traffic: Traffic) => void) | undefined;
}

/** It stops at the next request or file that would change something; one that does not is killed, which loses nothing. */
const ABORT_PATIENCE_MS = 10_000;

/**
 * Does a task in a process of its own, and returns what it came to.
 * @throws SyncError as the task does, `aborted`, and `internal` if the process ends without a word
 */
export async function runInChild(task: Task, io: ChildIo): Promise<unknown> {
  if (io.signal?.aborted === true) throw new SyncError("aborted", `Interrupted before the ${task.operation} was started.`);
  const child = start();
  const stop = () => {
    tell(child, { type: "abort" });
    setTimeout(() => child.kill("SIGKILL"), ABORT_PATIENCE_MS).unref();
  };
  io.signal?.addEventListener("abort", stop, { once: true });
  try {
    return await outcomeOf(child, task, io);
  } finally {
    io.signal?.removeEventListener("abort", stop);
  }
}

function start(): ChildProcess {
  // As TypeScript in the workspace, as JavaScript in the package.
  const program = new URL(import.meta.url.endsWith(".ts") ? "child.ts" : "child.js", import.meta.url);
  const { TURSO_DB_AUTH_TOKEN: _, ...env } = process.env;
  return fork(fileURLToPath(program), [], {
    env,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

function tell(child: ChildProcess, message: ToChild): void {
  // One that has ended is no failure here: its end says what became of it.
  if (child.connected) child.send(message, () => undefined);
}

function outcomeOf(child: ChildProcess, task: Task, io: ChildIo): Promise<unknown> {
  const said: Buffer[] = [];
  child.stderr?.on("data", (bytes: Buffer) => said.push(bytes));
  return new Promise((resolve, reject) => {
    let last: (FromChild & { readonly type: "done" | "failed" }) | null = null;
    child.on("message", (message: FromChild) => {
      if (message.type === "progress") io.onProgress?.(message.progress);
      else if (message.type === "line") io.onLine?.(message.line, message.isNotable);
      else last = message;
    });
    child.once("error", (cause) =>
      reject(new SyncError("internal", `The process that syncs could not be started: ${cause.message}.`, { cause })),
    );
    // After the end, so that it has no file open any more when the caller goes on.
    child.once("close", (exitCode, signal) => {
      if (last !== null) io.onTraffic?.(last.traffic);
      if (last?.type === "done") return resolve(last.value);
      if (last?.type === "failed") return reject(errorOf(last.error));
      if (io.signal?.aborted === true) return reject(new SyncError("aborted", `Interrupted; the ${task.operation} was killed.`));
      const words = makeRedactor([task.config.authToken])(Buffer.concat(said).toString("utf8")).trim();
      reject(
        new SyncError(
          "internal",
          `The process that syncs ended with ${signal ?? exitCode} and without a result: ${words || "it said nothing"}.`,
        ),
      );
    });
    tell(child, { type: "task", task });
  });
}
