import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listAgent, runAgent } from "../parts/agent.ts";
import { runNative } from "../parts/native.ts";
import { type Fault, startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const query = (sql: string) => ({
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer right" },
  body: JSON.stringify({ requests: [{ type: "execute", stmt: { sql, want_rows: true } }] }),
});

describe("the parts that tests stand on", () => {
  test("what one agent process writes, another one reads", async () => {
    const db = join(await makeTempDir(), "agent.db");
    await runAgent(db, [
      { op: "writeFile", path: "/notes/a.txt", text: "hello" },
      { op: "link", from: "/notes/a.txt", to: "/b.txt" },
      { op: "symlink", target: "notes/a.txt", path: "/c" },
      { op: "kvSet", key: "answer", value: { is: 42 } },
      { op: "toolRecord", name: "search", startedAt: 100, completedAt: 102, parameters: { q: "x" }, result: ["y"] },
    ]);
    expect(await runAgent(db, [{ op: "readFile", path: "/b.txt" }])).toEqual(["hello"]);
    expect(await listAgent(db)).toEqual({
      files: { "/notes/a.txt": btoa("hello"), "/b.txt": btoa("hello") },
      directories: ["/notes"],
      symlinks: { "/c": "notes/a.txt" },
      keys: { answer: { is: 42 } },
      toolCalls: [
        {
          name: "search",
          parameters: { q: "x" },
          result: ["y"],
          status: "success",
          started_at: 100,
          completed_at: 102,
          duration_ms: 2000,
        },
      ],
      hardLinks: [["/b.txt", "/notes/a.txt"]],
      linkCounts: { "/b.txt": 2, "/notes/a.txt": 2, "/c": 1 },
    });
  });

  test("an agent program that fails says at what", async () => {
    const db = join(await makeTempDir(), "agent.db");
    await expect(runAgent(db, [{ op: "readFile", path: "/none.txt" }])).rejects.toThrow(/ENOENT.*\/none\.txt/s);
  });

  test("what one native client pushes, another one pulls, also after the server was killed and started again", async () => {
    const server = await startServer();
    await runNative(await makeTempDir(), server.url, [
      { op: "agent", do: { op: "writeFile", path: "/a.txt", text: "hello" } },
      { op: "push" },
    ]);
    server.kill();
    const again = await startServer({ file: server.file });
    const answers = await runNative(await makeTempDir(), again.url, [
      { op: "agent", do: { op: "readFile", path: "/a.txt" } },
      { op: "pull" },
    ]);
    expect(answers).toEqual(["hello", false]);
  });

  test("the proxy asks for its token, counts and records", async () => {
    const { url } = await startServer();
    const proxy = await startProxy({ upstream: url, token: "right" });
    const refused = await fetch(`${proxy.url}/v2/pipeline`, { method: "POST", body: "{}" });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toHaveProperty("error");
    const answer = await fetch(`${proxy.url}/v2/pipeline`, query("SELECT 7"));
    expect(await answer.json()).toMatchObject({ results: [{ response: { result: { rows: [[{ value: "7" }]] } } }] });
    expect(proxy.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /v2/pipeline", "POST /v2/pipeline"]);
    expect(proxy.bytesIn).toBeGreaterThan(query("SELECT 7").body.length);
    expect(proxy.bytesOut).toBeGreaterThan(100);
  });

  test("the proxy makes the faults it is told to", async () => {
    const { url } = await startServer();
    let fault: Fault | undefined;
    const proxy = await startProxy({ upstream: url, fault: () => fault });
    const send = (sql: string) => fetch(`${proxy.url}/v2/pipeline`, query(sql));
    await send("CREATE TABLE t (x)");
    fault = { status: 503, body: "busy", headers: { "retry-after": "1" } };
    const busy = await send("INSERT INTO t VALUES ('in place')");
    expect([busy.status, await busy.text(), busy.headers.get("retry-after")]).toEqual([503, "busy", "1"]);
    fault = { drop: "before" };
    await expect(send("INSERT INTO t VALUES ('before')")).rejects.toThrow("fetch failed");
    fault = { drop: "after" };
    await expect(send("INSERT INTO t VALUES ('after')")).rejects.toThrow("fetch failed");
    fault = { alter: ({ body }) => ({ status: 200, body: body.subarray(0, 5) }) };
    expect(await (await send("SELECT 1")).text()).toHaveLength(5);
    fault = { delayMs: 1 };
    const rows = await (await send("SELECT x FROM t")).json();
    expect(rows).toMatchObject({ results: [{ response: { result: { rows: [[{ value: "after" }]] } } }] });
  });
});
