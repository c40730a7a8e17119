import type { RunReport } from "@agentfs-sync/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pushEvery } from "./push-every.ts";

const report = (runId: string) => ({ runId }) as RunReport;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("pushes again and again, each time a pause after the last one has ended, however long that took", async () => {
  const ends: (() => void)[] = [];
  const push = vi.fn(() => new Promise<RunReport>((resolve) => ends.push(() => resolve(report(String(ends.length))))));
  const pushes = pushEvery(1_000, push);
  await vi.advanceTimersByTimeAsync(999);
  expect(push).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(push).toHaveBeenCalledTimes(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(push).toHaveBeenCalledTimes(2);
  const stopped = pushes.stop();
  ends[1]?.();
  expect((await stopped).map(({ runId }) => runId)).toEqual(["1", "2"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(push).toHaveBeenCalledTimes(2);
});
