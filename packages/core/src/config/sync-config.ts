import { basename, dirname, join, resolve } from "node:path";
import * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import { tokenOf } from "./auth-token.ts";
import { choice } from "./choice.ts";
import { AGENT_ID } from "./parse.ts";
import { resolveRemoteUrl } from "./remote-url.ts";
import {
  ALLOWABLE_GUARDS,
  type AllowableGuard,
  CONFLICT_POLICIES,
  type ConflictPolicy,
  ENGINES,
  type Engine,
  NO_PROVENANCE,
  ON_UNPUSHED,
  type OnUnpushed,
  type Provenance,
} from "./types.ts";

/**
 * A replica that holds only a part of the remote and fetches the rest when it is read (engine `agentfs`, and only where `init` makes it).
 * Unsafe where the agent runs without network or without the token, since a read may then fail half-way; and for anything that reads
 * the file itself (backups, `sqlite3`, engine `http`), which finds holes in it.
 */
export interface PartialOptions {
  /** Fetches neighbouring pages before they are asked for. */
  readonly prefetch: boolean | null;
  /** How many bytes are fetched at once; a multiple of 4096, the page size. */
  readonly segmentSizeBytes: number | null;
  /** How many bytes, from the beginning of the database, are fetched at once by `init`. */
  readonly bootstrapLengthBytes: number | null;
  /** The pages that this query reads are fetched by `init`; instead of a length. */
  readonly bootstrapQuery: string | null;
}

/** What a `SyncManager` is made of, checked. All of it is plain data. */
export interface SyncConfig {
  readonly agent: string;
  /** As the `agentfs` program is told it: the id, or the path that was given. */
  readonly idOrPath: string;
  /** Absolute path of the folder that holds `.agentfs/`. */
  readonly directory: string;
  /** Absolute path of the database. */
  readonly databasePath: string;
  /** `https:` (or `http:` on loopback) without credentials; null: none was given. */
  readonly remoteUrl: string | null;
  readonly authToken: string | null;
  readonly engine: Engine;
  readonly conflict: ConflictPolicy;
  readonly onUnpushed: OnUnpushed;
  readonly adopt: boolean;
  readonly allow: readonly AllowableGuard[];
  readonly readOnly: boolean;
  readonly timeoutMs: number;
  readonly partial: PartialOptions | null;
  readonly provenance: Provenance;
}

/** What a user gives; absent and undefined mean the default. */
export interface SyncConfigInput {
  /** The agent's id. This or `idOrPath`. */
  readonly agent?: string | undefined;
  /** The agent's id, or the path of its database (`/somewhere/.agentfs/my-agent.db`). */
  readonly idOrPath?: string | undefined;
  /** `libsql://…`, `https://…`, or `http://…` on loopback; may hold `{agent}`. */
  readonly remoteUrl?: string | undefined;
  /** Default: the environment variable TURSO_DB_AUTH_TOKEN. */
  readonly authToken?: string | undefined;
  /** The folder that holds `.agentfs/`. Default: the current one, or the one that the path in `idOrPath` says. */
  readonly directory?: string | undefined;
  /** Default: `http`. */
  readonly engine?: Engine | undefined;
  /** What happens to what both sides changed; engine `http` only. Default: `keep-both`. */
  readonly conflict?: ConflictPolicy | undefined;
  /** What a pull does with unpushed changes; engine `http` only. Default: `refuse`. */
  readonly onUnpushed?: OnUnpushed | undefined;
  /** Pushes a database that was not pulled as if all in it were new; engine `http` only. */
  readonly adopt?: boolean | undefined;
  /** Guards that may let pass. */
  readonly allow?: readonly AllowableGuard[] | undefined;
  /** Pulls, but never pushes. */
  readonly readOnly?: boolean | undefined;
  /** The end of each operation (engine `agentfs`: of each call of the program), in milliseconds. Default: 120000. */
  readonly timeoutMs?: number | undefined;
  readonly partialPrefetch?: boolean | undefined;
  readonly partialSegmentSize?: number | undefined;
  readonly partialBootstrapLength?: number | undefined;
  readonly partialBootstrapQuery?: string | undefined;
  /** Kept with each push in its receipt on the remote. */
  readonly provenance?: Provenance | undefined;
}

const LONGEST_TIMEOUT_MS = 86_400_000;
const PAGE_SIZE_BYTES = 4096;

const text = (name: string) => z.optional(z.string(`${name} must be a text`).check(z.trim(), z.minLength(1, `${name} is empty`)));
const flag = (name: string) => z.optional(z.boolean(`${name} must be true or false`));
const count = (name: string, unit: string, highest: number, step = 1) => {
  const multiple = step === 1 ? "" : `, a multiple of ${step}`;
  const message = `${name} must be a whole number of ${unit} from ${step} to ${highest}${multiple}`;
  return z.optional(z.int(message).check(z.gte(step, message), z.lte(highest, message), z.multipleOf(step, message)));
};
const place = z.nullable(z.string());

const schema = z.strictObject(
  {
    agent: text("agent"),
    idOrPath: text("idOrPath"),
    remoteUrl: text("remoteUrl"),
    authToken: z.optional(z.string("authToken must be a text").check(z.trim())),
    directory: text("directory"),
    engine: z.optional(choice("engine", ENGINES)),
    conflict: z.optional(choice("conflict", CONFLICT_POLICIES)),
    onUnpushed: z.optional(choice("onUnpushed", ON_UNPUSHED)),
    adopt: flag("adopt"),
    allow: z.optional(z.array(choice("allow", ALLOWABLE_GUARDS))),
    readOnly: flag("readOnly"),
    timeoutMs: count("timeoutMs", "milliseconds", LONGEST_TIMEOUT_MS),
    partialPrefetch: flag("partialPrefetch"),
    partialSegmentSize: count("partialSegmentSize", "bytes", 2 ** 30, PAGE_SIZE_BYTES),
    partialBootstrapLength: count("partialBootstrapLength", "bytes", 2 ** 40),
    partialBootstrapQuery: text("partialBootstrapQuery"),
    provenance: z.optional(z.object({ ci: place, repository: place, commit: place, runUrl: place })),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `There is no option ${issue.keys.join(", ")}` : "The configuration must be an object",
  },
);

type Given = z.infer<typeof schema>;

/**
 * Checks a configuration once, at the edge.
 * @param env where the token is looked for if none is given
 * @throws SyncError `config-invalid`: what is wrong with which value
 * @example parseSyncConfig({ agent: "my-agent", remoteUrl: "libsql://my-agent-acme.turso.io" })
 */
export function parseSyncConfig(
  input: SyncConfigInput,
  env: Readonly<Record<string, string | undefined>> = process.env,
): SyncConfig {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw invalid(`${first?.message ?? "The configuration is not valid"}.`, String(first?.path[0] ?? ""));
  }
  const given = parsed.data;
  const engine = given.engine ?? "http";
  const target = targetOf(given, engine);
  refuseOfHttpAlone(given, engine);
  return {
    ...target,
    remoteUrl: given.remoteUrl === undefined ? null : resolveRemoteUrl(given.remoteUrl, target.agent),
    authToken: tokenOf(given.authToken ?? env["TURSO_DB_AUTH_TOKEN"]),
    engine,
    conflict: given.conflict ?? "keep-both",
    onUnpushed: given.onUnpushed ?? "refuse",
    adopt: given.adopt ?? false,
    allow: given.allow ?? [],
    readOnly: given.readOnly ?? false,
    timeoutMs: given.timeoutMs ?? 120_000,
    partial: partialOf(given, engine),
    provenance: given.provenance ?? NO_PROVENANCE,
  };
}

function invalid(message: string, field: string, hint?: string): SyncError {
  return new SyncError("config-invalid", message, { details: { field }, ...(hint === undefined ? {} : { hint }) });
}

/** The native engine has no say in them: it must not look as if it had. */
function refuseOfHttpAlone(given: Given, engine: Engine): void {
  if (engine === "http") return;
  const name = (["conflict", "onUnpushed", "adopt"] as const).find((option) => given[option] !== undefined);
  if (name !== undefined) throw invalid(`${name} is of engine "http"; engine "${engine}" does not know it.`, name);
}

function targetOf(given: Given, engine: Engine): Pick<SyncConfig, "agent" | "idOrPath" | "directory" | "databasePath"> {
  const idOrPath = given.idOrPath ?? given.agent;
  if (idOrPath === undefined) throw invalid("No agent is named.", "agent", "Give its id as `agent`, or a path as `idOrPath`.");
  if (given.agent !== undefined && given.idOrPath !== undefined && given.agent !== given.idOrPath)
    throw invalid(`agent is "${given.agent}", but idOrPath is "${given.idOrPath}".`, "idOrPath", "Give one of them.");
  if (AGENT_ID.test(idOrPath)) {
    const directory = resolve(given.directory ?? ".");
    return { agent: idOrPath, idOrPath, directory, databasePath: join(directory, ".agentfs", `${idOrPath}.db`) };
  }
  const databasePath = resolve(given.directory ?? ".", idOrPath);
  const agent = basename(databasePath, ".db");
  if (given.idOrPath === undefined || !databasePath.endsWith(".db") || !AGENT_ID.test(agent)) {
    const why = 'is not valid: an id has 1 to 64 letters, digits, "-" or "_", the first one a letter or digit';
    throw invalid(`The agent ${JSON.stringify(idOrPath)} ${why}; a path ends with <id>.db.`, "idOrPath");
  }
  const folder = dirname(databasePath);
  if (basename(folder) !== ".agentfs" && engine === "http")
    throw invalid(`${databasePath} is not in a folder .agentfs, where engine "http" keeps what it needs.`, "idOrPath");
  const directory = basename(folder) === ".agentfs" ? dirname(folder) : folder;
  return { agent, idOrPath: databasePath, directory, databasePath };
}

function partialOf(given: Given, engine: Engine): PartialOptions | null {
  const partial = {
    prefetch: given.partialPrefetch ?? null,
    segmentSizeBytes: given.partialSegmentSize ?? null,
    bootstrapLengthBytes: given.partialBootstrapLength ?? null,
    bootstrapQuery: given.partialBootstrapQuery ?? null,
  };
  if (Object.values(partial).every((value) => value === null)) return null;
  if (engine === "http")
    throw invalid('Partial replicas are of engine "agentfs"; engine "http" pulls the whole database.', "engine");
  if (partial.bootstrapLengthBytes !== null && partial.bootstrapQuery !== null)
    throw invalid("partialBootstrapLength and partialBootstrapQuery exclude each other.", "partialBootstrapQuery");
  return partial;
}
