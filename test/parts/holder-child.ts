/** The child process of `holder.ts`: the path as its argument, one operation as JSON a line, one answer as JSON a line. */
import { createInterface } from "node:readline";
import { AgentFS } from "agentfs-sdk";
import { type AgentOp, perform } from "./agent-ops.ts";

const agent = await AgentFS.open({ path: process.argv[2] ?? "" });
process.stdout.write("null\n");
for await (const line of createInterface({ input: process.stdin })) {
  const answer = (await perform(agent, JSON.parse(line) as AgentOp)) ?? null;
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await agent.close();
