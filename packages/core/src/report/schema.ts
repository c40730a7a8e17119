import * as z from "zod/mini";

/*
 * The form of a report, as `--json` and `--report-file` write it. Version 1 grows by fields: what is not named here may be there all the
 * same, and is passed over.
 */

const text = z.string();
const maybe = z.nullable(z.string());
const count = z.int().check(z.nonnegative());
const did = z.enum(["added", "changed", "removed"]);
const changed = z.looseObject({ added: count, changed: count, removed: count });
const counts = {
  files: z.looseObject({ added: count, changed: count, removed: count, renamed: count }),
  keys: changed,
  toolCalls: z.looseObject({ added: count }),
  rows: changed,
  schema: z.looseObject({ added: count }),
};
const state = z.nullable(z.looseObject({ sizeBytes: count, mode: text }));
const values = { did, before: maybe, after: maybe };
const changes = {
  files: z.array(
    z.looseObject({
      did: z.enum(["added", "changed", "removed", "renamed"]),
      path: text,
      from: maybe,
      kind: z.enum(["file", "directory", "symlink", "other"]),
      before: state,
      after: state,
      text: maybe,
    }),
  ),
  keys: z.array(z.looseObject({ ...values, key: text })),
  toolCalls: z.array(
    z.looseObject({
      ...values,
      // More than a double holds exactly, if somebody has numbered it so.
      id: z.number(),
      name: text,
      startedAt: z.optional(maybe),
      durationMs: z.optional(z.nullable(z.number())),
      error: z.optional(maybe),
    }),
  ),
  rows: z.array(z.looseObject({ ...values, table: text, key: text })),
  schema: z.array(z.looseObject({ did: z.literal("added"), type: z.enum(["table", "index", "view"]), name: text, sql: text })),
};
const provenance = z.looseObject({ ci: maybe, repository: maybe, commit: maybe, runUrl: maybe, trust: maybe });
const sides = z.enum(["created", "changed", "removed", "moved"]);
const side = z.nullable(
  z.looseObject({ kind: z.enum(["file", "directory", "symlink", "other", "value"]), sizeBytes: count, text: maybe }),
);
const error = z.looseObject({ code: text, message: text, hint: text, retryable: z.boolean() });

const agent = z.looseObject({
  agent: text,
  ok: z.boolean(),
  pull: z.nullable(
    z.looseObject({
      outcome: z.enum(["pulled", "unchanged", "new", "skipped", "failed"]),
      revision: maybe,
      bytesReceived: count,
    }),
  ),
  push: z.nullable(
    z.looseObject({
      outcome: z.enum(["pushed", "pushed-unverified", "unknown", "unchanged", "skipped", "failed"]),
      pushId: maybe,
      sequence: z.nullable(count),
      bytesSent: count,
      ...counts,
    }),
  ),
  conflicts: z.array(
    z.looseObject({
      kind: z.enum(["file", "key", "row", "tool-call", "schema"]),
      path: text,
      ours: sides,
      theirs: sides,
      resolution: z.enum(["keep-both", "ours", "theirs", "fail"]),
      oursAt: maybe,
      theirsAt: maybe,
      contents: z.optional(z.looseObject({ base: side, ours: side, theirs: side })),
    }),
  ),
  rescue: maybe,
  error: z.nullable(error),
  changes: z.optional(z.looseObject(changes)),
  diff: z.optional(z.looseObject({ workingCopy: z.enum(["absent", "clean", "changed", "without-origin"]), ...changes })),
  revert: z.optional(
    z.looseObject({
      pushId: text,
      sequence: count,
      state: z.enum(["reverted", "already-reverted", "nothing-left", "planned", "failed"]),
      by: z.nullable(count),
    }),
  ),
  log: z.optional(
    z.array(
      z.looseObject({
        sequence: count,
        pushId: text,
        runId: maybe,
        committedAt: maybe,
        counts: z.nullable(z.looseObject(counts)),
        touched: z.nullable(z.array(text)),
        more: count,
        match: z.nullable(z.enum(["certain", "possible"])),
        provenance: z.nullable(provenance),
        reverts: z.nullable(count),
        revertedBy: z.nullable(count),
        undo: maybe,
      }),
    ),
  ),
  engine: z.optional(z.literal("agentfs")),
  status: z.optional(
    z.looseObject({
      workingCopy: z.enum(["absent", "clean", "changed", "without-origin", "unreadable"]),
      remoteUrl: text,
      revision: maybe,
      sequence: z.nullable(count),
      pulledAt: maybe,
      changes: z.nullable(z.looseObject(counts)),
      pending: z.array(text),
    }),
  ),
  stats: z.optional(
    z.looseObject({
      remoteUrl: text,
      lastPullAt: maybe,
      lastPushAt: maybe,
      pendingChanges: z.nullable(z.looseObject(counts)),
      pendingOperations: z.nullable(count),
      totalSynced: z.nullable(z.looseObject({ ...counts, pushes: count, countedPushes: count })),
      sizes: z.looseObject({ databaseBytes: count, walBytes: count, syncBytes: count }),
    }),
  ),
  checkpoint: z.optional(z.looseObject({ walBytesBefore: count, walBytesAfter: count })),
  bundles: z.optional(
    z.array(
      z.looseObject({
        pushId: text,
        reason: z.enum(["failed-push", "set-aside", "unsettled"]),
        createdAt: text,
        runId: maybe,
        counts: z.nullable(z.looseObject(counts)),
        problem: maybe,
        sizeBytes: count,
        path: text,
      }),
    ),
  ),
  findings: z.optional(z.array(z.looseObject({ rule: text, path: text, what: text }))),
});

export const REPORT_VERSION = 1;

export const reportSchema = z.looseObject({
  version: z.literal(REPORT_VERSION),
  command: z.enum([
    "pull",
    "push",
    "sync",
    "run",
    "status",
    "stats",
    "diff",
    "verify",
    "checkpoint",
    "rescue",
    "revert",
    "log",
    "doctor",
  ]),
  ok: z.boolean(),
  exitCode: z.int().check(z.nonnegative()),
  runId: text,
  durationMs: z.number().check(z.nonnegative()),
  startedAt: z.optional(text),
  provenance: z.optional(provenance),
  agents: z.array(agent),
});
