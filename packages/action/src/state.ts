import { getState, saveState } from "@actions/core";
import { ALLOWABLE_GUARDS, CONFLICT_POLICIES, ENGINES, SyncError } from "@agentfs-sync/core";
import * as z from "zod/mini";
import { FAIL_ON, PUSH_ON } from "./inputs.ts";

const KEY = "agentfs-sync";

const agentSchema = z.object({
  agent: z.string(),
  pull: z.enum(["pulled", "unchanged", "new", "skipped"]),
  bytesReceived: z.number(),
  /** The revision that came from the cache, so that it is not put there again. */
  restored: z.nullable(z.string()),
});

/** What may hold work of the job that nobody pushes; `directory` as in the input. */
const unpulled = { unpulled: z.array(z.string()), directory: z.string() };

const schema = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("started"), ...unpulled }),
  z.object({ phase: z.literal("failed"), ...unpulled }),
  z.object({ phase: z.literal("skipped"), why: z.string() }),
  z.object({
    phase: z.literal("ready"),
    agents: z.array(agentSchema).check(z.minLength(1)),
    ...unpulled,
    remoteUrl: z.string(),
    engine: z.enum(ENGINES),
    pushOn: z.enum(PUSH_ON),
    failOn: z.enum(FAIL_ON),
    conflict: z.enum(CONFLICT_POLICIES),
    adopt: z.boolean(),
    allow: z.array(z.enum(ALLOWABLE_GUARDS)),
    timeoutSeconds: z.number(),
    undoLimitMb: z.number(),
    /** When main began: what pushes have left since is this job's. */
    startedAtMs: z.number(),
    concurrency: z.number(),
    cache: z.boolean(),
    summary: z.boolean(),
    reportArtifact: z.nullable(z.object({ name: z.string(), withUndo: z.boolean() })),
    trust: z.enum(["trusted", "read-only"]),
    tokenFingerprint: z.nullable(z.string()),
    cacheFingerprint: z.nullable(z.string()),
  }),
]);

/** What main leaves for post. It is kept in the runner's state, readable by the job: never a secret. */
export type SavedState = Readonly<z.infer<typeof schema>>;
export type ReadyState = Extract<SavedState, { phase: "ready" }>;
export type PulledAgent = Readonly<z.infer<typeof agentSchema>>;

export function save(state: SavedState): void {
  saveState(KEY, state);
}

/**
 * What main saved last; null if main never got so far.
 * @throws SyncError `internal` for a state that no main of this version wrote.
 */
export function load(): SavedState | null {
  const text = getState(KEY);
  if (text === "") return null;
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new SyncError("internal", "The state that the main step saved cannot be read: nothing was pushed.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
