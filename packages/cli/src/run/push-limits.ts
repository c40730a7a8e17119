import { SyncError } from "@agentfs-sync/core";
import type { Interrupts } from "../interrupts.ts";
import type { Printer } from "../output/printer.ts";

/** What a push may take once somebody wants us to stop: GitHub kills 10 seconds after the first signal. */
const AFTER_SIGNAL_MS = 8_000;

/** How long what is left to push after the command may take. */
export interface PushLimits extends Disposable {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** The configured time; once a signal has come, before or meanwhile, 8 seconds; until that signal comes once more. */
export function limitPush(configuredMs: number, interrupts: Interrupts, printer: Printer): PushLimits {
  const controller = new AbortController();
  const abort = (why: string): void => controller.abort(new SyncError("aborted", why));
  let timer: NodeJS.Timeout | undefined;
  const startClock = (signal: string): void => {
    const why = `Interrupted by ${signal}; the push was given ${AFTER_SIGNAL_MS / 1000} seconds more.`;
    timer ??= setTimeout(abort, AFTER_SIGNAL_MS, why);
  };
  const { first } = interrupts;
  if (first !== null) startClock(first);
  interrupts.handle((signal, times) => {
    if (times > 1) return abort(`Interrupted by a second ${signal}.`);
    printer.note(`${signal}: still pushing, for at most ${AFTER_SIGNAL_MS / 1000} seconds; ${signal} once more stops it`);
    startClock(signal);
  });
  return {
    signal: controller.signal,
    timeoutMs: first === null ? configuredMs : Math.min(configuredMs, AFTER_SIGNAL_MS),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
