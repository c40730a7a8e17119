import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentOp } from "./agent-ops.ts";
import { nodePath } from "./programs.ts";
import { COMPILED_ONCE, runChild } from "./run-child.ts";

/** What a native client does after it connected. With `mayFail`, an error is the answer `{ error: message }`. */
export type NativeOp = { readonly mayFail?: boolean } & (
  | { readonly op: "sql"; readonly sql: string; readonly args?: readonly (string | number | null)[] }
  | { readonly op: "push" | "pull" | "checkpoint" | "stats" }
  /** An SDK operation on the native client's own database. */
  | { readonly op: "agent"; readonly do: AgentOp }
);

export interface NativeOptions {
  readonly authToken?: string;
  /** Of the replica, if it is another one than `replicaPath` says. */
  readonly path?: string;
}

/** The native client's replica in a folder. */
export const replicaPath = (dir: string): string => join(dir, "native.db");

/**
 * The official `@tursodatabase/sync` 0.4.4 in a process of its own, with its replica in `dir` (made if absent, gone on
 * with if present): connects, does the operations in order, closes. Answers one value an operation: rows for `sql`,
 * whether something new came for `pull`, null for those that return nothing.
 */
export async function runNative(
  dir: string,
  url: string,
  ops: readonly NativeOp[],
  options: NativeOptions = {},
): Promise<unknown[]> {
  await mkdir(dir, { recursive: true });
  const program = fileURLToPath(new URL("native-child.ts", import.meta.url));
  const input = JSON.stringify({ path: replicaPath(dir), url, ...options, ops });
  const result = await runChild(nodePath(), [program], { input, env: COMPILED_ONCE });
  if (result.exitCode !== 0) {
    throw new Error(`The native client ended with ${result.exitCode ?? result.signal}:\n${result.stderr}`);
  }
  return JSON.parse(result.stdout) as unknown[];
}

/**
 * What the official client bootstraps from the server: the main file of a fresh replica, before any write of ours. It holds
 * the server's pages exactly as they came (the client's own table is in the WAL beside it, and must not be checkpointed in).
 * @returns the path of the file, in `dir`, which must be empty or absent
 * @example expect(await readFile(baseDb)).toEqual(await readFile(await officialBootstrap(url, dir)))
 */
export async function officialBootstrap(url: string, dir: string, options: NativeOptions = {}): Promise<string> {
  await runNative(dir, url, [], options);
  return replicaPath(dir);
}
