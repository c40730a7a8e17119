import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { failedStep, runJob, startCacheWorld } from "../test/parts/cache-world.ts";
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
  /** What it needs first, which is not measured; then what is. */
  readonly prepare: () => Promise<() => Promise<void>>;
}

const EMPTY = program("node, empty program", ["--eval", "0"], ".");

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
  const step = (name: string) => program(`action, ${name} without a token`, [join(REPOSITORY, "dist", `${name}.js`)], cwd);
  return [
    program("agentfs-sync --version", [cliPath(), "--version"], cwd),
    program("agentfs-sync run -- true, no change", [cliPath(), "run", ...options, "--", "true"], cwd),
    step("main"),
    step("post"),
    ...(await stepsWithCache()),
  ];
}

/** The steps of a job that changes nothing, on a machine of its own, with remote and cache on loopback. */
async function stepsWithCache(): Promise<readonly Program[]> {
  const world = await startCacheWorld();
  for (const path of ["/first", "/second"]) await runJob(world, path);
  const must = (step: Parameters<typeof failedStep>[0]) => {
    if (failedStep(step) !== null) throw new Error(failedStep(step) ?? "");
  };
  const main = async () => {
    const job = await world.job();
    return async () => must(await job.main());
  };
  const post = async () => {
    const job = await world.job();
    must(await job.main());
    return async () => must(await job.post());
  };
  return [
    { name: "action, main, warm from the cache", prepare: main },
    { name: "action, post, no change, with a cache", prepare: post },
  ];
}

function program(name: string, args: readonly string[], cwd: string): Program {
  const run = async () => {
    const child = spawn(nodePath(), args, { cwd, env: cleanEnv(), stdio: "ignore" });
    const [exitCode] = await once(child, "exit");
    if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}`);
  };
  return { name, prepare: async () => run };
}

async function durationOf({ prepare }: Program): Promise<number> {
  const run = await prepare();
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

export function renderStarts(starts: readonly Start[]): string {
  const rows = starts.map(({ name, rounds, durationMs, ratio }) => [
    `${name} (×${rounds})`,
    `${durationMs.toFixed(0)} ms`,
    ratio.toFixed(2),
  ]);
  return alignedTable(["", "time", "ratio to an empty program"], rows, 1);
}
