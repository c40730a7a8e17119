import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onCleanUp } from "./cleanup.ts";
import { freePort } from "./free-port.ts";
import { tursodbPath } from "./programs.ts";
import { cleanEnv } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

export interface TestServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** The database file. Never open it with anything else: the server serves its own view of the WAL. */
  readonly file: string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash: the port is free at once, what was committed is in the file. */
  kill(): void;
  /** Stands still (SIGSTOP), with its connections open, until `resume`. */
  pause(): void;
  resume(): void;
}

export interface ServerOptions {
  /** Default: a new file in a folder of its own. Give the file of a stopped server to start it again. */
  readonly file?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** Starts the real sync server (`tursodb --sync-server`), ready when it answers a request; stopped after the test file. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const file = options.file ?? join(await makeTempDir(), "remote.db");
  const port = options.port ?? (await freePort());
  const child = spawn(tursodbPath(), [file, "--sync-server", `127.0.0.1:${port}`], {
    env: cleanEnv(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => lines.push(text));
  const started = new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  onCleanUp(() => end(child));
  await started;
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(url, child, lines);
  const send = (signal: NodeJS.Signals) => () => void child.kill(signal);
  return { url, port, file, stop: () => end(child), kill: send("SIGKILL"), pause: send("SIGSTOP"), resume: send("SIGCONT") };
}

/** The server says nothing when it is ready, so it is asked; its early end is an error at once. */
async function untilItAnswers(url: string, child: ChildProcess, lines: readonly string[]): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`tursodb ended at once: ${lines.join("")}`);
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`tursodb does not answer at ${url}: ${lines.join("")}`, { cause: error });
      await sleep(20);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "exit");
  child.kill("SIGTERM");
  await closed;
}
