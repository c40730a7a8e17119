import { spawn } from "node:child_process";

/** Ends what we started when this process is killed in a way that lets it do nothing more. */
export interface Watchdog {
  watch(pid: number): void;
  /** What was started has ended: nothing is left to watch. */
  dismiss(): void;
}

/** How they are ended: `at-once` by SIGKILL; `asked-first` by SIGTERM, and by SIGKILL a second later. */
type Ending = "at-once" | "asked-first";

const ENDING: Readonly<Record<Ending, string>> = {
  "at-once": "kill -9 $pids",
  "asked-first": "kill $pids && sleep 1 && kill -9 $pids",
};

export function startWatchdog(ending: Ending): Watchdog {
  // Windows has no such shell; there what was started must be ended by hand.
  if (process.platform === "win32") return { watch: () => undefined, dismiss: () => undefined };
  // It reads process ids from its input, which closes when we are gone, however that came about.
  const script = `pids=; while read -r pid; do pids="$pids $pid"; done; (${ENDING[ending]}) 2>&-`;
  // Not an interrupt of the terminal, nor its end, may reach it before it is needed: hence a session of its own.
  const dog = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], env: {}, detached: true });
  // Without it all works as well: only our own violent end would leave something behind.
  dog.on("error", () => undefined);
  dog.stdin.on("error", () => undefined);
  dog.unref();
  return {
    watch: (pid) => void dog.stdin.write(`${pid}\n`),
    dismiss: () => void dog.kill("SIGKILL"),
  };
}
