// Preloaded into each measured process: says at its end how much memory it had at most, in KiB, on descriptor 3.
import { readFileSync, writeSync } from "node:fs";

/** Not `resourceUsage().maxRSS`: a process begins with that of the one it was forked from, and the benchmark's own may be larger. */
function peakKib() {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return found?.[1] ?? String(process.resourceUsage().maxRSS);
}

process.on("exit", () => writeSync(3, peakKib()));
