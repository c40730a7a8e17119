import { AgentFSCLI } from "../agentfs-cli/agentfs-cli.ts";
import { nowMs } from "../clock.ts";
import { parseSyncConfig, type SyncConfig, type SyncConfigInput } from "../config/sync-config.ts";
import type { Engine } from "../config/types.ts";
import { type Operation, SyncError, toSyncError } from "../errors.ts";
import type { Progress } from "../sync/context.ts";
import { runInChild } from "./child/run-in-child.ts";
import type { EngineIo, SyncEngine } from "./engine.ts";
import { httpEngine } from "./http-engine.ts";
import { Listeners } from "./listeners.ts";
import type { CheckpointResult, DiffResult, PullResult, PushResult, SyncResult, SyncStats, VerifyResult } from "./results.ts";
import { waitFor } from "./wait-for.ts";

export interface ProgressEvent extends Progress {
  readonly operation: Operation;
}

export interface SyncManagerOptions {
  /** Told how far an operation is. If it throws, the operation goes on, and fails with `usage` at its end. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Told what a user should see although no one asked, e.g. that unpushed changes were set aside. Default: nobody is. */
  readonly onInfo?: ((line: string) => void) | undefined;
  /** The program that engine `agentfs` drives. */
  readonly cli?: AgentFSCLI | undefined;
}

export interface OperationOptions {
  /** Stops before the next request or file that would change something; the operation then throws `aborted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/**
 * Keeps one agent's database in step with its remote. One operation runs at a time; the next one waits. All that touches the database
 * happens in a child process, so that `agentfs-sdk` may be used in this one.
 *
 * Operations throw a SyncError with `operation`, `agent` and `remoteUrl`. All may throw `aborted`, `remote-timeout` (`timeoutMs` is
 * over), `remote-unreachable`, `unauthorized`, `forbidden`, `remote-not-found`, `rate-limited`, `remote-error`, `remote-protocol`,
 * `remote-mismatch`, `engine-mismatch`, `locked`, `file-system`.
 * @example
 * await using manager = new SyncManager({ agent: "my-agent", remoteUrl: "libsql://my-agent-acme.turso.io" });
 * await manager.pull();
 * const { outcome, changes } = await manager.push();
 */
export class SyncManager implements AsyncDisposable {
  readonly agent: string;
  /** Without credentials; null: engine `agentfs` goes on with the one that the replica was made with. */
  readonly remoteUrl: string | null;
  readonly engine: Engine;
  /** Absolute path of the database that agents open. */
  readonly databasePath: string;
  readonly #options: SyncManagerOptions;
  readonly #engine: () => Promise<SyncEngine>;
  #traffic: { readonly sentBytes: number; readonly receivedBytes: number } = { sentBytes: 0, receivedBytes: 0 };
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @throws SyncError `config-invalid` */
  constructor(input: SyncConfigInput, options: SyncManagerOptions = {}) {
    const config = parseSyncConfig(input);
    if (config.engine === "http" && config.remoteUrl === null) {
      throw new SyncError("config-invalid", "No remote URL is given.", {
        details: { field: "remoteUrl" },
        hint: "Give it as `remoteUrl`.",
      });
    }
    this.agent = config.agent;
    this.remoteUrl = config.remoteUrl;
    this.engine = config.engine;
    this.databasePath = config.databasePath;
    this.#options = options;
    this.#engine = () => engineFor(config, options.cli);
  }

  /**
   * Brings what the remote holds into the working copy. Never overwrites what was not pushed.
   * @throws SyncError `unpushed-changes`, `working-copy-busy`, `origin-mismatch`, `remote-replaced`, `remote-damaged`, …
   */
  pull(options?: OperationOptions): Promise<PullResult> {
    return this.#timed("pull", options, (engine, io) => engine.pull(io));
  }

  /**
   * Sends what the working copy changed, as one transaction, merged with what others pushed meanwhile.
   * @throws SyncError `conflict` (policy `fail`), `working-copy-torn`, `mass-change`, `outcome-unknown`, `remote-busy`, …
   */
  push(options?: OperationOptions): Promise<PushResult> {
    return this.#timed("push", options, (engine, io) => engine.push(io));
  }

  /** A push, then a pull. @throws SyncError as both do; `details.push` says what was pushed if only the pull failed */
  sync(options?: OperationOptions): Promise<SyncResult> {
    return this.#timed("sync", options, (engine, io) => engine.sync(io));
  }

  /** Moves the WAL of the local database into its file. @throws SyncError `working-copy-missing`, `working-copy-busy` */
  checkpoint(options?: OperationOptions): Promise<CheckpointResult> {
    return this.#timed("checkpoint", options, (engine, io) => engine.checkpoint(io));
  }

  /** @param options `asksRemote: false` makes no request; `totalSynced` is null then */
  async stats(options: OperationOptions & { readonly asksRemote?: boolean } = {}): Promise<SyncStats> {
    const stats = await this.#run("stats", options, (engine, io) => engine.stats(io, options.asksRemote ?? true));
    const isCounted = this.engine === "http";
    return {
      ...stats,
      bytesSent: isCounted ? this.#traffic.sentBytes : null,
      bytesReceived: isCounted ? this.#traffic.receivedBytes : null,
    };
  }

  /** What a push would carry now; makes no request. */
  diff(options?: OperationOptions): Promise<DiffResult> {
    return this.#timed("diff", options, (engine, io) => engine.diff(io));
  }

  /** Holds the working copy, or with `asksRemote` what the remote holds, against the rules of a consistent AgentFS. */
  verify(options: OperationOptions & { readonly asksRemote?: boolean } = {}): Promise<VerifyResult> {
    return this.#timed("verify", options, (engine, io) => engine.verify(io, options.asksRemote ?? false));
  }

  /** Waits for what runs; nothing can be started afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  async #timed<T extends object>(
    operation: Operation,
    options: OperationOptions | undefined,
    work: (engine: SyncEngine, io: EngineIo) => Promise<T>,
  ): Promise<T & { readonly durationMs: number }> {
    return this.#run(operation, options, async (engine, io) => {
      const startedAt = nowMs();
      return { ...(await work(engine, io)), durationMs: nowMs() - startedAt };
    });
  }

  /** One after the other; whether the one before succeeded is its caller's business. */
  #run<T>(
    operation: Operation,
    options: OperationOptions = {},
    work: (engine: SyncEngine, io: EngineIo) => Promise<T>,
  ): Promise<T> {
    const place = { operation, agent: this.agent, remoteUrl: this.remoteUrl };
    if (this.#isClosed)
      return Promise.reject(
        new SyncError("usage", `The manager of ${this.agent} is closed.`, { ...place, hint: "Make a new one." }),
      );
    const turn = waitFor(this.#last, operation, options.signal).then(async () => {
      const listeners = new Listeners();
      const result = await work(await this.#engine(), this.#io(operation, options, listeners));
      listeners.check(operation, result);
      return result;
    });
    this.#last = Promise.allSettled([this.#last, turn]);
    return turn.catch((thrown: unknown) => Promise.reject(toSyncError(thrown).at(place)));
  }

  #io(operation: Operation, options: OperationOptions, listeners: Listeners): EngineIo {
    return {
      signal: options.signal,
      onProgress: (progress) => {
        const event = { operation, ...progress };
        listeners.call(() => options.onProgress?.(event));
        listeners.call(() => this.#options.onProgress?.(event));
      },
      onLine: (line, isNotable) => listeners.call(() => (isNotable ? this.#options.onInfo?.(line) : undefined)),
      onTraffic: ({ sentBytes, receivedBytes }) => {
        const before = this.#traffic;
        this.#traffic = { sentBytes: before.sentBytes + sentBytes, receivedBytes: before.receivedBytes + receivedBytes };
      },
    };
  }
}

/** The native engine, with the program's wrapper, is loaded only if it is used. */
async function engineFor(config: SyncConfig, cli: AgentFSCLI | undefined): Promise<SyncEngine> {
  if (config.engine === "http") return httpEngine(config);
  const { nativeEngine } = await import("./native/native-engine.ts");
  return nativeEngine(config, cli ?? new AgentFSCLI(), runInChild);
}
