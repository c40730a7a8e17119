import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cliPath, nodePath, REPOSITORY } from "../test/parts/programs.ts";
import { cleanEnv } from "../test/parts/run-child.ts";
import { makeTempDir } from "../test/parts/temp.ts";
import { AGENT, ours } from "./contenders.ts";
import { remoteWith } from "./machines.ts";
import { alignedTable, median } from "./table.ts";

/** How long a program takes that has nothing to do, and in relation to an empty Node process: medians. */
export interface Start {
  readonly name: string;
  readonly rounds: number;
  readonly durationMs: number;
  readonly ratio: number;
}

interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

const EMPTY: Program = { name: "node, empty program", args: ["--eval", "0"], cwd: "." };

/** In each round every program runs once, one after the other. Throws if one fails: no figure then. */
export async function measureStarts(rounds: number): Promise<readonly Start[]> {
  const programs = [EMPTY, ...(await programsWithNothingToDo())];
  const taken = programs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, program] of programs.entries()) taken[index]?.push(await durationOf(program));
  }
  const emptyMs = median(taken[0] ?? []);
  return programs.map(({ name }, index) => {
    const durationMs = median(taken[index] ?? []);
    return { name, rounds, durationMs, ratio: durationMs / emptyMs };
  });
}

async function programsWithNothingToDo(): Promise<readonly Program[]> {
  const { wire } = await remoteWith(1);
  const cwd = await makeTempDir();
  await ours.pull(wire, cwd, true);
  const options = ["--agent", AGENT, "--remote-url", wire.url];
  const step = (name: string): Program => ({
    name: `action, ${name} without a token`,
    args: [join(REPOSITORY, "dist", `${name}.js`)],
    cwd,
  });
  return [
    { name: "agentfs-sync --version", args: [cliPath(), "--version"], cwd },
    { name: "agentfs-sync run -- true, no change", args: [cliPath(), "run", ...options, "--", "true"], cwd },
    step("main"),
    step("post"),
  ];
}

async function durationOf({ name, args, cwd }: Program): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(nodePath(), args, { cwd, env: cleanEnv(), stdio: "ignore" });
  const [exitCode] = await once(child, "exit");
  const durationMs = performance.now() - startedAt;
  if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}`);
  return durationMs;
}

export function renderStarts(starts: readonly Start[]): string {
  const rows = starts.map(({ name, rounds, durationMs, ratio }) => [
    `${name} (×${rounds})`,
    `${durationMs.toFixed(0)} ms`,
    ratio.toFixed(2),
  ]);
  return alignedTable(["", "time", "ratio to an empty program"], rows, 1);
}
