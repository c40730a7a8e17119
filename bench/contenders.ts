import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type AgentOp, runAgent } from "../test/parts/agent.ts";
import { replicaPath, runNative } from "../test/parts/native.ts";
import { cliPath } from "../test/parts/programs.ts";
import type { TestProxy } from "../test/parts/proxy.ts";
import { benchProgram, type Measurement, measure } from "./measure.ts";

/** One of the two that are compared. `dir` is one machine's folder. */
export interface Contender {
  readonly name: "ours" | "official";
  /** Everything into an empty folder, or what is new into one that was pulled before. */
  pull(proxy: TestProxy, dir: string, first: boolean): Promise<Measurement>;
  /** The agent's work between pull and push, not measured. */
  work(proxy: TestProxy, dir: string, ops: readonly AgentOp[]): Promise<void>;
  push(proxy: TestProxy, dir: string): Promise<Measurement>;
}

export const AGENT = "bench";

export const ours: Contender = {
  name: "ours",
  pull: (proxy, dir) => measure(proxy, command("pull", proxy.url), dir),
  work: async (_, dir, ops) => void (await runAgent(join(dir, ".agentfs", `${AGENT}.db`), ops)),
  push: (proxy, dir) => measure(proxy, command("push", proxy.url), dir),
};

/** Ours alone: the official client has nothing like it. */
export const diff = (proxy: TestProxy, dir: string): Promise<Measurement> => measure(proxy, command("diff", proxy.url), dir);

const command = (name: "pull" | "push" | "diff", url: string) => [
  cliPath(),
  name,
  "--agent",
  AGENT,
  "--remote-url",
  url,
  "--json",
];

export const official: Contender = {
  name: "official",
  // Its connect is what bootstraps an empty folder; a pull right after it would only ask again.
  pull: (proxy, dir, first) => client(first ? "connect" : "pull", proxy, dir),
  // Connecting again needs the server, but no bytes are counted here.
  work: async (proxy, dir, ops) =>
    void (await runNative(
      dir,
      proxy.url,
      ops.map((op) => ({ op: "agent", do: op })),
    )),
  push: (proxy, dir) => client("push", proxy, dir),
};

async function client(what: "connect" | "pull" | "push", proxy: TestProxy, dir: string): Promise<Measurement> {
  await mkdir(dir, { recursive: true });
  return measure(proxy, [benchProgram("official-client.mjs"), what, replicaPath(dir), proxy.url], dir);
}
