import { type Fault, type RecordedRequest, startProxy, type TestProxy } from "../../parts/proxy.ts";
import type { WorldFault } from "../draw/faults.ts";
import { digestOf } from "../writer/journal.ts";
import type { Remote } from "./remote.ts";
import type { Strikes } from "./strikes.ts";

/** Asked for each request of the command that a job runs now; `number` counts them from 1. */
export type RequestHook = (request: RecordedRequest, number: number) => Fault | undefined | Promise<Fault | undefined>;

export const tokenOf = (job: number): string => `token-of-${job}`;

/**
 * The one address of all jobs, before the real server. It tells jobs by their tokens, so that each command can have faults of its own, and
 * counts all requests, by which the server's own faults are timed.
 */
export class Gateway {
  readonly #hooks = new Map<string, { readonly hook: RequestHook; count: number; readonly seen: Set<string> }>();
  readonly #world: readonly WorldFault[];
  readonly #remote: Remote;
  readonly #strikes: Strikes;
  #proxy: TestProxy | undefined;
  #count = 0;
  #retries = 0;
  #isCalm = false;

  constructor(remote: Remote, world: readonly WorldFault[], strikes: Strikes) {
    this.#remote = remote;
    this.#world = world;
    this.#strikes = strikes;
  }

  async start(): Promise<void> {
    this.#proxy = await startProxy({ upstream: this.#remote.url, fault: (request) => this.#fault(request) });
  }

  get url(): string {
    if (this.#proxy === undefined) throw new Error("The gateway is not open");
    return this.#proxy.url;
  }

  /** Requests that a command made again, word for word. */
  get retries(): number {
    return this.#retries;
  }

  /** From now on, until the next call, this is what the job's requests go by. */
  setHook(job: number, hook: RequestHook): void {
    this.#hooks.set(`Bearer ${tokenOf(job)}`, { hook, count: 0, seen: new Set() });
  }

  /** No fault comes any more; what is under way has ended. */
  async calm(): Promise<void> {
    this.#isCalm = true;
    this.#hooks.clear();
    await this.#remote.settled();
  }

  async stop(): Promise<void> {
    await this.#proxy?.stop();
  }

  #fault(request: RecordedRequest): Fault | undefined | Promise<Fault | undefined> {
    // Bodies of a whole run would fill the memory.
    if (this.#proxy !== undefined) this.#proxy.requests.length = 0;
    if (!this.#isCalm) this.#strikeWorld(++this.#count);
    const held = this.#hooks.get(request.headers.authorization ?? "");
    if (held === undefined) return undefined;
    const digest = digestOf(`${request.path} ${request.body.toString("base64")}`);
    if (held.seen.has(digest)) this.#retries++;
    held.seen.add(digest);
    return held.hook(request, ++held.count);
  }

  #strikeWorld(count: number): void {
    for (const fault of this.#world) {
      // A restart for the copy; requests that meet it fail, as they may.
      if (fault.kind === "restore" && fault.copyAtRequest === count - 1) this.#remote.backUp();
      if (fault.atRequest !== count) continue;
      this.#strikes.add(fault.kind);
      this.#remote.strike(fault);
    }
  }
}
