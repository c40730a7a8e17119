import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AGENT_ID, type ConfigInput } from "../config/parse.ts";
import { SyncError } from "../errors.ts";
import { agentPaths } from "../replica/paths.ts";
import { listPending, type Pending } from "../replica/pending.ts";

/** Where to look for what is kept. */
export interface Scope {
  /** Absolute. */
  readonly directory: string;
  /** The agents that were named; else those that have files of ours there. */
  readonly agents: readonly string[];
}

export interface Found {
  readonly agent: string;
  readonly pending: Pending;
}

/** @throws SyncError `config-invalid`, `file-system` */
export async function scopeOf({ agents, directory = "." }: ConfigInput): Promise<Scope> {
  const wrong = agents.find((agent) => !AGENT_ID.test(agent));
  if (wrong !== undefined) throw new SyncError("config-invalid", `The agent id ${JSON.stringify(wrong)} is not valid.`);
  const absolute = resolve(directory);
  return { directory: absolute, agents: agents.length > 0 ? [...new Set(agents)] : await agentsIn(absolute) };
}

async function agentsIn(directory: string): Promise<readonly string[]> {
  const found = await readdir(join(directory, ".agentfs", ".sync"), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  return found
    .filter((entry) => entry.isDirectory() && AGENT_ID.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/**
 * The one that is meant: by its push id, or the only one there is.
 * @throws SyncError `rescue-missing`, `usage` if there are several, `local-damaged`
 */
export async function findOne(scope: Scope, pushId: string | null): Promise<Found> {
  const lists = scope.agents.map(async (agent) => {
    const pending = await listPending(agentPaths(scope.directory, agent));
    return pending.map((one): Found => ({ agent, pending: one }));
  });
  const all = (await Promise.all(lists)).flat();
  const [first, ...others] = pushId === null ? all : all.filter(({ pending }) => pending.pushId === pushId);
  if (first === undefined) {
    const what = pushId === null ? "Nothing is kept" : `Nothing is kept under the push id ${pushId}`;
    throw new SyncError("rescue-missing", `${what} in ${join(scope.directory, ".agentfs")}${ofAgents(scope)}.`);
  }
  if (others.length === 0) return first;
  const names = [first, ...others].map(({ agent, pending }) => `${pending.pushId} (${agent})`).join(", ");
  throw new SyncError("usage", `Several pushes are kept: ${names}.`, {
    hint: "Name one with --push-id ID; `agentfs-sync rescue list` shows what each of them holds.",
  });
}

function ofAgents({ agents }: Scope): string {
  return agents.length === 0 ? "" : ` of ${agents.join(", ")}`;
}
