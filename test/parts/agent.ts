import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentListing } from "./agent-listing.ts";
import type { AgentOp } from "./agent-ops.ts";
import { nodePath } from "./programs.ts";
import { COMPILED_ONCE, runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

export type { AgentListing } from "./agent-listing.ts";
export type { AgentOp } from "./agent-ops.ts";

/** What the child process is asked: operations on one file, or what is in files. */
export type AgentTask = { readonly path: string; readonly ops: readonly AgentOp[] } | { readonly list: readonly string[] };

/**
 * An agent program: a process of its own that opens the file with the real `agentfs-sdk`, does the operations in order,
 * closes and ends. Answers one value an operation (null for those that return nothing); throws at the first that fails.
 * @example await runAgent(db, [{ op: "writeFile", path: "/a.txt", text: "hello" }])
 */
export async function runAgent(dbPath: string, ops: readonly AgentOp[]): Promise<unknown[]> {
  return (await child({ path: dbPath, ops })) as unknown[];
}

/** What the SDK's users see in the file. Read from a copy of it, because the SDK writes whatever it opens. */
export async function listAgent(dbPath: string): Promise<AgentListing> {
  const [listing] = await listAgents([dbPath]);
  if (listing === undefined) throw new Error(`no listing of ${dbPath}`);
  return listing;
}

/** The same of many files, by one process. */
export async function listAgents(dbPaths: readonly string[]): Promise<readonly AgentListing[]> {
  const folder = await makeTempDir();
  const copies = await Promise.all(dbPaths.map((path, index) => copied(path, join(folder, `${index}.db`))));
  return (await child({ list: copies })) as AgentListing[];
}

async function copied(from: string, to: string): Promise<string> {
  await copyFile(from, to);
  try {
    await copyFile(`${from}-wal`, `${to}-wal`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return to;
}

async function child(task: AgentTask): Promise<unknown> {
  const program = fileURLToPath(new URL("agent-child.ts", import.meta.url));
  const result = await runChild(nodePath(), [program], { input: JSON.stringify(task), env: COMPILED_ONCE });
  if (result.exitCode !== 0) {
    throw new Error(`The agent program ended with ${result.exitCode ?? result.signal}:\n${result.stderr}`);
  }
  return JSON.parse(result.stdout);
}
