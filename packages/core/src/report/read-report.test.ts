import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SyncError } from "../errors.ts";
import { renderHtml } from "./html/page.ts";
import { agentLines } from "./lines.ts";
import { readReport } from "./read-report.ts";
import { renderMarkdown } from "./summary.ts";

const counts = {
  files: { added: 1, changed: 2, removed: 3, renamed: 4 },
  keys: { added: 1, changed: 0, removed: 0 },
  toolCalls: { added: 2 },
  rows: { added: 0, changed: 0, removed: 0 },
  schema: { added: 0 },
};
const state = { sizeBytes: 1, mode: "100644" };
const did = { did: "changed", before: "1", after: "2" };
const changes = {
  files: [
    { did: "renamed", path: "/a", from: "/b", kind: "file", before: state, after: state, text: "--- /a\n+++ /a\n-x\n+y\n" },
  ],
  keys: [{ ...did, key: "k" }],
  toolCalls: [{ ...did, id: 1, name: "t", startedAt: "2026-01-01T00:00:00.000Z", durationMs: 1, error: "e" }],
  rows: [{ ...did, table: "t", key: "1" }],
  schema: [{ did: "added", type: "table", name: "t", sql: "CREATE TABLE t (a)" }],
};
const provenance = { ci: "x", repository: "o/r", commit: "c", runUrl: "https://example.com", trust: "trusted" };
const id = "00000000-0000-4000-8000-000000000000";
/** All that a report may hold. */
const WHOLE = {
  version: 1,
  command: "push",
  ok: false,
  exitCode: 1,
  runId: "r",
  durationMs: 1,
  startedAt: "2026-01-01T00:00:00.000Z",
  provenance,
  agents: [
    {
      agent: "bot",
      ok: false,
      pull: { outcome: "pulled", revision: "1", bytesReceived: 1 },
      push: { outcome: "pushed", pushId: id, sequence: 1, bytesSent: 1, ...counts },
      conflicts: [
        {
          ...{ kind: "file", path: "/a", ours: "changed", theirs: "moved", resolution: "ours", oursAt: "/a", theirsAt: null },
          contents: {
            base: null,
            ours: { kind: "file", sizeBytes: 1, text: "x" },
            theirs: { kind: "value", sizeBytes: 1, text: null },
          },
        },
      ],
      rescue: "/x",
      error: { code: "conflict", message: "m", hint: "h", retryable: false },
      changes,
      diff: { workingCopy: "changed", ...changes },
      revert: { pushId: id, sequence: 1, state: "reverted", by: 2 },
      log: [
        {
          ...{ sequence: 1, pushId: id, runId: "r", committedAt: "2026-01-01T00:00:00.000Z", counts, touched: ["/a"], more: 1 },
          ...{ match: "certain", provenance, reverts: 1, revertedBy: 2, undo: "/u" },
        },
      ],
      findings: [{ rule: "r", path: "/a", what: "w" }],
      status: {
        ...{ workingCopy: "changed", remoteUrl: "u", revision: "1", sequence: 1, pulledAt: "x", changes: counts, pending: [id] },
      },
      stats: {
        ...{ remoteUrl: "u", lastPullAt: "x", lastPushAt: "x", lastSyncAt: "x", pendingChanges: counts, pendingOperations: null },
        ...{ totalSynced: { ...counts, pushes: 1, countedPushes: 1 }, revision: "1" },
        sizes: { databaseBytes: 1, walBytes: 1, syncBytes: 1 },
      },
      checkpoint: { walBytesBefore: 1, walBytesAfter: 0 },
      bundles: [
        { pushId: id, reason: "set-aside", createdAt: "x", runId: null, counts, problem: null, sizeBytes: 1, path: "/p" },
      ],
    },
  ],
};

/** Every report that differs from this one in one value: which is gone, or is another one. */
function* broken(value: unknown, put: (value: unknown) => unknown): Generator<unknown> {
  for (const other of [undefined, null, -1, 1.5, "", [], {}, [null], true]) yield put(other);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const around = (other: unknown) => put(Array.isArray(value) ? [other] : { ...value, [key]: other });
    yield* broken(inner, around);
  }
}

it("reads a report, or says that it is none: what it reads can be shown", async () => {
  const folder = await mkdtemp(join(tmpdir(), "read-report-"));
  try {
    const file = join(folder, "report.json");
    let shown = 0;
    for (const value of [WHOLE, ...broken(WHOLE, (other) => other)]) {
      await writeFile(file, JSON.stringify(value) ?? "");
      const report = await readReport(file).catch((error: unknown) => {
        if (error instanceof SyncError) return null;
        throw error;
      });
      if (report === null) continue;
      shown++;
      const show = () => [renderHtml(report), renderMarkdown(report), ...report.agents.flatMap(agentLines)];
      expect(show, JSON.stringify(value)).not.toThrow();
    }
    expect(shown).toBeGreaterThan(100);
  } finally {
    await rm(folder, { recursive: true });
  }
});
