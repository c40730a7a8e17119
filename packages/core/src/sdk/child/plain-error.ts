import { SyncError, toSyncError } from "../../errors.ts";
import { makeRedactor } from "../../secrets/redact.ts";
import type { PlainCause, PlainError } from "./messages.ts";

const MOST_CAUSES = 5;

/** An error as data that travels between processes; nothing of it holds the token. */
export function plainError(thrown: unknown, authToken: string | null): PlainError {
  const { code, message, hint, details, cause } = toSyncError(thrown);
  const redact = makeRedactor([authToken]);
  const stack = thrown instanceof Error && code === "internal" ? { stack: thrown.stack } : {};
  const plain = { code, message, hint, details: { ...details, ...stack }, causes: causesOf(cause) };
  return JSON.parse(JSON.stringify(plain, (_, value) => (typeof value === "string" ? redact(value) : value)));
}

function causesOf(first: unknown): PlainCause[] {
  const causes: PlainCause[] = [];
  for (let cause = first; cause instanceof Error && causes.length < MOST_CAUSES; cause = cause.cause) {
    const { name, message } = cause;
    const code = "code" in cause && typeof cause.code === "string" ? cause.code : null;
    causes.push({ name, message, code });
  }
  return causes;
}

/** The error again, with its causes. */
export function errorOf({ code, message, hint, details, causes }: PlainError): SyncError {
  const cause = causes.reduceRight<Error | undefined>((inner, { name, message: said, code: why }) => {
    const error = new Error(said, inner === undefined ? undefined : { cause: inner });
    return Object.assign(error, { name }, why === null ? {} : { code: why });
  }, undefined);
  return new SyncError(code, message, { hint, details, cause });
}
