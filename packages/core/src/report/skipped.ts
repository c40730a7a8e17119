import type { ChangeCounts, PushReport } from "./types.ts";

export const NO_CHANGES: ChangeCounts = {
  files: { added: 0, changed: 0, removed: 0, renamed: 0 },
  keys: { added: 0, changed: 0, removed: 0 },
  toolCalls: { added: 0 },
  rows: { added: 0, changed: 0, removed: 0 },
  schema: { added: 0 },
};

/** A push that was not asked for or not allowed. */
export const SKIPPED_PUSH: PushReport = { outcome: "skipped", pushId: null, sequence: null, bytesSent: 0, ...NO_CHANGES };
