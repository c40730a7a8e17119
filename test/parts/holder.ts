import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AgentOp } from "./agent.ts";
import { onCleanUp } from "./cleanup.ts";
import { nodePath } from "./programs.ts";
import { COMPILED_ONCE, cleanEnv } from "./run-child.ts";

/** An agent program that goes on: it has the working copy open all the time. */
export interface Holder {
  do(op: AgentOp): Promise<unknown>;
  close(): Promise<void>;
  /** By SIGKILL: nothing is closed. */
  kill(): Promise<void>;
}

/** Opens the file by the real SDK in a process of its own and keeps it open; ended after the test file. */
export async function holdOpen(dbPath: string): Promise<Holder> {
  const child = spawn(nodePath(), [fileURLToPath(new URL("holder-child.ts", import.meta.url)), dbPath], {
    env: { ...cleanEnv(), ...COMPILED_ONCE },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const next = await lines.next();
    if (next.done === true) throw new Error("The agent program ended");
    return JSON.parse(next.value);
  };
  const close = async () => {
    child.stdin.end();
    await ended;
  };
  onCleanUp(close);
  await answer();
  return {
    do: (op) => {
      child.stdin.write(`${JSON.stringify(op)}\n`);
      return answer();
    },
    close,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
