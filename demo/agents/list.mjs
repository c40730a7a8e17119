// Machine E: reads everything that is there, by the SDK alone, and writes nothing.
import { writeFileSync } from "node:fs";
import { AgentFS } from "agentfs-sdk";
import { digest } from "./diary.mjs";

const [, , listingPath = ""] = process.argv;
const agent = await AgentFS.open({ id: "my-agent" });
/** @type {import("../writes.ts").Write[]} */
const found = [];

/** @param {string} folder */
async function list(folder) {
  for (const { name, stats } of await agent.fs.readdirPlus(folder)) {
    const path = `${folder === "/" ? "" : folder}/${name}`;
    if (stats.isDirectory()) await list(path);
    else {
      const content = await agent.fs.readFile(path);
      found.push({ kind: "file", name: path, digest: digest(content) });
      console.log(`${path.padEnd(30)} ${String(content.length).padStart(6)} bytes`);
    }
  }
}

await list("/");
for (const { key, value } of await agent.kv.list("")) {
  found.push({ kind: "key", name: key, digest: digest(JSON.stringify(value)) });
  console.log(`key ${key.padEnd(26)} ${JSON.stringify(value)}`);
}
for (const { name, parameters, result } of await agent.tools.getRecent(-1)) {
  found.push({ kind: "tool call", name, digest: digest(JSON.stringify([parameters, result])) });
  console.log(`tool call ${name.padEnd(20)} ${JSON.stringify(parameters)}`);
}
await agent.close();
writeFileSync(listingPath, JSON.stringify(found));
