import { resolve } from "node:path";
import { parseSyncConfig, type SyncConfig, type SyncConfigInput } from "../config/sync-config.ts";
import { type Operation, SyncError, toSyncError } from "../errors.ts";
import { hidesItsCause } from "./classify.ts";
import type { CommandResult, CommandRunner } from "./command.ts";
import { commandLine } from "./command-line.ts";
import { execaRunner } from "./execa-runner.ts";
import { findCause } from "./find-cause.ts";
import { refuseForceOverOthers } from "./force-guard.ts";
import { initArguments } from "./init-arguments.ts";
import { type Call, type CallSettings, invoke, type Program } from "./invoke.ts";
import { type NativeStats, readNativeStats } from "./native-stats.ts";
import { type DirectoryEntry, readListing, readTimeline, type TimelineCall } from "./output.ts";
import { readReplicaInfo, refuseOtherRemote } from "./replica-info.ts";
import { refuseWithoutVersion, requireVersion } from "./version.ts";

export interface AgentFSCLIOptions {
  /** The program, by its path or by its name on the PATH. Default: `agentfs`. */
  readonly binary?: string | undefined;
  /** What starts it. Default: execa. */
  readonly runner?: CommandRunner | undefined;
  /** The environment that the program is given (without the token). Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Given to each call. */
export interface CallOptions {
  /** Ends the program: SIGTERM, then SIGKILL after 5 s. */
  readonly signal?: AbortSignal | undefined;
}

export interface InitOptions extends Omit<SyncConfigInput, "idOrPath" | "agent"> {
  /** Deletes what is there under this id. Refused if the program would delete other agents with it. */
  readonly force?: boolean | undefined;
}

const VERSION_TIMEOUT_MS = 10_000;

/**
 * The real `agentfs` program (0.6), typed. Every method ends in a result, or throws a SyncError that says why in `code`.
 * The token reaches the program by its environment only, and is in no result and no error.
 * Every call may throw `agentfs-missing`, `agentfs-unsupported` (another version, another program), `remote-timeout`, `aborted`,
 * `agent-missing`, `not-a-database`, `working-copy-busy`, `file-system`, `agentfs-failed` (anything else that it says).
 * @example
 * const cli = new AgentFSCLI();
 * await cli.init("my-agent", { remoteUrl: "libsql://my-agent-acme.turso.io" });
 * await cli.syncPull({ idOrPath: "my-agent" });
 */
export class AgentFSCLI {
  readonly #program: Program;
  #isKnown = false;

  constructor(options: AgentFSCLIOptions = {}) {
    this.#program = {
      binary: programOf(options.binary ?? "agentfs"),
      runner: options.runner ?? execaRunner,
      env: options.env ?? process.env,
    };
  }

  /** `agentfs --version`. @throws SyncError `agentfs-unsupported` if it is no agentfs 0.6 */
  async version(options: CallOptions = {}): Promise<CommandResult & { readonly version: string }> {
    const settings = { directory: process.cwd(), authToken: null, timeoutMs: VERSION_TIMEOUT_MS };
    return placed({ operation: "version" }, async () => {
      const { result } = await invoke(this.#program, "version", ["--version"], settings, options.signal).catch(
        refuseWithoutVersion,
      );
      const version = requireVersion(result);
      this.#isKnown = true;
      return { ...result, version };
    });
  }

  /**
   * Makes an agent; with `remoteUrl`, as a replica of what is there. The program does not say why it failed: the remote is asked.
   * @throws SyncError `agent-exists`, `force-refused`, `unauthorized`, `forbidden`, `remote-not-found`, `remote-unreachable`, …
   */
  init(id: string, { force = false, ...options }: InitOptions & CallOptions = {}): Promise<CommandResult> {
    return this.#on("init", { ...options, idOrPath: id }, async (config, call) => {
      if (force) await refuseForceOverOthers(config.databasePath);
      try {
        return (await call(initArguments(config, force))).result;
      } catch (thrown) {
        const failed = toSyncError(thrown);
        const stderr = failed.details["stderr"];
        if (typeof stderr !== "string" || !hidesItsCause({ stderr })) throw failed;
        throw await findCause(failed, config, options.signal);
      }
    });
  }

  /** `agentfs sync <id> pull`. Native: read docs/sdk.md on what it may lose; `SyncManager` stands guard before it. */
  syncPull(config: SyncConfigInput & CallOptions): Promise<CommandResult> {
    return this.#sync("pull", config);
  }

  /** `agentfs sync <id> push`. Refused with `readOnly`. Native: read docs/sdk.md on what it may lose; `SyncManager` stands guard before it. */
  syncPush(config: SyncConfigInput & CallOptions): Promise<CommandResult> {
    return this.#sync("push", config);
  }

  /** `agentfs sync <id> checkpoint`: moves the local WAL into the database file. */
  syncCheckpoint(config: SyncConfigInput & CallOptions): Promise<CommandResult> {
    return this.#sync("checkpoint", config);
  }

  /** `agentfs sync <id> stats`. @throws SyncError `agentfs-failed` if it prints something else */
  async syncStats(config: SyncConfigInput & CallOptions): Promise<CommandResult & { readonly stats: NativeStats }> {
    const result = await this.#sync("stats", config);
    return { ...result, stats: understood(result, readNativeStats(result.stdout)) };
  }

  /** Files inside an agent, by absolute paths. */
  readonly fs = {
    /** The entries of a directory. Default: the root. */
    ls: (
      config: SyncConfigInput & CallOptions,
      path = "/",
    ): Promise<CommandResult & { readonly entries: readonly DirectoryEntry[] }> =>
      this.#on("fs-ls", config, async ({ idOrPath }, call) => {
        const { result } = await call(["fs", idOrPath, "ls", ...(path === "/" ? [] : [path])]);
        return { ...result, entries: understood(result, readListing(result.stdout)) };
      }),
    /** A file's content, byte for byte. @throws SyncError `file-missing` */
    cat: (config: SyncConfigInput & CallOptions, path: string): Promise<CommandResult & { readonly content: Uint8Array }> =>
      this.#on("fs-cat", config, async ({ idOrPath }, call) => {
        const { result, content } = await call(["fs", idOrPath, "cat", path]);
        return { ...result, content };
      }),
    /** Writes a text file. The content is an argument of the program: others on this machine can see it, and it may not be long. */
    write: (config: SyncConfigInput & CallOptions, path: string, content: string): Promise<CommandResult> =>
      this.#on("fs-write", config, async ({ idOrPath }, call) => (await call(["fs", idOrPath, "write", path, content])).result),
  };

  /** The tool calls, newest first as the program gives them. */
  timeline(config: SyncConfigInput & CallOptions): Promise<CommandResult & { readonly calls: readonly TimelineCall[] }> {
    return this.#on("timeline", config, async ({ idOrPath }, call) => {
      const { result } = await call(["timeline", idOrPath, "--format", "json"]);
      return { ...result, calls: understood(result, readTimeline(result.stdout)) };
    });
  }

  #sync(operation: "pull" | "push" | "checkpoint" | "stats", input: SyncConfigInput & CallOptions): Promise<CommandResult> {
    return this.#on(operation, input, async (config, call) => {
      if (operation === "push" && config.readOnly)
        throw new SyncError("config-invalid", "`agentfs sync push` was not run: the configuration says `readOnly`.");
      const info = await readReplicaInfo(config.databasePath);
      if (info !== null) refuseOtherRemote(info, config);
      return (await call(["sync", config.idOrPath, operation])).result;
    });
  }

  /** Checks what was given once, and that the program is the one that we know; its errors name their place. */
  async #on<T>(
    operation: Operation,
    { signal, ...input }: SyncConfigInput & CallOptions,
    work: (config: SyncConfig, call: (argv: readonly string[]) => Promise<Call>) => Promise<T>,
  ): Promise<T> {
    const config = parseSyncConfig(forProgram(input), this.#program.env);
    const settings: CallSettings = config;
    return placed({ operation, agent: config.agent, remoteUrl: config.remoteUrl }, async () => {
      if (!this.#isKnown) await this.version({ signal });
      return work(config, (argv) => invoke(this.#program, operation, argv, settings, signal));
    });
  }
}

/** A path is meant from here, not from the folder that a call runs in. */
function programOf(binary: string): string {
  if (binary === "") throw new SyncError("config-invalid", "The name of the program is empty.", { details: { field: "binary" } });
  return /[/\\]/.test(binary) ? resolve(binary) : binary;
}

/** A configuration may be shared with a manager of engine `http`; what is of that engine alone says nothing to the program. */
function forProgram(input: SyncConfigInput): SyncConfigInput {
  return { ...input, engine: "agentfs", conflict: undefined, onUnpushed: undefined, adopt: undefined };
}

async function placed<T>(place: Parameters<SyncError["at"]>[0], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw toSyncError(thrown).at(place);
  }
}

function understood<T>(result: CommandResult, value: T | null): T {
  if (value !== null) return value;
  const said = JSON.stringify(result.stdout.slice(0, 80));
  throw new SyncError(
    "agentfs-failed",
    `\`${commandLine(result.argv)}\` ended well, but printed what is not understood: ${said}.`,
    {
      details: { ...result },
      hint: "Check that `agentfs --version` says 0.6; another program may stand in its place.",
    },
  );
}
