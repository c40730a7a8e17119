import { spawn } from "node:child_process";

/** Ends the servers when this process is killed in a way that lets it do nothing more. */
export interface Watchdog {
  watch(pid: number): void;
  /** The servers have ended: nothing is left to watch. */
  dismiss(): void;
}

/** Reads process ids from its input, which closes when we are gone, however that came about. */
const SCRIPT = 'pids=; while read -r pid; do pids="$pids $pid"; done; kill -9 $pids 2>&-';

export function startWatchdog(): Watchdog {
  // Windows has no such shell; there a server whose `serve` was killed must be ended by hand.
  if (process.platform === "win32") return { watch: () => undefined, dismiss: () => undefined };
  const dog = spawn("/bin/sh", ["-c", SCRIPT], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  // Without it `serve` works as well: only its own violent end would leave servers behind.
  dog.on("error", () => undefined);
  dog.stdin.on("error", () => undefined);
  dog.unref();
  return {
    watch: (pid) => void dog.stdin.write(`${pid}\n`),
    dismiss: () => void dog.kill("SIGKILL"),
  };
}
