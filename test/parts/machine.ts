import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AgentReport, type ConfigInput, parseConfig, type RunReport, runSync } from "../../packages/core/src/index.ts";
import { type AgentListing, type AgentOp, listAgent, runAgent } from "./agent.ts";
import { makeTempDir } from "./temp.ts";

type Command = Parameters<typeof runSync>[0];

/** One CI machine: a folder of its own with one agent in it, and the engine as a job would call it. */
export interface Machine {
  readonly dir: string;
  /** The remote as it was given. */
  readonly url: string;
  /** The working copy. */
  readonly db: string;
  /** Lines that a user would have seen. */
  readonly lines: string[];
  run(command: Command, changes?: Partial<ConfigInput>): Promise<AgentReport>;
  /** The same, but an error of the agent is thrown with its code and message. */
  ok(command: Command, changes?: Partial<ConfigInput>): Promise<AgentReport>;
  /** What an agent program does there, with the real SDK in a process of its own. */
  write(...ops: AgentOp[]): Promise<unknown[]>;
  /** Everything that the real SDK finds in the working copy. */
  list(): Promise<AgentListing>;
}

/**
 * @param url the remote, with `{agent}` if wanted
 * @example const a = await machine(server.url); await a.ok("pull"); await a.write({ op: "writeFile", path: "/a", text: "x" }); await a.ok("push");
 */
export async function machine(url: string, input: Partial<ConfigInput> = {}, dir?: string): Promise<Machine> {
  const directory = dir ?? (await makeTempDir());
  const db = join(directory, ".agentfs", "bot.db");
  const lines: string[] = [];
  const report = async (command: Command, changes: Partial<ConfigInput>): Promise<RunReport> => {
    const config = parseConfig({ agents: ["bot"], remoteUrl: url, directory, timeoutSeconds: 30, ...input, ...changes });
    return runSync(command, config, { info: (line) => lines.push(line), verbose: () => undefined });
  };
  const run = async (command: Command, changes: Partial<ConfigInput> = {}): Promise<AgentReport> => {
    const [agent] = (await report(command, changes)).agents;
    if (agent === undefined) throw new Error("a report without an agent");
    return agent;
  };
  return {
    dir: directory,
    url,
    db,
    lines,
    run,
    ok: async (command, changes) => {
      const agent = await run(command, changes);
      if (agent.error !== null) throw new Error(`${command}: ${agent.error.code}: ${agent.error.message}`);
      return agent;
    },
    write: async (...ops) => {
      // As the SDK does it where nothing was pulled: the folder first.
      await mkdir(dirname(db), { recursive: true });
      return runAgent(db, ops);
    },
    list: () => listAgent(db),
  };
}

/** A fresh machine's view: what anybody gets who pulls now. */
export async function pulled(url: string, input: Partial<ConfigInput> = {}): Promise<AgentListing> {
  const fresh = await machine(url, input);
  await fresh.ok("pull");
  return fresh.list();
}
