import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentListing } from "./agent-listing.ts";
import type { AgentOp } from "./agent-ops.ts";
import { nodePath } from "./programs.ts";
import { runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

export type { AgentListing } from "./agent-listing.ts";
export type { AgentOp } from "./agent-ops.ts";

/**
 * An agent program: a process of its own that opens the file with the real `agentfs-sdk`, does the operations in order,
 * closes and ends. Answers one value an operation (null for those that return nothing); throws at the first that fails.
 * @example await runAgent(db, [{ op: "writeFile", path: "/a.txt", text: "hello" }])
 */
export async function runAgent(dbPath: string, ops: readonly AgentOp[]): Promise<unknown[]> {
  return (await child(dbPath, ops)) as unknown[];
}

/** What the SDK's users see in the file. Read from a copy of it, because the SDK writes whatever it opens. */
export async function listAgent(dbPath: string): Promise<AgentListing> {
  const copy = join(await makeTempDir(), "copy.db");
  await copyFile(dbPath, copy);
  try {
    await copyFile(`${dbPath}-wal`, `${copy}-wal`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return (await child(copy, "list")) as AgentListing;
}

async function child(path: string, ops: readonly AgentOp[] | "list"): Promise<unknown> {
  const program = fileURLToPath(new URL("agent-child.ts", import.meta.url));
  const result = await runChild(nodePath(), [program], { input: JSON.stringify({ path, ops }) });
  if (result.exitCode !== 0) {
    throw new Error(`The agent program ended with ${result.exitCode ?? result.signal}:\n${result.stderr}`);
  }
  return JSON.parse(result.stdout);
}
