const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type InterruptSignal = (typeof SIGNALS)[number];

/** Called with the signal and how often that one has come by now, from 1. */
export type InterruptHandler = (signal: InterruptSignal, times: number) => void;

/** The requests to stop that this process got. Until it is disposed of, none of them ends the process by itself. */
export interface Interrupts extends Disposable {
  /** The first one that came, or null. */
  readonly first: InterruptSignal | null;
  /** The last one, and when it came (milliseconds, as `performance.now()` counts), or null. */
  readonly last: { readonly signal: InterruptSignal; readonly atMs: number } | null;
  /** Replaces what happens at the next one: each phase of a command has its own answer. */
  handle(handler: InterruptHandler): void;
}

export function watchInterrupts(): Interrupts {
  const times = new Map<InterruptSignal, number>();
  let first: InterruptSignal | null = null;
  let last: Interrupts["last"] = null;
  let current: InterruptHandler | null = null;
  const listener = (name: NodeJS.Signals): void => {
    const signal = SIGNALS.find((one) => one === name);
    if (signal === undefined) return;
    first ??= signal;
    last = { signal, atMs: performance.now() };
    times.set(signal, (times.get(signal) ?? 0) + 1);
    current?.(signal, times.get(signal) ?? 1);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    get first() {
      return first;
    },
    get last() {
      return last;
    },
    handle(handler) {
      current = handler;
    },
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
