import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { AgentOp } from "../parts/agent.ts";
import { CONFLICTS } from "../parts/conflict-cases.ts";
import { MERGES } from "../parts/merge-cases.ts";
import { SEED } from "../parts/merge-world.ts";
import { type NativeOp, runNative } from "../parts/native.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const agent = (op: AgentOp): NativeOp => ({ op: "agent", mayFail: true, do: op });
const read = (path: string) => agent({ op: "readFile", path });
const calls: NativeOp = { op: "sql", sql: "SELECT name FROM tool_calls ORDER BY name" };

const GONE = { error: expect.stringContaining("ENOENT") };

/** What a fresh client finds after both pushed, of what the same case keeps in `merge-cases` and `merge-different`. */
const LOST: readonly { readonly name: string; readonly looks: NativeOp; readonly finds: unknown }[] = [
  { name: "new files", looks: read("/n2"), finds: GONE },
  { name: "one file edited otherwise on both sides", looks: read("/a.txt"), finds: "ours" },
  { name: "one new path with different content", looks: read("/dir/new"), finds: "ours" },
  { name: "a file added here below a directory deleted there", looks: read("/dir/sub/new"), finds: GONE },
  { name: "moves that would make a cycle of two directories", looks: read("/other/o"), finds: GONE },
  { name: "one key set to different values", looks: agent({ op: "kvGet", key: "one" }), finds: "ours" },
  { name: "new tool calls", looks: calls, finds: [{ name: "build" }, { name: "deploy" }, { name: "lint" }] },
];

let seeded: string;
beforeAll(async () => {
  const server = await startServer();
  await runNative(await makeTempDir(), server.url, [...SEED.map(agent), { op: "push" }]);
  await server.stop();
  seeded = dirname(server.file);
});

function sidesOf(name: string): { readonly ours: readonly AgentOp[]; readonly theirs: readonly AgentOp[] } {
  const conflict = CONFLICTS.find((of) => of.name === name);
  const merge = MERGES.find((of) => of.name === name);
  if (conflict !== undefined) return conflict;
  if (merge === undefined) throw new Error(`no case ${name}`);
  return { ours: merge.one, theirs: merge.other };
}

describe("the official sync client loses without a word, of two jobs that start from one state:", () => {
  test.for(LOST)("$name", async ({ name, looks, finds }) => {
    const { ours, theirs } = sidesOf(name);
    const folder = join(await makeTempDir(), "remote");
    await cp(seeded, folder, { recursive: true });
    const { url, stop } = await startServer({ file: join(folder, "remote.db") });
    const [first, second] = [await makeTempDir(), await makeTempDir()];
    await Promise.all([runNative(first, url, []), runNative(second, url, [])]);
    const done = await runNative(first, url, [...theirs.map(agent), { op: "push" }]);
    const doneToo = await runNative(second, url, [...ours.map(agent), { op: "push" }, { op: "push" }]);
    expect([done.at(-1), ...doneToo.slice(-2)]).toEqual([null, null, null]);
    const [found, check, names] = await runNative(await makeTempDir(), url, [
      looks,
      { op: "sql", sql: "PRAGMA integrity_check" },
      {
        op: "sql",
        sql: "SELECT name FROM fs_dentry WHERE name LIKE '%conflict%' UNION ALL SELECT key FROM kv_store WHERE key LIKE '%conflict%'",
      },
    ]);
    expect({ found, check, names }).toEqual({ found: finds, check: [{ integrity_check: "ok" }], names: [] });
    await stop();
  });
});
