import { resolve } from "node:path";
import * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import { IN_ENGLISH } from "../in-english.ts";
import { randomUuid } from "../random-uuid.ts";
import { tokenOf } from "./auth-token.ts";
import { choice } from "./choice.ts";
import { resolveRemoteUrl } from "./remote-url.ts";
import {
  type AgentTarget,
  ALLOWABLE_GUARDS,
  BYTES_A_MB,
  CONFLICT_POLICIES,
  DEFAULT_UNDO_LIMIT_MB,
  ENGINES,
  NO_PROVENANCE,
  ON_UNPUSHED,
  type Provenance,
  type RunConfig,
} from "./types.ts";

/** Letters, digits, `-` and `_`, at most 64, not starting with a sign: what the real program accepts, and a safe file name. */
export const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const LONGEST_TIMEOUT_SECONDS = 86_400;
const LARGEST_UNDO_LIMIT_MB = 16_000;

const count = (name: string, highest: number, fallback: number, lowest = 1) => {
  const message = `${name} must be a whole number from ${lowest} to ${highest}`;
  const number = z.coerce.number(message).check(z.int(message), z.minimum(lowest, message), z.maximum(highest, message));
  return z._default(number, fallback);
};

/** The ids without white space and empty ones, each once. */
const namedOnce = (ids: string[]) => [...new Set(ids.map((id) => id.trim()).filter((id) => id !== ""))];

const agentId = z.string().check(
  z.regex(AGENT_ID, {
    error: (issue) =>
      `The agent id ${JSON.stringify(issue.input)} is not valid: 1 to 64 letters, digits, "-" or "_", the first one a letter or digit`,
  }),
);

const schema = z.object({
  agents: z.pipe(
    z.pipe(z.array(z.string()), z.transform(namedOnce)),
    z.array(agentId).check(z.minLength(1, "No agent is named")),
  ),
  remoteUrl: z.string({ error: "No remote URL is given" }).check(z.trim(), z.minLength(1, "No remote URL is given")),
  authToken: z.optional(z.string().check(z.trim())),
  directory: z._default(z.string().check(z.minLength(1, "The directory is empty")), "."),
  readOnly: z._default(z.boolean(), false),
  conflict: z._default(choice("The conflict policy", CONFLICT_POLICIES), "keep-both"),
  onUnpushed: z._default(choice("on-unpushed", ON_UNPUSHED), "refuse"),
  adopt: z._default(z.boolean(), false),
  verifyRemote: z._default(z.boolean(), false),
  allow: z._default(z.array(choice("allow", ALLOWABLE_GUARDS)), []),
  timeoutSeconds: count("The timeout in seconds", LONGEST_TIMEOUT_SECONDS, 120),
  undoLimitMb: count("The undo limit in MB", LARGEST_UNDO_LIMIT_MB, DEFAULT_UNDO_LIMIT_MB, 0),
  concurrency: count("The concurrency", 64, 4),
  engine: z._default(choice("The engine", ENGINES), "http"),
  agentfsProgram: z.optional(z.string()),
  cacheDirectory: z.optional(z.string().check(z.minLength(1, "The cache folder is empty"))),
  cacheSecret: z.optional(z.string().check(z.trim())),
  rescueDirectory: z.optional(z.string().check(z.minLength(1, "The rescue folder is empty"))),
  undoDirectory: z.optional(z.string().check(z.minLength(1, "The undo folder is empty"))),
});

/** What flags, environment, files and Action inputs are turned into before they are checked. Absent means: the default. */
export type ConfigInput = Omit<
  { readonly [K in keyof z.input<typeof schema>]: z.input<typeof schema>[K] | string | undefined },
  "agents" | "allow"
> & {
  readonly agents: readonly string[];
  readonly allow?: readonly string[] | undefined;
  readonly provenance?: Provenance | undefined;
  readonly trust?: RunConfig["trust"] | undefined;
  readonly reportsChanges?: boolean | undefined;
};

/**
 * Checks everything once and returns the plain value that all phases use.
 * @throws SyncError `config-invalid` (what is wrong with which value).
 * @example parseConfig({ agents: ["my-agent"], remoteUrl: "libsql://my-agent-acme.turso.io", authToken })
 */
export function parseConfig(input: ConfigInput): RunConfig {
  const defined = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const parsed = schema.safeParse(defined, { error: IN_ENGLISH });
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const field = String(first?.path[0] ?? "");
    const isMissing = first?.message.startsWith("No ") === true;
    throw new SyncError("config-invalid", `${first?.message ?? "The configuration is not valid"}.`, {
      details: { field },
      ...(isMissing && HINTS[field] !== undefined ? { hint: HINTS[field] } : {}),
    });
  }
  const value = parsed.data;
  refuseOfHttpAlone(value);
  const authToken = tokenOf(value.authToken);
  const { cacheDirectory, rescueDirectory, undoDirectory } = value;
  return {
    agents: targets(value.agents, value.remoteUrl),
    authToken,
    directory: resolve(value.directory),
    trust: input.trust ?? (value.readOnly ? "read-only" : "trusted"),
    conflict: value.conflict,
    onUnpushed: value.onUnpushed,
    adopt: value.adopt,
    verifyRemote: value.verifyRemote,
    allow: value.allow,
    timeoutMs: value.timeoutSeconds * 1000,
    reportsChanges: input.reportsChanges === true,
    undoLimitBytes: value.undoLimitMb * BYTES_A_MB,
    concurrency: value.concurrency,
    engine: value.engine,
    agentfsProgram: value.agentfsProgram || null,
    runId: randomUuid(),
    provenance: input.provenance ?? NO_PROVENANCE,
    cache: cacheDirectory === undefined ? null : { directory: resolve(cacheDirectory), secret: value.cacheSecret || authToken },
    rescueDirectory: rescueDirectory === undefined ? null : resolve(rescueDirectory),
    undoDirectory: undoDirectory === undefined ? null : resolve(undoDirectory),
  };
}

/** The native engine merges nothing and adopts nothing: it must not look as if it did. */
function refuseOfHttpAlone({ engine, conflict, adopt }: z.output<typeof schema>): void {
  if (engine === "http") return;
  const [field, what] =
    conflict === "ours" || conflict === "theirs"
      ? ["conflict", `The conflict policy is "${conflict}"`]
      : ["adopt", "adopt is set"];
  if (field === "adopt" && !adopt) return;
  throw new SyncError("config-invalid", `${what}, which is of engine "http"; engine "${engine}" does not know it.`, {
    details: { field },
    hint: "Leave it away, or use engine `http`.",
  });
}

/** Where to give what is missing. */
const HINTS: Readonly<Record<string, string>> = {
  agents: "Name one with --agent ID, AGENTFS_SYNC_AGENT, or the input `agents`.",
  remoteUrl: "Give it with --remote-url URL, AGENTFS_SYNC_REMOTE_URL, or the input `remote-url`.",
};

function targets(agents: readonly string[], template: string): readonly AgentTarget[] {
  const found = agents.map((agent) => ({ agent, remoteUrl: resolveRemoteUrl(template, agent) }));
  const byUrl = Map.groupBy(found, (target) => target.remoteUrl);
  for (const [url, sharing] of byUrl) {
    if (sharing.length > 1) {
      const names = sharing.map((target) => target.agent).join(" and ");
      throw new SyncError("config-invalid", `The agents ${names} would share one database, ${url}.`, {
        hint: "Each agent needs a database of its own: put {agent} into the remote URL.",
      });
    }
  }
  return found;
}
