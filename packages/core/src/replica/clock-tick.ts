import { closeSync, fstatSync, openSync, rmSync, writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { nowMs } from "../clock.ts";
import { temporaryPath } from "./files.ts";
import type { AgentPaths } from "./paths.ts";

/** Files are stamped by a clock that stands still for up to 10 ms (Linux before 6.13), and by some file systems in whole seconds, or two. */
const LONGEST_TICK_MS = 20;
const LONGEST_TICK_OF_SECONDS_MS = 2100;
const SECOND_NS = 1_000_000_000n;
/** The clocks of a machine and of a file server may be so far apart. */
const SURELY_OVER_MS = 60_000;

/** Waits until what is written to a file of the folder gets a later time than this one has, as a file beside it tells. */
export async function waitForNextTick(paths: AgentPaths, mtimeNs: bigint): Promise<void> {
  if (Date.now() - Number(mtimeNs / 1_000_000n) > SURELY_OVER_MS) return;
  const path = await temporaryPath(paths, "clock");
  const until = nowMs() + (mtimeNs % SECOND_NS === 0n ? LONGEST_TICK_OF_SECONDS_MS : LONGEST_TICK_MS);
  const probe = openSync(path, "wx");
  try {
    for (let tries = 1; ; tries++) {
      writeSync(probe, "t", 0);
      if (fstatSync(probe, { bigint: true }).mtimeNs > mtimeNs || nowMs() > until) return;
      // A newer Linux tells the second one from the first, as somebody has looked in between.
      if (tries > 1) await setTimeout(1);
    }
  } finally {
    closeSync(probe);
    rmSync(path, { force: true });
  }
}
