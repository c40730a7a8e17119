import { describe, expect, it } from "vitest";
import { escapeMarkdown } from "./escape-markdown.ts";
import { renderSummary } from "./summary.ts";
import type { AgentReport, RunReport } from "./types.ts";

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

const conflict = {
  kind: "file",
  path: "/a.txt",
  ours: "changed",
  theirs: "removed",
  resolution: "keep-both",
  oursAt: "/a.conflict-1.txt",
  theirsAt: null,
} as const;
const pulled = [{ agent: "my-bot", pull: "pulled", bytesReceived: 2_500 }] as const;
const unchanged: AgentReport = { ...pushed, agent: "quiet", push: pushed.push && { ...pushed.push, outcome: "unchanged" } };

describe("the job summary", () => {
  it("is one row an agent that changed", () => {
    expect(renderSummary(pulled, report(pushed, unchanged))).toMatchInlineSnapshot(`
      "### Agents of this job

      | agent | came in | went out | files | keys | tool calls |
      | --- | --- | --- | --- | --- | --- |
      | my-bot | 2.5 kB | pushed, as push 7, 9 bytes | 2 added, 1 changed |  | 3 added |

      Nothing changed in 1 more. Took 0.0 s.
      "
    `);
  });

  it("is nothing when nothing happened", () => {
    expect(renderSummary(pulled, report(unchanged))).toBe("");
  });

  it("is also what log, revert and diff were asked for, escaped", () => {
    const none = { added: 0, changed: 0, removed: 0 };
    const quiet: AgentReport = { ...pushed, push: null };
    const touched = ["/<b>.md"];
    const entry = {
      ...{ sequence: 2, pushId: "p", runId: "r", committedAt: "2026-01-02T03:04:05.000Z", touched, more: 0, match: null },
      ...{ provenance: null, reverts: null, revertedBy: null, undo: null },
      counts: { files: { ...none, added: 1, renamed: 0 }, keys: none, toolCalls: { added: 0 }, rows: none, schema: { added: 0 } },
    };
    const keys = [{ did: "added", key: "<k>", before: null, after: "1" } as const];
    const diff = { workingCopy: "changed", files: [], keys, toolCalls: [], rows: [], schema: [] } as const;
    const revert = { pushId: "p", sequence: 2, state: "already-reverted", by: 3 } as const;
    expect(renderSummary([], report({ ...quiet, log: [entry] }))).toContain("push 2 at 2026-01-02T03&#58;04&#58;05.000Z");
    expect(renderSummary([], report({ ...quiet, revert }))).toContain("push 2 was taken back before, by push 3");
    expect(renderSummary([], report({ ...quiet, diff }))).toContain("key &#60;k&#62;");
    expect(renderSummary([], report({ ...quiet, log: [entry] }))).not.toContain("<b>");
  });

  it("names both versions of each conflict", () => {
    const text = renderSummary(pulled, report({ ...pushed, conflicts: [conflict] }));
    expect(text.split("\n").slice(8, -1)).toMatchInlineSnapshot(`
      [
        "#### Changed here and by another job",
        "",
        "| agent | what | this job's version | the other version |",
        "| --- | --- | --- | --- |",
        "| my-bot | &#47;a.txt | changed&#58; &#47;a.conflict-1.txt | removed&#58; not kept |",
      ]
    `);
  });

  it("names each error, what to do next and where the changes are", () => {
    const error = { code: "unauthorized", message: "Refused (401).", hint: "Set a token.", retryable: false } as const;
    const failed: AgentReport = { ...pushed, ok: false, push: null, error, rescue: "/kept" };
    expect(renderSummary([], report(failed)).split("\n").slice(4)).toMatchInlineSnapshot(`
      [
        "| my-bot |  | failed |  |  |  |",
        "",
        "Took 0.0 s.",
        "",
        "#### What to do next",
        "",
        "- my-bot&#58; Refused &#40;401&#41;. Set a token. What could not be pushed is kept in &#47;kept; agentfs-sync rescue push takes it, on any machine.",
        "",
      ]
    `);
  });

  it.each(["/x|", "😀", "语"])("has a size that the page takes, however much there is to say: %s", (sign) => {
    const long = sign.repeat(3_000);
    const conflicts = Array.from({ length: 200 }, () => ({ ...conflict, path: long, oursAt: long, theirsAt: long }));
    const error = { code: "conflict", message: long, hint: long, retryable: false } as const;
    const many = Array.from({ length: 500 }, (_, index) => ({ ...pushed, agent: `bot-${index}`, conflicts, error }));
    const text = renderSummary([], report(...many));
    expect(Buffer.byteLength(text)).toBeLessThan(1_024 * 1_024);
    expect(text).toContain("… and 400 more agents.");
    expect(text).toContain("… and 99950 more conflicts.");
    expect(text.includes("more than this page takes")).toBe(sign === "😀");
  });

  it("says what to do next, however much there is to show, and folds in no more than it shows", () => {
    const long = "😀".repeat(3_000);
    const side = { kind: "file", sizeBytes: 1, text: `${long}\n`.repeat(20) } as const;
    const contents = { base: side, ours: side, theirs: side };
    const conflicts = Array.from({ length: 50 }, () => ({ ...conflict, path: long, oursAt: long, theirsAt: long, contents }));
    const rows = Array.from({ length: 50 }, () => ({ did: "added", table: long, key: long, before: null, after: "1" }) as const);
    const changes = { files: [], keys: [], toolCalls: [], rows, schema: [] };
    const error = { code: "conflict", message: "m", hint: "Do this.", retryable: false } as const;
    const text = renderSummary([], report({ ...pushed, conflicts, changes, error }, { ...pushed, changes }));
    expect(text).toContain("more than this page takes");
    expect(text).toContain("Do this.");
    expect(text.match(/<\/details>/g)?.length).toBe(text.match(/<details>/g)?.length);
  });
});

describe("text from outside", () => {
  it("is inert in Markdown and HTML", () => {
    expect(escapeMarkdown("a|b\n<img src=x> [l](u) `c` *d* _e_ https://x @y :z:")).toBe(
      "a&#124;b &#60;img src=x&#62; &#91;l&#93;&#40;u&#41; &#96;c&#96; &#42;d&#42; &#95;e&#95; https&#58;&#47;&#47;x &#64;y &#58;z&#58;",
    );
  });

  it("hides nothing and turns nothing round, and is no link", () => {
    expect(escapeMarkdown("a\u202egpj.exe\u200b\u001b[31m www.example.org")).toBe(
      "a&#92;u&#123;202e&#125;gpj.exe&#92;u&#123;200b&#125;&#92;u&#123;1b&#125;&#91;31m www&#46;example.org",
    );
  });

  it("is cut when it is long", () => {
    expect([...escapeMarkdown("ü".repeat(2_000))]).toHaveLength(500);
  });
});
