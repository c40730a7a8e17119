import { getState, saveState } from "@actions/core";
import { CONFLICT_POLICIES, type RunReport, SyncError } from "@agentfs-sync/core";
import * as z from "zod/mini";
import { PUSH_ON } from "./inputs.ts";

const KEY = "agentfs-sync";

const schema = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("started") }),
  z.object({ phase: z.literal("failed") }),
  z.object({ phase: z.literal("skipped"), why: z.string() }),
  z.object({
    phase: z.literal("ready"),
    agents: z
      .array(z.object({ agent: z.string(), pull: z.enum(["pulled", "unchanged", "new", "skipped"]) }))
      .check(z.minLength(1)),
    remoteUrl: z.string(),
    directory: z.string(),
    pushOn: z.enum(PUSH_ON),
    conflict: z.enum(CONFLICT_POLICIES),
    trust: z.enum(["trusted", "read-only"]),
    tokenFingerprint: z.nullable(z.string()),
  }),
]);

/** What main leaves for post. It is kept in the runner's state, readable by the job: never a secret. */
export type SavedState = Readonly<z.infer<typeof schema>>;
export type ReadyState = Extract<SavedState, { phase: "ready" }>;

/** The agents that are ready for the job: one that could not be pulled keeps no other from being pushed. */
export function pulledAgents(report: RunReport): ReadyState["agents"] {
  return report.agents.flatMap(({ agent, pull, error }) =>
    pull === null || pull.outcome === "failed" || error !== null ? [] : [{ agent, pull: pull.outcome }],
  );
}

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
