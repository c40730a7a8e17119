import { type ErrorCode, toSyncError } from "../errors.ts";

/** What was looked at, and what came of it. */
export interface Check {
  readonly name: string;
  /** Null: it concerns all agents. */
  readonly agent: string | null;
  /** `warning`: it works, but may surprise. `skipped`: there is nothing to look at, or what it needs has failed. */
  readonly outcome: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  /** What to do about it; null where nothing is to be done. */
  readonly hint: string | null;
  /** Of what failed. */
  readonly code: ErrorCode | null;
}

/** Makes the checks of one name. */
export function checker(name: string, agent: string | null = null) {
  const make = (
    outcome: Check["outcome"],
    message: string,
    hint: string | null = null,
    code: ErrorCode | null = null,
  ): Check => ({
    name,
    agent,
    outcome,
    message,
    hint,
    code,
  });
  return {
    ok: (message: string) => make("ok", message),
    skipped: (message: string) => make("skipped", message),
    warning: (message: string, hint: string) => make("warning", message, hint),
    failed: (thrown: unknown) => {
      const { message, hint, code } = toSyncError(thrown);
      return make("failed", message, hint, code);
    },
  };
}
