import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AgentOp, runAgent } from "../parts/agent.ts";
import { runCli } from "../parts/cli.ts";
import { text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { oldestNodePath, REPOSITORY } from "../parts/programs.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const NODE = oldestNodePath();

test("it is the one that the packages name", () => {
  const version = execFileSync(NODE, ["--version"], { encoding: "utf8" });
  for (const name of ["cli", "core"]) {
    const { engines } = JSON.parse(readFileSync(join(REPOSITORY, "packages", name, "package.json"), "utf8"));
    expect(`v${engines.node.replace(">=", "")}.0\n`).toBe(version);
  }
});

/** A machine with the built command, on that Node.js. Each command has to succeed. */
async function machine(url: string) {
  const cwd = await makeTempDir();
  const db = join(cwd, ".agentfs", "bot.db");
  return {
    ok: async (...args: string[]) => {
      const { exitCode, stderr, json } = await runCli([...args, "--agent", "bot", "--remote-url", url, "--json"], {
        cwd,
        node: NODE,
      });
      expect(`${exitCode} ${stderr}`).toMatch(/^0 /);
      return json?.agents[0];
    },
    write: (...ops: AgentOp[]) => runAgent(db, ops),
    sql: (sql: string) => withDatabase(db, (database) => database.exec(sql)),
    keys: () =>
      withDatabase(db, (database) => database.prepare("SELECT key, hex(value) AS value FROM kv_store ORDER BY key").all()),
  };
}

test("I1, I3: files, keys, calls and tables are pulled, shown, pushed, merged and taken back there", async () => {
  const { url } = await startServer();
  const [m, other] = [await machine(url), await machine(url)];
  await m.ok("pull");
  await m.ok("verify", "--remote");
  // More than a commit carries, so that it is staged.
  await m.write(...Array.from({ length: 80 }, (_, index) => text(`/d/${index}`, `${index} `.repeat(2000))));
  m.sql(`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'one' || char(0) || 'two');
    INSERT INTO kv_store (key, value) VALUES ('k', 'a'), ('nul', 'a' || char(0) || 'b');
    INSERT INTO tool_calls (name, status, started_at, completed_at, duration_ms, error) VALUES ('t', 'error', 1, 2, 1000, char(0))`);
  expect(await m.ok("diff")).toMatchObject({ diff: { keys: [{ key: "k" }, { key: "nul" }], toolCalls: [{ name: "t" }] } });
  expect(await m.ok("status")).toMatchObject({ error: null });
  expect(await m.ok("push")).toMatchObject({ push: { outcome: "pushed", files: { added: 80 }, keys: { added: 2 } } });

  await other.ok("pull");
  expect(await other.keys()).toEqual([
    { key: "k", value: "61" },
    { key: "nul", value: "610062" },
  ]);
  other.sql("UPDATE kv_store SET value = 'a' || char(0) || 'theirs' WHERE key = 'k'; DELETE FROM notes");
  await other.write({ op: "unlink", path: "/d/1" });
  expect(await other.ok("push")).toMatchObject({ push: { outcome: "pushed", files: { removed: 1 }, keys: { changed: 1 } } });

  m.sql("UPDATE kv_store SET value = 'ours' WHERE key = 'k'");
  expect(await m.ok("sync")).toMatchObject({ conflicts: [{ kind: "key", path: "k" }] });
  expect(await m.keys()).toEqual([
    { key: "k", value: Buffer.from("a\0theirs").toString("hex").toUpperCase() },
    { key: expect.stringMatching(/^k\.conflict-/), value: Buffer.from("ours").toString("hex").toUpperCase() },
    { key: "nul", value: "610062" },
  ]);
  expect(await other.ok("revert", "2")).toMatchObject({ revert: { state: "reverted", by: 4 }, conflicts: [] });
  await m.ok("pull");
  expect(await m.keys()).toContainEqual({ key: "k", value: "61" });
  expect((await m.ok("log"))?.log?.map(({ sequence }) => sequence)).toEqual([4, 3, 2, 1]);
});
