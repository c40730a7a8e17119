import { randomInt } from "node:crypto";
import { SyncError } from "../errors.ts";
import type { AgentContext } from "./context.ts";

const SHORTEST_LIMIT_MS = 25;
/** Of the time that is left: some tries must still fit in. */
const LONGEST_SHARE = 1 / 4;

/**
 * The commits of one push that others were faster than. Two commits disturb each other if one falls between the other's look at the
 * remote and its end: with fifty jobs most have to wait, outside of that time. So pauses come before the next look, drawn at random
 * below a limit that starts at what a try takes and doubles.
 */
export class Races {
  readonly #context: AgentContext;
  #lost = 0;
  #lookedAtMs = performance.now();

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** @throws SyncError `remote-busy` if no time is left for another try */
  async pause(): Promise<void> {
    const { deadline, io, remote, target } = this.#context;
    const tryMs = performance.now() - this.#lookedAtMs;
    const limitMs = Math.min(Math.max(SHORTEST_LIMIT_MS, tryMs) * 2 ** this.#lost++, deadline.leftMs * LONGEST_SHARE);
    const pauseMs = randomInt(1 + Math.ceil(limitMs));
    if (deadline.leftMs <= pauseMs + tryMs)
      throw new SyncError("remote-busy", `Other jobs committed to ${remote.url} first, ${this.#lost} times.`);
    io.verbose(`${target.agent}: another job committed first, ${this.#lost} times; the next try begins in ${pauseMs} ms`);
    await deadline.sleep(pauseMs, "the wait for other jobs");
    this.#lookedAtMs = performance.now();
  }
}
