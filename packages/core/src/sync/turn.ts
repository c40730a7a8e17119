import { randomInt } from "node:crypto";
import { nowMs } from "../clock.ts";
import { SyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import { execute, type Statement } from "../remote/pipeline.ts";
import { retrying } from "../remote/retry.ts";
import type { AgentContext } from "./context.ts";

/** A job that dies with the turn holds the others up no longer than this. */
const LEASE_SECONDS = 10;
const FIRST_PAUSE_MS = 30;
const LONGEST_PAUSE_MS = 1000;
/** Of the time that is left when the wait begins: who has waited so long tries all the same. */
const LONGEST_SHARE = 1 / 2;
/** Time for another try; with less it is better to say what there was to wait for. */
const LEAST_MS = 100;

const TAKE = `INSERT OR REPLACE INTO agentfs_sync_meta (key, value) SELECT 'turn', ? || ' ' || (unixepoch() + ${LEASE_SECONDS})
  WHERE NOT EXISTS (SELECT 1 FROM agentfs_sync_meta WHERE key = 'turn' AND substr(value, 1, 36) <> ?
    AND CAST(substr(value, 38) AS INTEGER) > unixepoch())`;
const WHOSE = "SELECT substr(value, 1, 36) FROM agentfs_sync_meta WHERE key = 'turn'";
const END = "DELETE FROM agentfs_sync_meta WHERE key = 'turn' AND substr(value, 1, 36) = ?";

/**
 * Whose turn it is among jobs that have lost a race: one at a time reads the remote, plans and commits, and the others only ask. It makes
 * nothing safe, the guards of the commit do that: a job that knows nothing of it may commit in between, and a lease that runs out
 * during a commit does no harm. Without it, fifty jobs that try again and again keep each other from ever being done.
 */
export class Turn {
  readonly #context: AgentContext;
  readonly #id = randomUuid();
  #isOurs = false;
  #lostRaces = 0;

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** To be done with the commit. */
  get end(): readonly Statement[] {
    return this.#isOurs ? [{ sql: END, args: [this.#id] }] : [];
  }

  /**
   * After a lost race: waits until it is ours, or half of the time that is left is over. True if others had theirs meanwhile: the remote
   * has to be read again. @throws SyncError `remote-busy` if no time is left for another try, and as requests do
   */
  async take(): Promise<boolean> {
    const { deadline, io, remote, target } = this.#context;
    io.verbose(`${target.agent}: another job committed first (${++this.#lostRaces}); waiting for our turn`);
    const hasWaited = await this.#wait();
    if (deadline.leftMs < LEAST_MS)
      throw new SyncError("remote-busy", `Other jobs committed to ${remote.url} first, ${this.#lostRaces} times.`);
    return hasWaited;
  }

  async #wait(): Promise<boolean> {
    const { deadline } = this.#context;
    const mostMs = deadline.leftMs * LONGEST_SHARE;
    const beganAtMs = nowMs();
    for (let limitMs = FIRST_PAUSE_MS; ; limitMs = Math.min(2 * limitMs, LONGEST_PAUSE_MS)) {
      this.#isOurs = await this.#ask();
      const waitedMs = nowMs() - beganAtMs;
      if (this.#isOurs || waitedMs + limitMs > mostMs) return limitMs > FIRST_PAUSE_MS;
      await deadline.sleep(randomInt(limitMs / 2, limitMs), "the wait for other jobs");
    }
  }

  async #ask(): Promise<boolean> {
    const { remote } = this.#context;
    const statements = [{ sql: TAKE, args: [this.#id, this.#id] }, { sql: WHOSE }];
    const [, whose] = await retrying(remote, "always", () => execute(remote, statements));
    // Where it cannot be had, the remote has become another one, which the next look at it says.
    return whose?.ok !== true || whose.rows[0]?.[0] === this.#id;
  }
}
