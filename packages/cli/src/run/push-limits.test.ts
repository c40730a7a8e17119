import { expect, test } from "vitest";
import type { InterruptHandler, Interrupts } from "../interrupts.ts";
import type { Printer } from "../output/printer.ts";
import { limitPush } from "./push-limits.ts";

const CONFIGURED_MS = 120_000;
const out = { text: () => undefined, note: () => undefined };

/** As if SIGINT had come that long ago; `send` is what comes now. */
function after(agoMs: number | null) {
  let handler: InterruptHandler | undefined;
  const last = agoMs === null ? null : ({ signal: "SIGINT", atMs: performance.now() - agoMs } as const);
  const interrupts: Interrupts = {
    first: last?.signal ?? null,
    last,
    handle(given) {
      handler = given;
    },
    [Symbol.dispose]: () => undefined,
  };
  const limits = limitPush(CONFIGURED_MS, interrupts, out as unknown as Printer);
  return { limits, send: () => handler?.("SIGINT", 2) };
}

test("a push has the configured time, and 8 seconds after a signal", () => {
  using plain = after(null).limits;
  using hurried = after(1000).limits;
  expect([plain.timeoutMs, hurried.timeoutMs]).toEqual([CONFIGURED_MS, 8000]);
});

test("the signal that ended the command, once more, stops its push", () => {
  const { limits, send } = after(1000);
  using _ = limits;
  send();
  expect(limits.signal.aborted).toBe(true);
});

test("a Ctrl-C that the command outlived by far hurries nothing, and is not the first of two", () => {
  const { limits, send } = after(3_600_000);
  using _ = limits;
  expect(limits.timeoutMs).toBe(CONFIGURED_MS);
  send();
  expect(limits.signal.aborted).toBe(false);
  send();
  expect(limits.signal.aborted).toBe(true);
});
