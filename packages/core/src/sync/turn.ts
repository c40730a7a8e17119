import { randomInt, randomUUID } from "node:crypto";
import { execute, type Statement } from "../remote/pipeline.ts";
import { retrying } from "../remote/retry.ts";
import type { AgentContext } from "./context.ts";

/** A job that dies with the turn holds the others up no longer than this. */
const LEASE_SECONDS = 10;
const FIRST_PAUSE_MS = 30;
const LONGEST_PAUSE_MS = 1000;
/** Of the time that is left when the wait begins: who has waited so long tries all the same. */
const LONGEST_SHARE = 1 / 2;

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
  readonly #id = randomUUID();
  #isOurs = false;

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** To be done with the commit. */
  get end(): readonly Statement[] {
    return this.#isOurs ? [{ sql: END, args: [this.#id] }] : [];
  }

  /** Waits until it is ours, or half of the time that is left is over. False if it was free. @throws SyncError as requests do */
  async take(): Promise<boolean> {
    const { deadline } = this.#context;
    const mostMs = deadline.leftMs * LONGEST_SHARE;
    const beganAtMs = performance.now();
    for (let limitMs = FIRST_PAUSE_MS; ; limitMs = Math.min(2 * limitMs, LONGEST_PAUSE_MS)) {
      this.#isOurs = await this.#ask();
      const waitedMs = performance.now() - beganAtMs;
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
