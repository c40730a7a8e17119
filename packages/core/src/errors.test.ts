import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode, SyncError, toSyncError } from "./errors.ts";

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe("every code", () => {
  test.for(CODES)("%s says what to do next, and how the process ends", (code) => {
    const { hint, exitCode, retryable } = ERRORS[code];
    expect(hint).toMatch(/^[A-Z].*[^.]\.$/);
    expect([1, 2, 3, 4, 5, 6, 7, 75, 126, 127]).toContain(exitCode);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    // What the caller may try again is a passing state: of this machine, or of the remote.
    if (exitCode === 75 || exitCode === 6) expect(retryable).toBe(true);
    else if (retryable) expect(exitCode).toBe(1);
  });
});

describe("an error", () => {
  test("has all that its code says", () => {
    const error = new SyncError("locked", "It is locked.", { details: { pid: 7 }, cause: "why" });
    expect(error).toMatchObject({
      name: "SyncError",
      code: "locked",
      exitCode: 6,
      retryable: true,
      details: { pid: 7 },
      cause: "why",
    });
    expect(error.hint).toBe(ERRORS.locked.hint);
    expect(new SyncError("locked", "It is locked.", { hint: "Wait." }).hint).toBe("Wait.");
  });

  test("that is one already stays as it is", () => {
    const error = new SyncError("conflict", "Both changed it.");
    expect(toSyncError(error)).toBe(error);
  });

  test("of the file system is told by its errno", async () => {
    const thrown: unknown = await readFile("/nowhere/at/all").catch((error: unknown) => error);
    expect(toSyncError(thrown)).toMatchObject({ code: "file-system", details: { errno: "ENOENT" }, cause: thrown });
  });

  test("of anything else is ours, and keeps its cause", () => {
    const thrown = new TypeError("x is not a function");
    expect(toSyncError(thrown)).toMatchObject({ code: "internal", message: "x is not a function", cause: thrown });
    expect(toSyncError("just text")).toMatchObject({ code: "internal", message: "just text" });
  });
});
