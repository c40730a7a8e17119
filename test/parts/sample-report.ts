import type { AgentReport, Conflict, ConflictSide, FileDiff, RunReport } from "../../packages/core/src/index.ts";

/** Names and contents that somebody chose who wants to run something in the reader's browser, or to show what is not so. */
export const HOSTILE = [
  "<script>globalThis.hacked = 1</script>",
  "</style><script>globalThis.hacked = 2</script>",
  "</title></head><body onload=globalThis.hacked=3>",
  "<img src=x onerror=globalThis.hacked=4>",
  '"><svg onload=globalThis.hacked=5>',
  "javascript:globalThis.hacked=6",
  "--><!-- ]]> <![CDATA[ &lt;b&gt; {{7}} `x`",
  "invoice\u202egnp.exe",
  "a\u0000b\u0007\u001b[31m\u200b\ufeff\u2066",
  `${"long ".repeat(100)}end`,
  "\ud800 half a pair",
] as const;

const counts = {
  files: { added: 1, changed: 2, removed: 3, renamed: 4 },
  keys: { added: 1, changed: 0, removed: 0 },
  toolCalls: { added: 2 },
  rows: { added: 0, changed: 0, removed: 0 },
  schema: { added: 0 },
};

const file = (path: string, text: string | null = null): FileDiff => ({
  did: "changed",
  path,
  from: null,
  kind: "file",
  before: { sizeBytes: 1, mode: "100644" },
  after: { sizeBytes: 70_000, mode: "100755" },
  text,
});

const side = (text: string): ConflictSide => ({ kind: "file", sizeBytes: Buffer.byteLength(text), text });

const conflict = (path: string, ours: ConflictSide, theirs: ConflictSide | null): Conflict => ({
  kind: "file",
  path,
  ours: "changed",
  theirs: theirs === null ? "removed" : "changed",
  resolution: "keep-both",
  oursAt: path,
  theirsAt: null,
  contents: { base: side("before\n"), ours, theirs },
});

/** A report in which each text is hostile, and everything that a report can hold is there. */
export function hostileReport(): RunReport {
  const all = (index: number): string => HOSTILE[index % HOSTILE.length] ?? "";
  const line = `-${"x".repeat(10_000_000)}`;
  const agent: AgentReport = {
    agent: "planner",
    ok: false,
    pull: { outcome: "pulled", revision: all(0), bytesReceived: 12_345 },
    push: { outcome: "pushed", pushId: all(1), sequence: 7, bytesSent: 2_048, ...counts },
    conflicts: [
      ...HOSTILE.map((text, index) => conflict(`/${text}`, side(`${text}\nthe same\n`), side(`the same\n${all(index + 1)}`))),
      conflict("/long.txt", side(line), side("short\n".repeat(1000))),
      conflict("/photo.png", { kind: "file", sizeBytes: 70_000, text: null }, null),
      conflict("/folder", { kind: "directory", sizeBytes: 0, text: null }, { kind: "symlink", sizeBytes: 2, text: all(5) }),
    ],
    rescue: all(3),
    error: { code: "conflict", message: all(0), hint: all(1), retryable: false },
    changes: {
      files: [
        ...HOSTILE.map((text, index) =>
          file(`/notes/${text}`, `--- /a\n+++ /b\n@@ -1,1 +1,1 @@\n-${text}\n+${all(index + 1)}\n`),
        ),
        file(`/deep${"/d".repeat(500)}/file`),
        file("/long.txt", `--- /long.txt\n+++ /long.txt\n${line}\n+short\n`),
        file("/photo.png"),
      ],
      keys: HOSTILE.map((text) => ({ did: "changed", key: text, before: JSON.stringify(text), after: text })),
      toolCalls: HOSTILE.map((text, id) => ({
        did: "added",
        id,
        name: text,
        before: null,
        after: id % 2 === 0 ? "success" : "error",
        startedAt: new Date(1_700_000_000_000 + id * 4000).toISOString(),
        durationMs: 3000,
        error: id % 2 === 0 ? null : text,
      })),
      rows: [{ did: "added", table: all(0), key: all(1), before: null, after: all(2) }],
      schema: [{ did: "added", type: "table", name: all(0), sql: all(1) }],
    },
    findings: [{ rule: all(0), path: all(1), what: all(2) }],
    log: HOSTILE.map((text, index) => ({
      sequence: index + 1,
      pushId: text,
      runId: text,
      committedAt: "2026-01-02T03:04:05.000Z",
      counts,
      touched: [text],
      more: 3,
      match: "possible",
      provenance: { ci: text, repository: text, commit: text, runUrl: text, trust: text },
      reverts: 1,
      revertedBy: null,
      undo: text,
    })),
  };
  const provenance = { ci: "github", repository: "acme/site", commit: "0123456789abcdef", runUrl: all(5), trust: "trusted" };
  return {
    version: 1,
    command: "push",
    ok: false,
    exitCode: 4,
    runId: all(0),
    durationMs: 1234,
    startedAt: "2026-01-02T03:04:05.000Z",
    provenance,
    agents: [agent],
  };
}

/** So many changed files, in folders, some with their text. */
export function largeReport(count: number): RunReport {
  const text = "--- /a\n+++ /a\n@@ -1,1 +1,1 @@\n-old line of the file\n+new line of the file\n";
  const files = Array.from({ length: count }, (_, index) => file(`/src/part-${index % 100}/module-${index}.ts`, text));
  const [agent] = hostileReport().agents;
  if (agent?.changes === undefined) throw new Error("no changes");
  return { ...hostileReport(), agents: [{ ...agent, changes: { ...agent.changes, files } }] };
}
