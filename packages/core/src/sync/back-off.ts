import { randomInt } from "node:crypto";
import { SyncError } from "../errors.ts";
import type { AgentContext } from "./context.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** The first race is tried again at once, later ones after a pause that grows and is drawn at random: fifty jobs must not march in step. */
export async function backOff({ deadline, remote }: AgentContext, tries: number): Promise<void> {
  if (tries < 2) return;
  const pauseMs = randomInt(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
  if (deadline.leftMs <= pauseMs)
    throw new SyncError("remote-busy", `Other jobs committed to ${remote.url} first, ${tries} times.`);
  await deadline.sleep(pauseMs, "the wait for other jobs");
}
