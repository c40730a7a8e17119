import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onCleanUp } from "../parts/cleanup.ts";
import { nodePath } from "../parts/programs.ts";
import { COMPILED_ONCE, cleanEnv } from "../parts/run-child.ts";
import type { PoolAnswer, PoolRequest } from "./pool-child.ts";

/** Real clients in one process of their own: starting one for every write would take longer than all writes. */
export class Pool {
  readonly #child: ChildProcess;
  #answer: (answer: PoolAnswer) => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    const program = fileURLToPath(new URL("pool-child.ts", import.meta.url));
    this.#child = fork(program, { execPath: nodePath(), env: { ...cleanEnv(), ...COMPILED_ONCE }, execArgv: [] });
    this.#child.on("message", (answer: PoolAnswer) => this.#answer(answer));
    this.#child.on("exit", () => this.#answer({ error: "the clients' process has ended" }));
    onCleanUp(() => void this.#child.kill("SIGKILL"));
  }

  /** One at a time, in the order in which they were asked for. */
  ask(request: PoolRequest): Promise<void> {
    const asked = this.#last.then(() => this.#ask(request));
    // The next one is asked also after a failure, which is the asker's.
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async #ask(request: PoolRequest): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error("the clients' process has ended");
    const answered = new Promise<PoolAnswer>((resolve) => {
      this.#answer = resolve;
    });
    this.#child.send(request);
    const { error } = await answered;
    if (error !== null) throw new Error(`${request.does} failed: ${error}`);
  }
}
