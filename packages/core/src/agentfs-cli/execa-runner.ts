import type { ChildProcess } from "node:child_process";
import type { CommandEnd, CommandRequest } from "./command.ts";

/** What a program wrote at its end is still read for so long. */
const LAST_WORDS_MS = 200;

/** The runner that is used unless another one is given. execa is loaded with the first call. */
export async function execaRunner(request: CommandRequest): Promise<CommandEnd> {
  const { execa } = await import("execa");
  const running = execa(request.file, request.argv, {
    cwd: request.cwd,
    env: request.env,
    extendEnv: false,
    stdin: "ignore",
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
    timeout: request.timeoutMs,
    killSignal: "SIGTERM",
    forceKillAfterDelay: request.killAfterMs,
    ...(request.signal === undefined ? {} : { cancelSignal: request.signal }),
  });
  const letGo = endWithProgram(running.nodeChildProcess, request);
  const result = await running.finally(letGo);
  const endedBy = result.timedOut ? "timeout" : result.isCanceled ? "abort" : null;
  const exitCode = result.exitCode ?? null;
  const signal = (result.signal ?? null) as NodeJS.Signals | null;
  // Neither an exit code nor a signal: there was no process.
  if (result.failed && exitCode === null && signal === null && endedBy === null) throw result.cause ?? result;
  return { exitCode, signal, stdout: result.stdout, stderr: result.stderr, durationMs: result.durationMs, endedBy };
}

/**
 * A program that `agentfs` has started (if it is a script, say) keeps our pipes open when `agentfs` itself has ended, and execa waits
 * for the end of the pipes, past every deadline. So after the deadline only `agentfs` itself is waited for.
 * @returns ends the watch
 */
function endWithProgram(program: ChildProcess, { timeoutMs, signal }: CommandRequest): () => void {
  let isOver = false;
  let hasEnded = false;
  const timers: NodeJS.Timeout[] = [];
  const letGoIfBoth = () => {
    if (!isOver || !hasEnded) return;
    const letGo = () => [program.stdout, program.stderr].forEach((pipe) => void pipe?.destroy());
    timers.push(setTimeout(letGo, LAST_WORDS_MS));
  };
  const over = () => {
    isOver = true;
    letGoIfBoth();
  };
  program.once("exit", () => {
    hasEnded = true;
    letGoIfBoth();
  });
  timers.push(setTimeout(over, timeoutMs));
  signal?.addEventListener("abort", over, { once: true });
  return () => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", over);
  };
}
