import { describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode, SyncError } from "../errors.ts";
import { errorReport, failedReport, worstExitCode } from "./build.ts";

describe("the exit code of a run", () => {
  test.for<[codes: readonly (ErrorCode | null)[], exitCode: number]>([
    [[], 0],
    [[null, null], 0],
    [[null, "conflict", null], 4],
    [["remote-timeout", "locked"], 6],
    [["remote-timeout", "conflict", "mass-change"], 7],
    [["unauthorized", "remote-damaged"], 5],
    [["internal", "remote-damaged"], 1],
  ])("of %j is %d: what must not be tried again comes before what may", ([codes, exitCode]) => {
    expect(worstExitCode(codes)).toBe(exitCode);
  });

  test.for(Object.keys(ERRORS) as ErrorCode[])("of %s alone is its own", (code) => {
    expect(worstExitCode([null, code])).toBe(ERRORS[code].exitCode);
  });
});

test("an error in a report shows no secret", () => {
  const error = new SyncError("remote-error", "The server said word.", { hint: "Take word away." });
  expect(errorReport(error, (text) => text.replaceAll("word", "***"))).toEqual({
    code: "remote-error",
    message: "The server said ***.",
    hint: "Take *** away.",
    retryable: true,
  });
});

test("a command that failed before any agent was reached has a report all the same", () => {
  expect(failedReport("pull", new SyncError("config-invalid", "No agent is named."))).toMatchObject({
    command: "pull",
    ok: false,
    exitCode: 2,
    agents: [],
    error: { code: "config-invalid", message: "No agent is named." },
  });
});
