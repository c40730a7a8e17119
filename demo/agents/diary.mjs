import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { AgentFS } from "agentfs-sdk";

/**
 * Opens the agent in the current folder, as any agent program does, and notes what is written to it, so that the demo can
 * check later that each of these writes is there.
 * @param {string} diaryPath Where the notes go, as JSON.
 */
export async function openWithDiary(diaryPath) {
  const agent = await AgentFS.open({ id: "my-agent" });
  /** @type {import("../writes.ts").Write[]} */
  const writes = [];
  return {
    agent,
    /**
     * @param {string} path
     * @param {string | Buffer} content
     */
    async writeFile(path, content) {
      await agent.fs.writeFile(path, content);
      writes.push({ kind: "file", name: path, digest: digest(content) });
    },
    /**
     * @param {string} key
     * @param {unknown} value
     */
    async setKey(key, value) {
      await agent.kv.set(key, value);
      writes.push({ kind: "key", name: key, digest: digest(JSON.stringify(value)) });
    },
    /**
     * @param {string} tool
     * @param {unknown} parameters
     * @param {unknown} result
     */
    async callTool(tool, parameters, result) {
      const id = await agent.tools.start(tool, parameters);
      await agent.tools.success(id, result);
      writes.push({ kind: "tool call", name: tool, digest: digest(JSON.stringify([parameters, result])) });
    },
    async close() {
      await agent.close();
      writeFileSync(diaryPath, JSON.stringify(writes));
      console.log(`wrote ${number(writes, "file")}, ${number(writes, "key")}, ${number(writes, "tool call")}`);
    },
  };
}

/** @param {string | Buffer} content */
export function digest(content) {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * @param {readonly import("../writes.ts").Write[]} writes
 * @param {string} kind
 */
function number(writes, kind) {
  const count = writes.filter((write) => write.kind === kind).length;
  return `${count} ${kind}${count === 1 ? "" : "s"}`;
}
