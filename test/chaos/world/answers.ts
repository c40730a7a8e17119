import type { Fault } from "../../parts/proxy.ts";
import type { CommandFault } from "../draw/faults.ts";

const status = (code: number): Fault => ({
  status: code,
  headers: { "content-type": "application/json", ...(code === 429 ? { "retry-after": "1" } : {}) },
  body: JSON.stringify({ error: `it is ${code}` }),
});

/** What the proxy does with a request that a fault of requests strikes; undefined for the kinds that strike otherwise. */
export function proxyFault({ kind, amount }: CommandFault): Fault | Promise<Fault> | undefined {
  switch (kind) {
    case "late-request":
      return { delayMs: amount };
    case "late-answer":
      return { delayMs: amount, after: true };
    case "lost-request":
      return { drop: "before" };
    case "lost-answer":
      return { drop: "after" };
    case "reset":
      return { reset: true };
    case "cut":
      return { cut: amount };
    case "drip":
      return { dripBytes: amount, pauseMs: 10 };
    case "silence":
      return Promise.withResolvers<Fault>().promise;
    case "html":
      return { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Sign in</title>" };
    case "empty":
      return { status: 200, body: "" };
    default: {
      const [, code] = /^status-(\d+)$/.exec(kind) ?? [];
      return code === undefined ? undefined : status(Number(code));
    }
  }
}
