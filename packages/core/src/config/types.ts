/** `trusted` pulls and pushes, `read-only` pulls, `none` does nothing and succeeds. */
export type TrustClass = "trusted" | "read-only" | "none";

export const CONFLICT_POLICIES = ["keep-both", "ours", "theirs", "fail"] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** Guards that `--allow` may let pass, by error code. */
export const ALLOWABLE_GUARDS = ["mass-change", "remote-replaced"] as const;
export type AllowableGuard = (typeof ALLOWABLE_GUARDS)[number];

export const ON_UNPUSHED = ["refuse", "set-aside"] as const;
export type OnUnpushed = (typeof ON_UNPUSHED)[number];

export const ENGINES = ["http", "agentfs"] as const;
/** `http`: our protocol, which merges and loses nothing. `agentfs`: the native sync of the `agentfs` program, with guards of ours. */
export type Engine = (typeof ENGINES)[number];

/** One agent with the database that it syncs with. */
export interface AgentTarget {
  readonly agent: string;
  /** `https:` (or `http:` on loopback), without credentials, query, fragment or trailing slash. */
  readonly remoteUrl: string;
}

/** Where a run comes from, kept in its receipt on the remote. */
export interface Provenance {
  readonly ci: string | null;
  readonly repository: string | null;
  readonly commit: string | null;
  readonly runUrl: string | null;
}

/** Of one agent: see `RunConfig.undoLimitBytes`. */
export const DEFAULT_UNDO_LIMIT_MB = 64;
export const BYTES_A_MB = 1_000_000;

export const NO_PROVENANCE: Provenance = { ci: null, repository: null, commit: null, runUrl: null };

/** A folder that the CI carries from one run to the next. What is in it may be anybody's. */
export interface CacheFolder {
  /** Absolute. */
  readonly directory: string;
  /** Seals what is put there; null: nothing can be. */
  readonly secret: string | null;
}

/** Everything that a command needs, checked once at the edge (`parseConfig`) and passed on as it is. */
export interface RunConfig {
  readonly agents: readonly AgentTarget[];
  readonly authToken: string | null;
  /** Absolute path of the folder that holds `.agentfs/`. */
  readonly directory: string;
  readonly trust: TrustClass;
  readonly conflict: ConflictPolicy;
  readonly onUnpushed: OnUnpushed;
  readonly adopt: boolean;
  /** `verify` looks at what the remote holds, not at the working copy; `stats` asks for it too. */
  readonly verifyRemote: boolean;
  readonly allow: readonly AllowableGuard[];
  readonly timeoutMs: number;
  /** What bundles that take pushes back may hold, and take on the disk of one machine, in bytes; 0: none are kept. */
  readonly undoLimitBytes: number;
  /** Whether the report of a push says what was changed, one thing at a time. */
  readonly reportsChanges: boolean;
  readonly concurrency: number;
  readonly engine: Engine;
  /** Engine `agentfs`: the program, by its path or its name on the PATH; null: `agentfs`. */
  readonly agentfsProgram: string | null;
  readonly runId: string;
  readonly provenance: Provenance;
  /** Where pulls look for a sealed base, and leave one. */
  readonly cache: CacheFolder | null;
  /** Absolute path of the folder to which a push exports what it could not push. */
  readonly rescueDirectory: string | null;
  /** Absolute path of the folder to which each push copies its undo bundle, and where `revert` looks as well. */
  readonly undoDirectory: string | null;
}
