import { type Operation, SyncError } from "../errors.ts";

/**
 * What the caller's functions are called by. One that throws must neither end this process nor stop a push half-way: the operation goes
 * on without it, and fails with it at its end.
 */
export class Listeners {
  #thrown: { readonly cause: unknown } | null = null;

  call(listener: () => void): void {
    if (this.#thrown !== null) return;
    try {
      listener();
    } catch (cause) {
      this.#thrown = { cause };
    }
  }

  /** @throws SyncError `usage` if one has thrown */
  check(operation: Operation, result: unknown): void {
    if (this.#thrown === null) return;
    const { cause } = this.#thrown;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new SyncError("usage", `A function that was given to be told about the ${operation} threw: ${said}`, {
      cause,
      details: { result },
      hint: `The ${operation} itself went well; \`details.result\` is its result. Correct the function.`,
    });
  }
}
