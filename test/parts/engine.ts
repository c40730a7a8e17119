import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfigInput, RescueRequest, RunReport, runSync } from "../../packages/core/src/index.ts";
import { nodePath } from "./programs.ts";
import { COMPILED_ONCE, runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

type Command = Parameters<typeof runSync>[0];

export interface EngineRun {
  /** Null: it was killed. */
  readonly report: RunReport | null;
  /** How many changes of files there were, or null if it was killed. */
  readonly points: number | null;
}

export interface EngineOptions {
  /** Kill it when this resolves. */
  readonly killWhen?: Promise<unknown>;
  /** Kill it right before its change of a file with this number, from 1. */
  readonly killPoint?: number;
  /** Let its change of a file with this number fail: the disk is full. */
  readonly failPoint?: number;
}

/** The engine in a process of its own, which can be killed. */
export async function runEngine(
  command: Command | RescueRequest,
  input: ConfigInput,
  options: EngineOptions = {},
): Promise<EngineRun> {
  const part = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const countFile = join(await makeTempDir(), "count");
  const { killWhen, killPoint, failPoint } = options;
  const result = await runChild(nodePath(), ["--import", part("kill-point-child.ts"), part("engine-child.ts")], {
    input: JSON.stringify({ command, input }),
    env: {
      ...COMPILED_ONCE,
      KILL_POINT_COUNT_FILE: countFile,
      KILL_POINT: String(killPoint ?? 0),
      FAIL_POINT: String(failPoint ?? 0),
    },
    ...(killWhen === undefined ? {} : { killWhen }),
  });
  if (result.signal === "SIGKILL") return { report: null, points: null };
  if (result.exitCode !== 0) throw new Error(`The engine ended with ${result.exitCode ?? result.signal}:\n${result.stderr}`);
  return { report: JSON.parse(result.stdout) as RunReport, points: Number(await readFile(countFile, "utf8")) };
}
