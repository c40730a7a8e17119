/** The child process of `agent.ts`: reads its task as JSON from standard input, writes the answers to standard output. */
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { AgentFS } from "agentfs-sdk";
import type { AgentTask } from "./agent.ts";
import { listAll } from "./agent-listing.ts";
import { type OpenAgent, perform } from "./agent-ops.ts";

async function opened<T>(path: string, work: (agent: OpenAgent) => Promise<T>): Promise<T> {
  const agent = await AgentFS.open({ path });
  const done = await work(agent);
  await agent.close();
  return done;
}

const task = JSON.parse(await text(process.stdin)) as AgentTask;
const answers: unknown[] = [];
if ("list" in task) for (const path of task.list) answers.push(await opened(path, listAll));
else {
  await opened(task.path, async (agent) => {
    for (const op of task.ops) answers.push((await perform(agent, op)) ?? null);
  });
}
writeFileSync(1, JSON.stringify(answers));
