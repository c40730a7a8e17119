import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { nodePath } from "../test/parts/programs.ts";
import { cleanEnv } from "../test/parts/run-child.ts";
import type { Traffic, Wire } from "./wire.ts";

/** One process from its start to its end. */
export interface Measurement extends Traffic {
  readonly durationMs: number;
  /** Highest resident set of the process. */
  readonly peakBytes: number;
}

const PRELOAD = new URL("peak-memory.mjs", import.meta.url).href;

/** Path of a program of the benchmark. */
export const benchProgram = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs a Node program to its end and measures it, its traffic included. Throws if it failed: no figure then. */
export async function measure(wire: Wire, args: readonly string[], cwd: string): Promise<Measurement> {
  const { report, ...measured } = await runPreloaded(PRELOAD, wire, args, cwd);
  return { ...measured, peakBytes: Number(report) * 1024 };
}

/** The same for a program that is not Node's; Python starts it, which alone is told what memory a child had. */
export async function measureProgram(wire: Wire, argv: readonly string[], cwd: string): Promise<Measurement> {
  const { report, ...measured } = await run(wire, ["python3", benchProgram("peak-memory.py"), ...argv], cwd);
  const [peakKib, durationMs] = report.split(" ").map(Number);
  return { ...measured, durationMs: durationMs ?? Number.NaN, peakBytes: (peakKib ?? Number.NaN) * 1024 };
}

interface Ran extends Traffic {
  readonly durationMs: number;
  /** What was written to descriptor 3. */
  readonly report: string;
}

/** @param preload URL of the module that is loaded before the program and reports on descriptor 3 when the process ends */
export const runPreloaded = (preload: string, wire: Wire, args: readonly string[], cwd: string): Promise<Ran> =>
  run(wire, [nodePath(), "--import", preload, ...args], cwd);

async function run(wire: Wire, [program = "", ...args]: readonly string[], cwd: string): Promise<Ran> {
  const before = wire.read();
  const startedAt = performance.now();
  const child = spawn(program, args, { cwd, env: cleanEnv(), stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const [, stdout, stderr, reports] = child.stdio;
  if (stdout === null || stderr === null || !(reports instanceof Readable)) throw new Error("The measured process has no pipes");
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("exit", resolve));
  const exited = ended.then((exitCode) => ({ exitCode, durationMs: performance.now() - startedAt }));
  const [{ exitCode, durationMs }, out, err, report] = await Promise.all([exited, text(stdout), text(stderr), text(reports)]);
  if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}:\n${out}${err}`);
  const after = wire.read();
  return {
    durationMs,
    report,
    sentBytes: after.sentBytes - before.sentBytes,
    receivedBytes: after.receivedBytes - before.receivedBytes,
    requests: after.requests - before.requests,
    roundTrips: after.roundTrips - before.roundTrips,
  };
}
