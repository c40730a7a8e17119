import type { CommandEnd, CommandRequest } from "./command.ts";

/** The runner that is used unless another one is given. execa is loaded with the first call. */
export async function execaRunner(request: CommandRequest): Promise<CommandEnd> {
  const { execa } = await import("execa");
  const result = await execa(request.file, request.argv, {
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
  const endedBy = result.timedOut ? "timeout" : result.isCanceled ? "abort" : null;
  const exitCode = result.exitCode ?? null;
  const signal = (result.signal ?? null) as NodeJS.Signals | null;
  // Neither an exit code nor a signal: there was no process.
  if (result.failed && exitCode === null && signal === null && endedBy === null) throw result.cause ?? result;
  return { exitCode, signal, stdout: result.stdout, stderr: result.stderr, durationMs: result.durationMs, endedBy };
}
