import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { startProxy, type TestProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { gate, traffic } from "../parts/traffic.ts";

/** Every statement of every request so far. */
function statements({ requests }: TestProxy): string[] {
  return requests.flatMap(({ path, body }) => {
    if (path === "/pull-updates") return [];
    const { requests: parts } = JSON.parse(body.toString("utf8")) as { requests: { type: string; stmt?: { sql: string } }[] };
    return parts.map(({ type, stmt }) => (type === "execute" ? (stmt?.sql ?? "") : `a ${type}`));
  });
}

describe("a read-only run", () => {
  it("I9: sends nothing but SELECT and page requests: pull, push, sync, with unpushed changes and an unsettled push", async () => {
    const server = await startServer();
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url, { timeoutSeconds: 2 });
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("push");
    await m.write(text("/b", "b"));
    net.rule = (kind) => (kind === "commit" || kind === "settle" ? { drop: "before" } : undefined);
    expect((await m.run("push")).error?.code).toBe("outcome-unknown");
    net.rule = undefined;
    const remote = await pulled(server.url);
    proxy.requests.length = 0;
    for (const command of ["pull", "push", "sync"] as const) await m.run(command, { readOnly: true });
    const setAside = await m.run("pull", { readOnly: true, onUnpushed: "set-aside" });
    expect(setAside.error).toMatchObject({ code: "unpushed-changes", message: expect.stringContaining("settled first") });
    const other = await machine(proxy.url, { readOnly: true });
    for (const command of ["pull", "push", "sync"] as const) await other.ok(command);
    expect((await other.run("push")).push?.outcome).toBe("skipped");
    expect(proxy.requests.map(({ path }) => path)).toContain("/pull-updates");
    expect(new Set(proxy.requests.map(({ path }) => path))).toEqual(new Set(["/pull-updates", "/v2/pipeline"]));
    const sent = statements(proxy);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((sql) => !/^SELECT [^;]*$/.test(sql))).toEqual([]);
    expect(await pulled(server.url)).toEqual(remote);
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(Object.keys((await pulled(server.url)).files)).toEqual(["/a", "/b"]);
  });

  it("I9: on an empty remote makes a working copy and leaves the remote empty", async () => {
    const server = await startServer();
    const proxy = await startProxy({ upstream: server.url });
    const m = await machine(proxy.url, { readOnly: true });
    expect((await m.ok("pull")).pull?.outcome).toBe("new");
    await m.write(text("/a", "a"));
    for (const command of ["push", "sync"] as const) await m.run(command);
    expect(statements(proxy).filter((sql) => !sql.startsWith("SELECT "))).toEqual([]);
    expect((await pulled(server.url)).files).toEqual({});
  });

  it("without any trust does nothing at all, and succeeds", async () => {
    const server = await startServer();
    const proxy = await startProxy({ upstream: server.url });
    const m = await machine(proxy.url, { trust: "none" });
    for (const command of ["pull", "push", "sync"] as const) {
      const { ok, pull, push } = await m.run(command);
      expect(ok).toBe(true);
      for (const step of [pull, push]) expect(step === null || step.outcome === "skipped").toBe(true);
    }
    expect(proxy.requests).toEqual([]);
    await expect(readFile(join(m.dir, ".agentfs"))).rejects.toThrow("ENOENT");
  });
});

describe("what is asked of the server", () => {
  it("is nothing for a push without changes, also after the files were opened and read", async () => {
    const server = await startServer();
    const proxy = await startProxy({ upstream: server.url });
    const m = await machine(proxy.url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("push");
    proxy.requests.length = 0;
    expect((await m.ok("push")).push).toMatchObject({ outcome: "unchanged", bytesSent: 0 });
    await m.write({ op: "readFile", path: "/a" }, { op: "readdir", path: "/" }, { op: "kvGet", key: "none" });
    expect((await m.ok("push")).push).toMatchObject({ outcome: "unchanged", bytesSent: 0 });
    expect(proxy.requests).toEqual([]);
  });

  it("is one probe and one page request for a pull without news, side by side: neither waits for the other's answer", async () => {
    const server = await startServer();
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("push");
    await m.ok("pull");
    net.kinds.length = 0;
    const bothAreThere = gate();
    net.rule = async () => {
      if (net.kinds.length === 2) bothAreThere.open();
      await bothAreThere.opened;
      return undefined;
    };
    expect((await m.ok("pull")).pull?.outcome).toBe("unchanged");
    expect(net.kinds.toSorted()).toEqual(["pages", "probe"]);
  });

  it("is one commit and one page request for a push when nobody else has pushed", async () => {
    const server = await startServer();
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("push");
    await m.write(text("/b", "b"));
    net.kinds.length = 0;
    await m.ok("push");
    expect(net.kinds).toEqual(["commit", "read-back"]);
  });

  it("carries the token in the header of each request and nowhere else, and no error repeats it", async () => {
    const server = await startServer();
    const token = "t0ken-that-nobody-may-see";
    const proxy = await startProxy({ upstream: server.url, token });
    const m = await machine(proxy.url, { authToken: token });
    await m.ok("pull");
    await m.write(text("/a", "a"));
    await m.ok("sync");
    for (const { headers, path, body } of proxy.requests) {
      expect(headers.authorization).toBe(`Bearer ${token}`);
      expect(path + body.toString("latin1")).not.toContain(token);
    }
    const wrong = await machine(proxy.url, { authToken: `${token}-wrong` });
    const report = await wrong.run("pull");
    expect(report.error?.code).toBe("unauthorized");
    expect(JSON.stringify([report, wrong.lines, m.lines])).not.toContain(token);
    const without = await machine(proxy.url);
    expect((await without.run("pull")).error).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("No token was sent"),
    });
  });
});
