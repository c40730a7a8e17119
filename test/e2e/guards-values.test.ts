import { describe, expect, it } from "vitest";
import type { AgentOp } from "../parts/agent.ts";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";

/** Names and keys that quoting, JSON, SQL or paths could trip over; each travels through the server's own JSON and comparison. */
const NAMES = [
  "a'b",
  'a"b',
  "a\\b",
  "a\\u0041",
  "a\nb",
  "a\tb",
  "a\u0001b",
  "a\u007fb",
  "a\u2028b",
  "a\ufeffb",
  "é",
  "e\u0301",
  "🙂",
  "𝒳",
  "%",
  "_",
  "1",
  "01",
  "1.0",
  "1e3",
  "null",
  "true",
  "[1]",
  '{"a":1}',
  " lead",
  "trail ",
  "-",
  "--",
  "/*",
  ";",
  "?",
  "$1",
  ":a",
  "x".repeat(255),
];

describe("names, keys and values of every kind", () => {
  it("I1: are created, renamed, changed and removed on the remote as they are here", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    await m.write(
      ...NAMES.map((name) => text(`/${name}`, name)),
      ...NAMES.map((key): AgentOp => ({ op: "kvSet", key, value: key })),
    );
    expect((await m.ok("push")).push).toMatchObject({ files: { added: NAMES.length }, keys: { added: NAMES.length } });
    expect(await pulled(url)).toEqual(await m.list());

    const other = await machine(url);
    await other.ok("pull");
    await other.write(
      { op: "mkdir", path: "/d" },
      ...NAMES.map((name): AgentOp => ({ op: "rename", from: `/${name}`, to: `/d/${name}` })),
      ...NAMES.map((key): AgentOp => ({ op: "kvSet", key, value: [key, key] })),
    );
    expect((await other.ok("push")).push).toMatchObject({ files: { renamed: NAMES.length }, keys: { changed: NAMES.length } });
    expect(await pulled(url)).toEqual(await other.list());

    await m.ok("pull");
    expect(await m.list()).toEqual(await other.list());
    await m.write(
      ...NAMES.map((name): AgentOp => ({ op: "unlink", path: `/d/${name}` })),
      { op: "rmdir", path: "/d" },
      ...NAMES.map((key): AgentOp => ({ op: "kvDelete", key })),
    );
    expect((await m.ok("push", { allow: ["mass-change"] })).push?.outcome).toBe("pushed");
    expect(await pulled(url)).toEqual(await m.list());
    expect(await pulled(url)).toMatchObject({ files: {}, directories: [], keys: {} });
  });

  it("I1, I3: a key is told from one that is spelt as JSON spells it", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    const set = (key: string): AgentOp => ({ op: "kvSet", key, value: key });
    await m.write(set("a\\nb"), set("a\tb"));
    await m.ok("push");
    await m.write(set("a\nb"), set("a\\tb"));
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", keys: { added: 2 } });
    await m.write({ op: "kvDelete", key: "a\nb" }, { op: "kvDelete", key: "a\tb" });
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", keys: { removed: 2 } });
    expect(Object.keys((await pulled(url)).keys).toSorted()).toEqual(["a\\nb", "a\\tb"]);
  });

  it("I1: keep their storage class: REAL stays REAL, a number at the end of 64 bits stays it, a BLOB in a TEXT column a BLOB", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    const rows = [
      "('real', 3.0, 1.5, 9007199254740993)",
      "('edge', 9223372036854775807, -9223372036854775808, NULL)",
      "('tiny', 5e-324, 1.7976931348623157e308, 0)",
    ];
    withDatabase(m.db, (db) => {
      db.exec(`INSERT INTO tool_calls (name, started_at, completed_at, duration_ms) VALUES ${rows.join(", ")}`);
      db.exec("INSERT INTO kv_store (key, value) VALUES ('blob', x'00ff80')");
    });
    await m.ok("push");
    const query = `SELECT name, typeof(started_at), CAST(started_at AS TEXT), typeof(completed_at), CAST(completed_at AS TEXT),
      typeof(duration_ms), CAST(duration_ms AS TEXT) FROM tool_calls ORDER BY name`;
    const fresh = await machine(url);
    await fresh.ok("pull");
    const read = (path: string) => withDatabase(path, (db) => db.prepare(query).all());
    expect(read(fresh.db)).toEqual(read(m.db));
    const [blob] = await remoteSql(url, [{ sql: "SELECT typeof(value), hex(value) FROM kv_store" }]);
    expect(blob).toEqual([["blob", "00FF80"]]);
    withDatabase(m.db, (db) => {
      db.exec("UPDATE tool_calls SET started_at = started_at + 0.0, status = 'success' WHERE name = 'real'");
      db.exec("UPDATE kv_store SET value = 'text now'");
    });
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    await fresh.ok("pull");
    expect(read(fresh.db)).toEqual(read(m.db));
  });

  it("I1: a text with NUL in it arrives whole", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    withDatabase(m.db, (db) => db.exec("INSERT INTO kv_store (key, value) VALUES ('k', 'a' || char(0) || 'b')"));
    await m.ok("push");
    const fresh = await machine(url);
    await fresh.ok("pull");
    const value = withDatabase(fresh.db, (db) => db.prepare("SELECT hex(value) AS hex FROM kv_store").get());
    expect(value).toEqual({ hex: "610062" });
    withDatabase(fresh.db, (db) => db.exec("UPDATE kv_store SET value = value || 'c'"));
    await fresh.ok("push");
    await m.ok("pull");
    expect(withDatabase(m.db, (db) => db.prepare("SELECT hex(value) AS hex FROM kv_store").get())).toEqual({ hex: "61006263" });
  });

  it("that SQL over HTTP would alter are refused, and nothing is sent", async () => {
    const server = await startServer();
    const proxy = await startProxy({ upstream: server.url });
    const m = await machine(proxy.url);
    await m.ok("pull");
    proxy.requests.length = 0;
    for (const sql of [
      "INSERT INTO kv_store (key, value) VALUES ('k', CAST(x'ff41' AS TEXT))",
      "INSERT INTO tool_calls (name, started_at) VALUES ('k', 9e999)",
      "INSERT INTO tool_calls (name, started_at) VALUES ('k', -9e999)",
    ]) {
      withDatabase(m.db, (db) => db.exec(sql));
      expect((await m.run("push")).error?.code, sql).toBe("unsupported-value");
      withDatabase(m.db, (db) => db.exec("DELETE FROM kv_store; DELETE FROM tool_calls"));
    }
    expect(proxy.requests).toEqual([]);
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
  });
});
