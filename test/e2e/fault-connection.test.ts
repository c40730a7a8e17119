import { describe, expect, it } from "vitest";
import { freePort } from "../parts/free-port.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { type Answer, startProxy, type TestProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer, type TestServer } from "../parts/server.ts";
import { gate, type Traffic, traffic } from "../parts/traffic.ts";

interface Setting {
  readonly server: TestServer;
  readonly proxy: TestProxy;
  readonly m: Machine;
  readonly net: Traffic;
}

/** A machine behind a proxy with something unpushed of every kind: a new file, an edit, a removal, a rename, a key, a tool call. */
async function setting(): Promise<Setting> {
  const server = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: server.url, fault: net.fault });
  const m = await machine(proxy.url);
  await m.ok("pull");
  await m.write(text("/edit", "before"), text("/remove", "r"), text("/rename", "n"), call("before"));
  await m.ok("push");
  await m.write(
    text("/new", "new"),
    text("/edit", "after"),
    { op: "unlink", path: "/remove" },
    { op: "rename", from: "/rename", to: "/renamed" },
    { op: "kvSet", key: "k", value: 1 },
    call("same"),
    call("same"),
  );
  return { server, proxy, m, net };
}

const receipts = async (url: string): Promise<unknown[][]> => {
  const [rows] = await remoteSql(url, [
    { sql: "SELECT state, sequence FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence" },
  ]);
  return rows ?? [];
};

/** Everything of `m` is on the remote, by two commits and no more, and nothing is left to push. */
async function expectOnce({ server, m }: Setting): Promise<void> {
  const remote = await pulled(server.url);
  expect(remote).toEqual(await m.list());
  expect(remote.toolCalls.map(({ name }) => name)).toEqual(["before", "same", "same"]);
  expect(await receipts(server.url)).toEqual([
    ["applied", 1],
    ["applied", 2],
  ]);
  expect((await m.ok("push")).push?.outcome).toBe("unchanged");
  await m.ok("pull");
  expect(await m.list()).toEqual(remote);
}

describe("a commit", () => {
  it.each(["after", "before"] as const)(
    "I1, I10: whose connection is dropped %s the server did the work is on the remote once",
    async (drop) => {
      const s = await setting();
      let left = 1;
      s.net.rule = (kind) => (kind === "commit" && left-- > 0 ? { drop } : undefined);
      expect((await s.m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 2 });
      s.net.rule = undefined;
      await expectOnce(s);
    },
  );

  it.each(["after", "before"] as const)(
    "I2, I10: dropped %s the work, and then the server is gone: unknown, and the next command settles it",
    async (drop) => {
      for (const next of ["push", "pull", "sync"] as const) {
        const s = await setting();
        let isGone = false;
        s.net.rule = (kind) => {
          if (kind !== "commit" || isGone) return isGone ? { drop: "before" } : undefined;
          isGone = true;
          return { drop };
        };
        const { push, error, rescue } = await s.m.run("push", { timeoutSeconds: 2 });
        expect([error?.code, push?.outcome]).toEqual(["outcome-unknown", "unknown"]);
        expect(rescue).toContain(push?.pushId ?? "no push id");
        s.net.rule = undefined;
        const settled = await s.m.run(next);
        if (drop === "before" && next === "pull") {
          expect(settled.error?.code).toBe("unpushed-changes");
          await s.m.ok("push");
        } else expect(settled.error).toBeNull();
        await expectOnce(s);
      }
    },
  );

  it("I2: that arrives after its push id was revoked does not apply, before the changes are pushed anew", async () => {
    const s = await setting();
    const [held, done] = [gate(), gate<Buffer>()];
    let [isFirst, isUnknown] = [true, false];
    s.net.rule = async (kind) => {
      if (kind === "settle" && !isUnknown) return { drop: "before" };
      if (kind !== "commit" || !isFirst) return undefined;
      isFirst = false;
      await held.opened;
      return {
        alter: (answer): Answer => {
          done.open(answer.body);
          return answer;
        },
      };
    };
    const { error } = await s.m.run("push", { timeoutSeconds: 1 });
    expect(error?.code).toBe("outcome-unknown");
    isUnknown = true;
    expect((await s.m.run("pull")).error?.code).toBe("unpushed-changes");
    const before = await pulled(s.server.url);
    held.open();
    expect((await done.opened).toString()).toContain("UNIQUE constraint failed: agentfs_sync_log");
    expect(await pulled(s.server.url)).toEqual(before);
    expect((await s.m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 2 });
    await expectOnce(s);
  });

  it("I2: that arrives after the changes were pushed anew does not apply", async () => {
    const s = await setting();
    const [held, done] = [gate(), gate<Buffer>()];
    let [isFirst, isUnknown] = [true, false];
    s.net.rule = async (kind) => {
      if (kind === "settle" && !isUnknown) return { drop: "before" };
      if (kind !== "commit" || !isFirst) return undefined;
      isFirst = false;
      await held.opened;
      return {
        alter: (answer): Answer => {
          done.open(answer.body);
          return answer;
        },
      };
    };
    expect((await s.m.run("push", { timeoutSeconds: 1 })).error?.code).toBe("outcome-unknown");
    isUnknown = true;
    expect((await s.m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 2 });
    held.open();
    expect((await done.opened).toString()).toMatch(/NOT NULL constraint failed|UNIQUE constraint failed/);
    await expectOnce(s);
  });
});

describe("a server", () => {
  it("that nobody is at: remote-unreachable, and what was written stays for the next push", async () => {
    const s = await setting();
    const url = `http://127.0.0.1:${await freePort()}`;
    const before = await s.m.list();
    for (const command of ["push", "sync"] as const) {
      const { error } = await s.m.run(command, { remoteUrl: url });
      expect([error?.code, error?.retryable], command).toEqual(["remote-unreachable", true]);
    }
    expect(await s.m.list()).toEqual(before);
    const fresh = await machine(url);
    expect((await fresh.run("pull")).error?.code).toBe("remote-unreachable");
    await s.m.ok("push");
    await expectOnce(s);
  });

  it.each(["probe", "pages"] as const)("that never answers the %s: remote-timeout when the time is over", async (silent) => {
    const s = await setting();
    await s.m.ok("push");
    s.net.rule = (kind) => (kind === silent ? new Promise(() => undefined) : undefined);
    const { error, pull } = await s.m.run("pull", { timeoutSeconds: 1 });
    expect([error?.code, pull?.outcome]).toEqual(["remote-timeout", "failed"]);
    s.net.rule = undefined;
    await expectOnce(s);
  });

  it("that never answers the commit: outcome-unknown when the time is over, and then it is there once", async () => {
    const s = await setting();
    s.net.rule = (kind) =>
      kind === "commit" ? { alter: () => ({ status: 200, body: new Uint8Array() }) } : kind === "settle" ? never() : undefined;
    const { error, push } = await s.m.run("push", { timeoutSeconds: 2 });
    expect([error?.code, push?.outcome]).toEqual(["outcome-unknown", "unknown"]);
    s.net.rule = undefined;
    expect((await s.m.ok("push")).push?.outcome).toBe("unchanged");
    await expectOnce(s);
  });

  it("that never answers the reading back: pushed-unverified when the time is over", async () => {
    const s = await setting();
    let isCommitted = false;
    s.net.rule = (kind) => {
      isCommitted ||= kind === "commit";
      // It is tried again, and then looks like any other request for pages.
      return isCommitted && kind !== "commit" ? never() : undefined;
    };
    expect((await s.m.ok("push", { timeoutSeconds: 1 })).push?.outcome).toBe("pushed-unverified");
    s.net.rule = undefined;
    await expectOnce(s);
  });

  it("that drops the connection of the page request: remote-unreachable, and nothing changes", async () => {
    const s = await setting();
    await s.m.ok("push");
    s.net.rule = (kind) => (kind === "pages" ? { drop: "after" } : undefined);
    expect((await s.m.run("pull", { timeoutSeconds: 1 })).error?.code).toBe("remote-unreachable");
    s.net.rule = undefined;
    await expectOnce(s);
  });

  it("that is killed and comes back between any two commands keeps everything", async () => {
    const server = await startServer();
    let at = server;
    const restart = async () => {
      at.kill();
      at = await startServer({ file: server.file, port: server.port });
    };
    const m = await machine(server.url);
    await m.ok("pull");
    for (const round of [1, 2, 3]) {
      await m.write(text(`/r${round}`, `${round}`), call(`c${round}`));
      await restart();
      expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: round });
      await restart();
      await m.ok("pull");
      expect(await pulled(server.url)).toEqual(await m.list());
    }
  });
});

const never = (): Promise<never> => new Promise(() => undefined);
