import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { AgentReport, RunReport } from "../../../packages/core/src/index.ts";
import { cliPath, nodePath } from "../../parts/programs.ts";
import { cleanEnv } from "../../parts/run-child.ts";

/** The agent of all jobs. */
export const AGENT = "bot";

/** How one command of a job ended. Times are of `performance.now()`. */
export interface CommandEnd {
  readonly args: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said of the agent by `--json`; null if it ended without. */
  readonly report: AgentReport | null;
  readonly stderr: string;
  /** It was still there when its time was over, and was killed. */
  readonly hung: boolean;
}

/** The command while it runs. */
export interface RunningCommand {
  /** To the first process, or to all that it started too. */
  signal(name: NodeJS.Signals, group: boolean): void;
  readonly ended: Promise<CommandEnd>;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** It hangs if it takes longer. */
  readonly mostMs: number;
}

/** Starts the built command as the leader of a process group, and lets it run. */
export function startCommand(args: readonly string[], options: CommandOptions): RunningCommand {
  return startProgram([cliPath(), ...args], options, ({ exitCode, stdout }) => (exitCode === null ? null : reportIn(stdout)));
}

type ReportOf = (end: { readonly exitCode: number | null; readonly stdout: string }) => AgentReport | null;

export function startProgram(args: readonly string[], options: CommandOptions, reportOf: ReportOf): RunningCommand {
  const startedAt = performance.now();
  const child = spawn(nodePath(), args, {
    cwd: options.cwd,
    env: { ...cleanEnv(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("The command could not be started");
  const signal = (name: NodeJS.Signals, group: boolean): void => {
    try {
      process.kill(group ? -pid : pid, name);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  };
  let hung = false;
  const watch = setTimeout(() => {
    hung = true;
    signal("SIGKILL", true);
  }, options.mostMs);
  const exited = new Promise<number>((resolve) => {
    child.once("exit", () => {
      clearTimeout(watch);
      resolve(performance.now());
    });
  });
  const closed = new Promise<Pick<CommandEnd, "exitCode" | "signal">>((resolve) => {
    child.once("close", (exitCode, signalName) => resolve({ exitCode, signal: signalName }));
  });
  const ended = (async (): Promise<CommandEnd> => {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    // Its pipes are closed when all that it started has ended too: a writer that outlives it still belongs to it.
    const end = await closed;
    await exited;
    const report = reportOf({ exitCode: end.exitCode, stdout });
    return { args, startedAt, endedAt: performance.now(), ...end, report, stderr, hung };
  })();
  return { signal, ended };
}

/** `--json` is one object, which `run` prints as the last line, after whatever the writer printed. */
function reportIn(stdout: string): AgentReport | null {
  const line = stdout.trim().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) return null;
  return (JSON.parse(line) as RunReport).agents[0] ?? null;
}
