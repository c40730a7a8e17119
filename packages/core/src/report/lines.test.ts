import { describe, expect, test } from "vitest";
import { agentLines } from "./lines.ts";
import { sizeText } from "./size.ts";
import type { AgentReport, PushReport } from "./types.ts";

const NONE = {
  files: { added: 0, changed: 0, removed: 0, renamed: 0 },
  keys: { added: 0, changed: 0, removed: 0 },
  toolCalls: { added: 0 },
  rows: { added: 0, changed: 0, removed: 0 },
  schema: { added: 0 },
};
const AGENT: AgentReport = { agent: "bot", ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null };
const SOME = {
  ...NONE,
  files: { ...NONE.files, added: 2, removed: 1 },
  keys: { ...NONE.keys, changed: 1 },
  toolCalls: { added: 3 },
  rows: { added: 1, changed: 0, removed: 2 },
  schema: { added: 1 },
};
const PUSH: PushReport = { ...SOME, outcome: "pushed", pushId: "1f3a", sequence: 7, bytesSent: 4_321 };

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_536, "1.5 kB"],
  [20_000_000, "20.0 MB"],
  [5_000_000_000_000, "5000.0 GB"],
])("%i bytes are %s", (sizeBytes, text) => {
  expect(sizeText(sizeBytes)).toBe(text);
});

describe("agentLines", () => {
  test.each([
    [{ outcome: "pulled", revision: "r1", bytesReceived: 8_192 }, ["bot: pulled (8.2 kB received, revision r1)"]],
    [{ outcome: "unchanged", revision: null, bytesReceived: 0 }, ["bot: nothing new on the remote"]],
    [{ outcome: "new", revision: null, bytesReceived: 0 }, ["bot: the remote is empty: a new agent starts here"]],
    [{ outcome: "skipped", revision: null, bytesReceived: 0 }, []],
    [{ outcome: "failed", revision: null, bytesReceived: 0 }, []],
  ] as const)("says what a pull brought: %j", (pull, lines) => {
    expect(agentLines({ ...AGENT, pull })).toEqual(lines);
  });

  test.each([
    [
      "pushed",
      [
        "bot: pushed: 2 files added, 1 file removed, 1 key changed, 3 tool calls added, 1 row added, 2 rows removed, 1 added to the schema (push 7, 4.3 kB sent)",
      ],
    ],
    [
      "pushed-unverified",
      [
        "bot: pushed: 2 files added, 1 file removed, 1 key changed, 3 tool calls added, 1 row added, 2 rows removed, 1 added to the schema (push 7, 4.3 kB sent), but it could not be read back",
      ],
    ],
    ["unknown", ["bot: sent, but whether it arrived is unknown; the next command finds out"]],
    ["unchanged", ["bot: nothing to push"]],
    ["skipped", []],
    ["failed", []],
  ] as const)("says what became of a push: %s", (outcome, lines) => {
    expect(agentLines({ ...AGENT, push: { ...PUSH, outcome } })).toEqual(lines);
  });

  test("names every conflict and where the other version is, and where unpushed changes are", () => {
    const conflict = {
      kind: "file",
      path: "/a.txt",
      ours: "changed",
      theirs: "removed",
      resolution: "keep-both",
      oursAt: "/a.conflict.txt",
      theirsAt: "/a.txt",
    } as const;
    expect(agentLines({ ...AGENT, conflicts: [conflict], rescue: ".agentfs/.sync/bot/pending/1f3a" })).toEqual([
      "bot: conflict in file /a.txt: changed here, removed there; both kept, ours is /a.conflict.txt, theirs is /a.txt",
      "bot: what could not be pushed is kept in .agentfs/.sync/bot/pending/1f3a (see `agentfs-sync rescue --help`)",
    ]);
  });

  test("says where a database is not consistent, or that it is", () => {
    const finding = { rule: "link-count", path: "/a", what: "its link count is not the number of its entries" };
    expect(agentLines({ ...AGENT, ok: false, findings: [finding] })).toEqual([
      "bot: /a: its link count is not the number of its entries (link-count)",
    ]);
    expect(agentLines({ ...AGENT, findings: [] })).toEqual(["bot: consistent: it keeps every rule of AgentFS"]);
    const remark = { rule: "left-behind", path: "inode 4", what: "it was removed" };
    expect(agentLines({ ...AGENT, findings: [remark] })).toEqual([
      "bot: inode 4: it was removed (left-behind)",
      "bot: consistent: it keeps every rule of AgentFS",
    ]);
  });

  test("lists what is kept, each with why, when, from which run, what, how much and where; or says that it is nothing", () => {
    const entry = {
      pushId: "1f3a",
      reason: "failed-push",
      createdAt: "2026-01-02T03:04:05.000Z",
      runId: "r7",
      counts: SOME,
      problem: null,
      sizeBytes: 8_192,
      path: "/x/pending/1f3a",
    } as const;
    const bundles = [
      entry,
      { ...entry, reason: "set-aside", runId: null, counts: NONE },
      { ...entry, reason: "unsettled", runId: null, counts: null, problem: "no database" },
    ] as const;
    expect(agentLines({ ...AGENT, bundles })).toEqual([
      "bot: 1f3a: could not be pushed at 2026-01-02T03:04:05.000Z in run r7: 2 files added, 1 file removed, 1 key changed, 3 tool calls added, 1 row added, 2 rows removed, 1 added to the schema; 8.2 kB in /x/pending/1f3a",
      "bot: 1f3a: set aside by a pull at 2026-01-02T03:04:05.000Z: nothing but directories or attributes; 8.2 kB in /x/pending/1f3a",
      "bot: 1f3a: sent without an answer at 2026-01-02T03:04:05.000Z: cannot be read (no database); 8.2 kB in /x/pending/1f3a",
    ]);
    expect(agentLines({ ...AGENT, bundles: [] })).toEqual(["bot: nothing is kept that was not pushed"]);
  });

  test("shows the status with what a push would carry and which pushes are not settled", () => {
    const status = {
      remoteUrl: "https://x",
      revision: "r1",
      sequence: 7,
      pulledAt: "2026-01-02T03:04:05.000Z",
      changes: SOME,
      pending: ["1f3a"],
    };
    expect(agentLines({ ...AGENT, status: { ...status, workingCopy: "changed" } })).toEqual([
      "bot: changed since the last pull: 2 files added, 1 file removed, 1 key changed, 3 tool calls added, 1 row added, 2 rows removed, 1 added to the schema (pulled 2026-01-02T03:04:05.000Z, revision r1; https://x)",
      "bot: kept in .agentfs/.sync: push 1f3a, not settled or set aside (see `agentfs-sync rescue list`)",
    ]);
    const never = { ...status, workingCopy: "absent", revision: null, pulledAt: null, changes: null, pending: [] } as const;
    expect(agentLines({ ...AGENT, status: never })).toEqual(["bot: no working copy yet (nothing pulled yet; https://x)"]);
  });
});
