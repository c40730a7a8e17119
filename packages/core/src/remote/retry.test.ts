import { describe, expect, test } from "vitest";
import { type ErrorCode, SyncError } from "../errors.ts";
import { Deadline } from "./deadline.ts";
import { type Reached, type Remote, RequestFailed } from "./http.ts";
import { retrying } from "./retry.ts";

/** A deadline whose waits take no time and are written down. */
class WrittenDeadline extends Deadline {
  readonly pausesMs: number[] = [];
  #left: number;

  constructor(leftMs: number) {
    super(leftMs);
    this.#left = leftMs;
  }

  override get leftMs(): number {
    return this.#left;
  }

  override async sleep(durationMs: number): Promise<void> {
    this.pausesMs.push(durationMs);
    this.#left -= durationMs;
  }
}

function setting(leftMs = 120_000) {
  const deadline = new WrittenDeadline(leftMs);
  const said: string[] = [];
  const meter = { sentBytes: 0, receivedBytes: 0, requests: 0 };
  const say = (line: string, isNotable: boolean) => void (isNotable && said.push(line));
  const remote: Remote = { url: "https://db.test", authToken: null, deadline, meter, say };
  return { remote, pausesMs: deadline.pausesMs, said };
}

const failure = (code: ErrorCode, reached: Reached = "maybe", retryAfterMs = 0) =>
  new RequestFailed(new SyncError(code, `It is ${code}.`), reached, retryAfterMs);

/** Fails so many times, then answers how often it was called. */
function failing(times: number, error: Error): () => Promise<number> {
  let calls = 0;
  return async () => {
    if (++calls <= times) throw error;
    return calls;
  };
}

describe("what may be done twice", () => {
  test.for<ErrorCode>(["rate-limited", "remote-error", "remote-unreachable", "remote-timeout"])(
    "is tried again after %s",
    async (code) => {
      expect(await retrying(setting().remote, "always", failing(3, failure(code)))).toBe(4);
    },
  );

  test.for<ErrorCode>(["unauthorized", "forbidden", "remote-not-found", "remote-protocol", "aborted"])(
    "is never tried again after %s",
    async (code) => {
      const { remote, pausesMs } = setting();
      await expect(retrying(remote, "always", failing(1, failure(code)))).rejects.toMatchObject({ code });
      expect(pausesMs).toEqual([]);
    },
  );

  test("is not tried again after an error that is no failed request", async () => {
    const error = new SyncError("remote-error", "The server could not answer a query.");
    await expect(retrying(setting().remote, "always", failing(1, error))).rejects.toBe(error);
  });

  test("waits longer and longer, below a limit that doubles", async () => {
    const { remote, pausesMs } = setting(10 ** 9);
    await retrying(remote, "always", failing(12, failure("remote-error")));
    for (const [index, pauseMs] of pausesMs.entries()) expect(pauseMs).toBeLessThan(Math.min(5000, 200 * 2 ** index));
    expect(new Set(pausesMs).size).toBeGreaterThan(6);
  });

  test("waits at least as long as the server asks", async () => {
    const { remote, pausesMs } = setting();
    await retrying(remote, "always", failing(2, failure("rate-limited", "no", 7000)));
    for (const pauseMs of pausesMs) expect(pauseMs).toBeGreaterThanOrEqual(7000);
  });

  test("ends with the last failure when the time is nearly over, not with the time's", async () => {
    const { remote } = setting(1000);
    const error = failure("remote-error", "maybe", 5000);
    await expect(retrying(remote, "always", failing(1, error))).rejects.toBe(error);
  });

  test("gives up on an address where nobody is after a few tries", async () => {
    const { remote, pausesMs } = setting();
    await expect(retrying(remote, "always", failing(99, failure("remote-unreachable", "no")))).rejects.toMatchObject({
      code: "remote-unreachable",
    });
    expect(pausesMs).toHaveLength(5);
  });

  test("says once why nothing happens", async () => {
    const { remote, said } = setting();
    await retrying(remote, "always", failing(5, failure("remote-error")));
    expect(said).toEqual(["It is remote-error. Trying again."]);
  });
});

describe("what may be done once only", () => {
  test("is tried again if it surely had no effect", async () => {
    expect(await retrying(setting().remote, "unless-reached", failing(2, failure("rate-limited", "no")))).toBe(3);
  });

  test("is not tried again if it may have been done", async () => {
    const error = failure("remote-error", "maybe");
    await expect(retrying(setting().remote, "unless-reached", failing(1, error))).rejects.toBe(error);
  });

  test("ends with the try that may have been done when the time is over, not with one before it that was not", async () => {
    const deadline = new Deadline(50);
    const { remote } = setting();
    let calls = 0;
    const action = async () => {
      if (++calls === 1) throw failure("rate-limited", "no");
      while (!deadline.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
      throw failure("remote-timeout", "maybe");
    };
    const timed = Object.defineProperty(remote.deadline, "signal", { value: deadline.signal });
    await expect(retrying({ ...remote, deadline: timed }, "unless-reached", action)).rejects.toMatchObject({
      code: "remote-timeout",
      reached: "maybe",
    });
  });

  test("and is known not to have been done when the wait before the next try is interrupted", async () => {
    const caller = new AbortController();
    const remote = { ...setting().remote, deadline: new Deadline(10_000, caller.signal) };
    const waiting = retrying(remote, "unless-reached", failing(9, failure("rate-limited", "no", 5000)));
    setTimeout(() => caller.abort(), 20);
    await expect(waiting).rejects.toMatchObject({ code: "aborted", reached: "no" });
  });
});
