import type { Stats, ToolCall } from "agentfs-sdk";
import type { OpenAgent } from "./agent-ops.ts";

/** Everything in an agent, by names and not by numbers, so that two databases can be compared with `toEqual`. */
export interface AgentListing {
  /** Path to content as base64. */
  readonly files: Readonly<Record<string, string>>;
  /** Sorted, without the root. */
  readonly directories: readonly string[];
  /** Path to target. */
  readonly symlinks: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, unknown>>;
  /** By name, then start, without their numbers. */
  readonly toolCalls: readonly Omit<ToolCall, "id">[];
  /** Paths of each file that has several, sorted. */
  readonly hardLinks: readonly (readonly string[])[];
  /** Link counts of files and symlinks. */
  readonly linkCounts: Readonly<Record<string, number>>;
}

/** Lists by the SDK's own reading: what its users would see. */
export async function listAll(agent: OpenAgent): Promise<AgentListing> {
  const entries = await walk(agent, "/");
  const files: Record<string, string> = {};
  const symlinks: Record<string, string> = {};
  const linkCounts: Record<string, number> = {};
  const directories: string[] = [];
  for (const [path, stats] of entries) {
    if (stats.isDirectory()) directories.push(path);
    else linkCounts[path] = stats.nlink;
    if (stats.isSymbolicLink()) symlinks[path] = await agent.fs.readlink(path);
    else if (stats.isFile()) files[path] = (await agent.fs.readFile(path)).toString("base64");
  }
  const byInode = Map.groupBy(
    entries.filter(([, stats]) => !stats.isDirectory()),
    ([, stats]) => stats.ino,
  );
  const hardLinks = [...byInode.values()].filter((same) => same.length > 1).map((same) => same.map(([path]) => path).sort());
  const keys = Object.fromEntries((await agent.kv.list("")).map(({ key, value }) => [key, value as unknown]));
  const toolCalls = (await agent.tools.getRecent(-1)).map(({ id: _, ...call }) => call);
  toolCalls.sort((a, b) => a.name.localeCompare(b.name) || a.started_at - b.started_at);
  return { files, directories, symlinks, keys, toolCalls, hardLinks, linkCounts };
}

async function walk(agent: OpenAgent, directory: string): Promise<(readonly [string, Stats])[]> {
  const found: (readonly [string, Stats])[] = [];
  for (const { name, stats } of await agent.fs.readdirPlus(directory)) {
    const path = directory === "/" ? `/${name}` : `${directory}/${name}`;
    found.push([path, stats]);
    if (stats.isDirectory()) found.push(...(await walk(agent, path)));
  }
  return found;
}
