import { describe, expect, test } from "vitest";
import { TRANSCRIPTS } from "../../../../test/parts/transcripts.ts";
import type { ErrorCode } from "../errors.ts";
import { classify, hidesItsCause } from "./classify.ts";

const STATUS_CODES: Readonly<Record<string, ErrorCode>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "remote-not-found",
  429: "rate-limited",
  500: "remote-error",
  502: "remote-error",
  503: "remote-error",
};

const CODES: Readonly<Record<string, ErrorCode>> = {
  "no-args": "agentfs-failed",
  "unknown-subcommand": "agentfs-unsupported",
  "seed-grammar-pull": "agentfs-unsupported",
  "init-partial-prefetch-needs-value": "agentfs-unsupported",
  "init-again": "agent-exists",
  "pull-no-such-agent": "agent-missing",
  "fs-cat-missing": "file-missing",
  "fs-ls-corrupt": "not-a-database",
  "pull-corrupt": "not-a-database",
  "pull-hang": "agentfs-failed",
  "pull-hang-sigint": "agentfs-failed",
};

function expected(name: string): ErrorCode | "asked of the remote" {
  if (/^init-(http|connection|dns|tls|bad-url|libsql)/.test(name)) return "asked of the remote";
  if (/^init-bad-id/.test(name)) return "config-invalid";
  if (/-not-synced$|^plain-copy-push$/.test(name)) return "sync-not-enabled";
  return CODES[name] ?? STATUS_CODES[name.slice(-3)] ?? "internal";
}

describe("every recorded failure of the real program has its code", () => {
  const failures = TRANSCRIPTS.filter(({ exitCode }) => exitCode !== 0);
  test.for(failures)("$name", (run) => {
    const result = { ...run, argv: ["agentfs", ...run.argv], durationMs: 1, success: false };
    const { code, message, details } = classify(result);
    expect(hidesItsCause(result) ? "asked of the remote" : code).toBe(expected(run.name));
    expect(message.split("\n")).toHaveLength(1);
    expect(message).toMatch(/^`agentfs .*\.$/);
    expect(details).toMatchObject({ exitCode: run.exitCode, signal: run.signal });
  });

  test("of which there are 46", () => {
    expect(failures).toHaveLength(46);
  });
});

test("a message quotes what the program said last, without the line that names the agent", () => {
  const result = {
    argv: ["agentfs", "sync", "a", "pull"],
    exitCode: 1,
    signal: null,
    stdout: "",
    stderr: "Using agent: a\nError: database error: the moon is full\n",
    durationMs: 1,
    success: false,
  };
  expect(classify(result)).toMatchObject({
    code: "agentfs-failed",
    message: "`agentfs sync a pull` ended with 1: database error: the moon is full.",
  });
});
