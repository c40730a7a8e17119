/** The child process of `agent.ts`: reads `{ path, ops }` as JSON from standard input, writes the answers to standard output. */
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { AgentFS } from "agentfs-sdk";
import { listAll } from "./agent-listing.ts";
import { type AgentOp, perform } from "./agent-ops.ts";

interface Task {
  readonly path: string;
  readonly ops: readonly AgentOp[] | "list";
}

const task = JSON.parse(await text(process.stdin)) as Task;
const agent = await AgentFS.open({ path: task.path });
let answer: unknown;
if (task.ops === "list") {
  answer = await listAll(agent);
} else {
  const answers: unknown[] = [];
  for (const op of task.ops) answers.push((await perform(agent, op)) ?? null);
  answer = answers;
}
await agent.close();
writeFileSync(1, JSON.stringify(answer));
