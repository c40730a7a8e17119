import { describe, expect, it } from "vitest";
import { decidePush } from "./decision.ts";
import type { ReadyState } from "./state.ts";

const ready: ReadyState = {
  phase: "ready",
  agents: [{ agent: "bot", pull: "pulled", bytesReceived: 0, restored: null }],
  remoteUrl: "libsql://bot.test",
  undoLimitMb: 64,
  startedAtMs: 0,
  engine: "http",
  ...{ unpulled: [], directory: "." },
  pushOn: "always",
  conflict: "keep-both",
  failOn: "any",
  adopt: false,
  allow: [],
  timeoutSeconds: 120,
  concurrency: 4,
  cache: true,
  summary: true,
  trust: "trusted",
  tokenFingerprint: null,
  cacheFingerprint: null,
  reportArtifact: null,
};
const pushes = (state: Parameters<typeof decidePush>[0], jobStatus = "success") => decidePush(state, jobStatus).push;

describe("the post step", () => {
  it("pushes whatever the job's status is with push-on always", () => {
    for (const status of ["success", "failure", "cancelled", ""]) expect(pushes(ready, status)).toBe(true);
  });

  it("pushes only after a success with push-on success", () => {
    const state = { ...ready, pushOn: "success" } as const;
    expect(pushes(state, "success")).toBe(true);
    for (const status of ["failure", "cancelled", ""]) expect(pushes(state, status)).toBe(false);
  });

  it("never pushes with push-on never, or in a run that may only read", () => {
    expect(pushes({ ...ready, pushOn: "never" })).toBe(false);
    expect(pushes({ ...ready, trust: "read-only" })).toBe(false);
  });

  it("never pushes before a whole pull", () => {
    expect(pushes(null)).toBe(false);
    expect(pushes({ phase: "started", unpulled: ["bot"], directory: "." })).toBe(false);
    expect(pushes({ phase: "failed", unpulled: ["bot"], directory: "." })).toBe(false);
    expect(pushes({ phase: "skipped", why: "no token" })).toBe(false);
  });
});
