import { open, rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { nowMs } from "../clock.ts";
import { temporaryPath } from "./files.ts";
import type { AgentPaths } from "./paths.ts";

/** Files are stamped by a clock that stands still for up to 10 ms (Linux before 6.13); where it stands still for longer, no one waits. */
const LONGEST_TICK_MS = 20;

/** Waits until what is written to a file of the folder gets a later time than this one has, as a file beside it tells. */
export async function waitForNextTick(paths: AgentPaths, { mtimeNs }: { readonly mtimeNs: bigint }): Promise<void> {
  const path = await temporaryPath(paths, "clock");
  const until = nowMs() + LONGEST_TICK_MS;
  try {
    await using probe = await open(path, "wx");
    for (;;) {
      await probe.write("t", 0);
      if ((await probe.stat({ bigint: true })).mtimeNs > mtimeNs || nowMs() > until) return;
      await setTimeout(1);
    }
  } finally {
    await rm(path);
  }
}
