import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { replicaPath, runNative } from "../test/parts/native.ts";
import { cliPath } from "../test/parts/programs.ts";
import type { Write } from "./large-content.ts";
import { benchProgram, type Measurement, measure } from "./measure.ts";
import type { Wire } from "./wire.ts";

export type ContenderName = "ours" | "official" | "agentfs";

/** One of those that are compared. `dir` is one machine's folder. */
export interface Contender {
  readonly name: ContenderName;
  /** Everything into an empty folder, or what is new into one that was pulled before. */
  pull(wire: Wire, dir: string, first: boolean): Promise<Measurement>;
  /** The agent's work between pull and push, not measured. */
  work(wire: Wire, dir: string, writes: readonly Write[]): Promise<void>;
  push(wire: Wire, dir: string): Promise<Measurement>;
}

export const AGENT = "bench";

export const ours: Contender = {
  name: "ours",
  pull: (wire, dir) => measure(wire, command("pull", wire), dir),
  work: async (_, dir, writes) => {
    const db = new DatabaseSync(join(dir, ".agentfs", `${AGENT}.db`));
    db.exec("PRAGMA synchronous = OFF; BEGIN");
    for (const [sql, list] of writes) db.prepare(sql).run(list);
    db.exec("COMMIT");
    db.close();
  },
  push: (wire, dir) => measure(wire, command("push", wire), dir),
};

/** Ours alone: the official client has nothing like it. */
export const diff = (wire: Wire, dir: string): Promise<Measurement> => measure(wire, command("diff", wire), dir);

/** Ours alone: many agents with one command. */
export const pullAll = (wire: Wire, agents: readonly string[], dir: string): Promise<Measurement> =>
  measure(wire, command("pull", wire, agents.join(",")), dir);

/** Our command, as the arguments of Node.js. */
export const command = (name: "pull" | "push" | "diff", { url }: Wire, agents = AGENT) => [
  cliPath(),
  name,
  "--agent",
  agents,
  "--remote-url",
  url,
  "--json",
];

export const official: Contender = {
  name: "official",
  // Its connect is what bootstraps an empty folder; a pull right after it would only ask again.
  pull: (wire, dir, first) => client(first ? "connect" : "pull", wire, dir),
  // Connecting again needs the server, but no bytes are counted here.
  work: async (wire, dir, writes) => {
    await runNative(
      dir,
      wire.url,
      writes.map(([sql, list]) => ({ op: "sql", sql, args: [list] })),
    );
  },
  push: (wire, dir) => client("push", wire, dir),
};

async function client(what: "connect" | "pull" | "push", wire: Wire, dir: string): Promise<Measurement> {
  await mkdir(dir, { recursive: true });
  return measure(wire, [benchProgram("official-client.mjs"), what, replicaPath(dir), wire.url], dir);
}
