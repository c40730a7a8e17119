import { exec } from "@actions/exec";
import type { CommandEnd, CommandRequest, CommandRunner } from "@agentfs-sync/core";

/** Says the number of the process first, then becomes the program: `@actions/exec` gives nobody a hold on what it starts. */
const SAY_NUMBER = 'echo "$$" >&2; exec "$@" </dev/null';
/** Until it has said its number. */
const ASK_AGAIN_MS = 10;
/** How `sh` ends if there is nothing that it could become. */
const NOT_STARTED: Readonly<Record<number, string>> = { 126: "EACCES", 127: "ENOENT" };

/**
 * Runs `agentfs` by `@actions/exec`, for `new AgentFSCLI({ runner: execRunner })` in a step of GitHub Actions. Its limits:
 * POSIX only (it needs `sh`); `signal` is the one that we have sent, since `@actions/exec` does not say which one ended a program (its
 * exit code is then null); exit codes 126 and 127 are taken for "not executable" and "not found", which `agentfs` does not use; what
 * the program itself has started is not ended.
 */
export const execRunner: CommandRunner = async (request) => {
  const startedAt = performance.now();
  const [out, err] = [collected(), collected()];
  const ending = endInTime(request, () => Number.parseInt(err.text(), 10));
  try {
    const exitCode = await exec("/bin/sh", ["-c", SAY_NUMBER, "sh", request.file, ...request.argv], {
      cwd: request.cwd,
      env: { ...request.env },
      silent: true,
      ignoreReturnCode: true,
      // So long after the end others that it has started may keep its output open.
      delay: request.killAfterMs,
      listeners: { stdout: out.take, stderr: err.take },
    });
    const { endedBy, signal } = ending.how();
    const errno = endedBy === null ? NOT_STARTED[exitCode] : undefined;
    if (errno !== undefined) throw Object.assign(new Error(`spawn ${request.file} ${errno}`), { code: errno });
    const durationMs = performance.now() - startedAt;
    const stderr = err.bytes().subarray(err.bytes().indexOf("\n") + 1);
    return { exitCode: endedBy === null ? exitCode : null, signal, stdout: out.bytes(), stderr, durationMs, endedBy };
  } finally {
    ending.stop();
  }
};

function collected() {
  const parts: Buffer[] = [];
  const bytes = () => Buffer.concat(parts);
  return { take: (part: Buffer) => void parts.push(part), bytes, text: () => bytes().toString("utf8") };
}

/** SIGTERM at the deadline or with the caller's signal, SIGKILL if that was not enough. */
function endInTime({ timeoutMs, killAfterMs, signal }: CommandRequest, numberOf: () => number) {
  let how: Pick<CommandEnd, "endedBy" | "signal"> = { endedBy: null, signal: null };
  const timers: NodeJS.Timeout[] = [];
  const end = (endedBy: "timeout" | "abort", name: "SIGTERM" | "SIGKILL") => {
    how = { ...how, endedBy };
    const number = numberOf();
    if (Number.isInteger(number)) how = kill(number, name) ? { endedBy, signal: name } : how;
    else timers.push(setTimeout(() => end(endedBy, name), ASK_AGAIN_MS));
  };
  const begin = (endedBy: "timeout" | "abort") => {
    if (how.endedBy !== null) return;
    end(endedBy, "SIGTERM");
    timers.push(setTimeout(() => end(endedBy, "SIGKILL"), killAfterMs));
  };
  const abort = () => begin("abort");
  timers.push(setTimeout(() => begin("timeout"), timeoutMs));
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  const stop = () => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  return { how: () => how, stop };
}

/** False: it has just ended. */
function kill(number: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(number, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
