import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { SyncError } from "@agentfs-sync/core";
import type { Watchdog } from "../watchdog.ts";
import { ask } from "./ask.ts";
import { freePort } from "./free-port.ts";

/** One running `tursodb --sync-server`. */
export interface Tursodb {
  readonly agent: string;
  readonly port: number;
  /** Settles when the process has ended, with what it said last. Never rejects. */
  readonly ended: Promise<string>;
  /** SIGTERM, then SIGKILL: what was committed is in its WAL either way. */
  stop(): Promise<void>;
}

const READY_MS = 20_000;
const STOP_MS = 3_000;
const PORT_TRIES = 5;

/**
 * Starts the server on a database file, made if absent, and waits until it answers.
 * @throws SyncError `locked`, `not-a-database`, `tursodb-failed`
 */
export async function startTursodb(program: string, agent: string, file: string, watchdog: Watchdog): Promise<Tursodb> {
  for (let tries = 1; ; tries++) {
    const started = await startOn(await freePort(), program, agent, file, watchdog);
    if (typeof started !== "string") return started;
    // Somebody took the free port between our look and its start.
    if (/address already in use/i.test(started) && tries < PORT_TRIES) continue;
    throw explain(agent, file, started);
  }
}

/** The running server, or what it said when it ended instead. */
async function startOn(
  port: number,
  program: string,
  agent: string,
  file: string,
  watchdog: Watchdog,
): Promise<Tursodb | string> {
  const child = spawn(program, [file, "--sync-server", `127.0.0.1:${port}`], {
    stdio: ["ignore", "ignore", "pipe"],
    // Out of the terminal's group: Ctrl-C is for us, and we end it.
    detached: true,
    env: { ...process.env, RUST_BACKTRACE: "0", RUST_LIB_BACKTRACE: "0", TURSO_DB_AUTH_TOKEN: "" },
  });
  const ended = untilEnd(child);
  if (child.pid !== undefined) watchdog.watch(child.pid);
  const deadline = Date.now() + READY_MS;
  const giveUp = new AbortController();
  const answers = untilAnswer(port, deadline, giveUp.signal);
  const first = await Promise.race([ended, answers]);
  giveUp.abort();
  if (typeof first === "string") return first;
  if (!first) {
    child.kill("SIGKILL");
    return `it did not answer within ${READY_MS / 1000} s`;
  }
  return { agent, port, ended, stop: () => stop(child, ended) };
}

async function untilEnd(child: ChildProcessByStdio<null, null, Readable>): Promise<string> {
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-4_000);
  });
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return lastWords(said) || (signal === null ? `exit code ${code}` : `ended by ${signal}`);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Its `Error: …` line without the stack that may follow, else its last line. */
function lastWords(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (lines.find((line) => line.startsWith("Error:")) ?? lines.at(-1) ?? "").replace(/^Error:\s*/, "");
}

async function untilAnswer(port: number, deadline: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted && Date.now() < deadline) {
    if (await ask(port)) return true;
    await sleep(20);
  }
  return false;
}

async function stop(child: ChildProcessByStdio<null, null, Readable>, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}

function explain(agent: string, file: string, said: string): SyncError {
  if (/lock/i.test(said)) {
    return new SyncError("locked", `The database of ${agent}, ${file}, is in use by another program, probably another tursodb.`, {
      hint: "End the other `agentfs-sync serve` (or its tursodb), or use another folder with --data DIR.",
    });
  }
  if (/corrupt|not a database|header|page size/i.test(said)) {
    return new SyncError("not-a-database", `${file} is not a database that tursodb can open: ${said}.`, {
      hint: "Move the file away, or use another folder with --data DIR.",
    });
  }
  return new SyncError("tursodb-failed", `tursodb for ${agent} could not be started on ${file}: ${said}.`, {
    hint: "Check the file and the folder, and that AGENTFS_SYNC_TURSODB, if set, names tursodb 0.6.",
  });
}
