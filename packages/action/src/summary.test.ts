import type { AgentReport, RunReport } from "@agentfs-sync/core";
import { describe, expect, it } from "vitest";
import { escapeMarkdown, renderSummary } from "./summary.ts";

const pushed: AgentReport = {
  agent: "my-bot",
  ok: true,
  pull: null,
  push: {
    outcome: "pushed",
    pushId: "p",
    sequence: 7,
    bytesSent: 9,
    files: { added: 2, changed: 1, removed: 0, renamed: 0 },
    keys: { added: 0, changed: 0, removed: 0 },
    toolCalls: { added: 3 },
    rows: { added: 0, changed: 0, removed: 0 },
    schema: { added: 0 },
  },
  conflicts: [],
  rescue: null,
  error: null,
};
const report = (...agents: AgentReport[]): RunReport => ({
  version: 1,
  command: "push",
  ok: true,
  exitCode: 0,
  runId: "r",
  durationMs: 1,
  agents,
});

describe("the job summary", () => {
  it("is one row an agent", () => {
    expect(renderSummary([{ agent: "my-bot", pull: "new" }], report(pushed))).toMatchInlineSnapshot(`
      "#### Agents of this job

      | agent | pull | push | files | keys | tool calls | conflicts |
      | --- | --- | --- | --- | --- | --- | --- |
      | my-bot | new | pushed | added 2, changed 1 | none | added 3 | 0 |
      "
    `);
  });

  it("names each error, what to do next and where the changes are", () => {
    const error = { code: "unauthorized", message: "Refused (401).", hint: "Set a token.", retryable: false } as const;
    const failed: AgentReport = { ...pushed, ok: false, push: null, error, rescue: "/kept" };
    expect(renderSummary([], report(failed)).split("\n").slice(4)).toEqual([
      "| my-bot |  | failed |  |  |  | 0 |",
      "",
      "my-bot&#58; Refused &#40;401&#41;. Set a token. Kept in &#47;kept.",
      "",
    ]);
  });

  it("makes what comes from outside inert in Markdown and HTML", () => {
    expect(escapeMarkdown("a|b\n<img src=x> [l](u) `c` *d* _e_")).toBe(
      "a&#124;b &#60;img src=x&#62; &#91;l&#93;&#40;u&#41; &#96;c&#96; &#42;d&#42; &#95;e&#95;",
    );
  });
});
