// An agent of a workflow: `node agent.mjs write PATH TEXT` or `node agent.mjs read PATH`, with the SDK as its users call it.
import { AgentFS } from "agentfs-sdk";

const [verb, path, text] = process.argv.slice(2);
const agent = await AgentFS.open({ id: process.env.AGENT_ID });
if (verb === "write") {
  await agent.fs.writeFile(path, text);
  await agent.kv.set(`written:${path}`, true);
} else {
  console.log(`${path} holds: ${await agent.fs.readFile(path, "utf8")}`);
}
await agent.close();
