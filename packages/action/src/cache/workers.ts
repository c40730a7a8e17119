import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SyncError, toSyncError } from "@agentfs-sync/core";
import { handedOn } from "../handed-on.ts";
import type { CacheAnswer, CacheRequest, CacheResult } from "./requests.ts";

const LONGEST_MS = 10 * 60_000;
/** Starting one takes longer than most requests: only many agents need another. */
const WAITING_BEFORE_ANOTHER = 8;
const MOST_WORKERS = 4;

interface Job {
  readonly request: CacheRequest;
  readonly stop: AbortSignal | null;
  readonly done: (result: CacheResult) => void;
}

interface Worker {
  readonly child: ChildProcess;
  /** By number, in the order in which it works on them: the first one is at work. */
  readonly jobs: Map<number, Job>;
}

/** The processes that ask the cache for one step (see worker.ts), started when they are needed and gone with it. */
export class CacheWorkers implements AsyncDisposable {
  readonly #env: NodeJS.ProcessEnv;
  readonly #workers = new Set<Worker>();
  #home: Promise<string | SyncError> | null = null;
  #whyOut: string | null = null;
  #lastId = 0;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Never throws: a cache is a help, no more. @param stop ends the wait */
  async ask(request: CacheRequest, stop: AbortSignal | null): Promise<CacheResult> {
    if (stop?.aborted === true) return STOPPED;
    this.#home ??= makeFolder(this.#env).catch(toSyncError);
    const home = await this.#home;
    if (home instanceof SyncError) return { ok: false, why: home.message };
    const { promise, resolve } = Promise.withResolvers<CacheResult>();
    const job: Job = { request, stop, done: resolve };
    const stopped = () => {
      resolve(STOPPED);
      this.#giveUp(job);
    };
    stop?.addEventListener("abort", stopped, { once: true });
    this.#start(job, home);
    return promise.finally(() => stop?.removeEventListener("abort", stopped));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#workers) child.kill("SIGKILL");
    const home = await this.#home;
    if (typeof home === "string") await rm(home, { recursive: true, force: true });
  }

  /** What waits behind it must not wait for it. */
  #giveUp(job: Job): void {
    for (const { child, jobs } of this.#workers) if (jobs.values().next().value === job) child.kill("SIGKILL");
  }

  #start(job: Job, home: string): void {
    const isStopped = job.stop?.aborted === true;
    const why = job.request.isPatient ? null : this.#whyOut;
    if (isStopped || why !== null) {
      job.done(isStopped || why === null ? STOPPED : { ok: false, why });
      return;
    }
    const [idlest] = [...this.#workers].sort((a, b) => a.jobs.size - b.jobs.size);
    const isFull = (idlest?.jobs.size ?? 0) >= WAITING_BEFORE_ANOTHER && this.#workers.size < MOST_WORKERS;
    const worker = idlest === undefined || isFull ? this.#fork(home) : idlest;
    this.#lastId += 1;
    worker.jobs.set(this.#lastId, job);
    worker.child.send({ id: this.#lastId, request: job.request }, () => undefined);
  }

  #fork(home: string): Worker {
    const child = fork(join(import.meta.dirname, "cache.js"), [], {
      cwd: home,
      // Names in an archive that lead elsewhere are cut to their last part (GNU tar).
      env: { ...handedOn(this.#env), RUNNER_TEMP: home, TAR_OPTIONS: "--transform=s,^.*/,," },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: [],
      timeout: LONGEST_MS,
      killSignal: "SIGKILL",
    });
    const worker: Worker = { child, jobs: new Map() };
    this.#workers.add(worker);
    let said = "";
    let isAtWork = true;
    child.stderr?.on("data", (text) => {
      said = String(text).trim().split("\n").at(-1) || said;
    });
    child.on("message", ({ id, result, isOut }: CacheAnswer) => {
      if (isOut && !result.ok) this.#whyOut = result.why;
      isAtWork = !isOut;
      worker.jobs.get(id)?.done(result);
      worker.jobs.delete(id);
    });
    const ended = (why: string) => {
      if (!this.#workers.delete(worker)) return;
      const [first, ...others] = worker.jobs.values();
      if (first === undefined) return;
      if (isAtWork) first.done({ ok: false, why });
      else this.#start(first, home);
      for (const job of others) this.#start(job, home);
    };
    child.once("error", (error) => ended(error.message));
    child.once("close", () => ended(said || "it gave no answer"));
    return worker;
  }
}

const STOPPED: CacheResult = { ok: false, why: "the step was stopped" };

/** A folder that nobody else uses, on the disk that the runner keeps for such things. */
export async function makeFolder({ RUNNER_TEMP }: NodeJS.ProcessEnv): Promise<string> {
  return mkdtemp(join(await realpath(RUNNER_TEMP || tmpdir()), "agentfs-sync-"));
}
