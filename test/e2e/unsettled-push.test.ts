import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ConfigInput } from "../../packages/core/src/index.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { type Answer, type RecordedRequest, startProxy } from "../parts/proxy.ts";
import { pulledSetting } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

/** A machine whose requests go through a proxy that a test can make faults in. */
async function proxied(input: Partial<ConfigInput> = { timeoutSeconds: 2 }) {
  const { url } = await pulledSetting();
  const requests = traffic();
  const proxy = await startProxy({ upstream: url, fault: requests.fault });
  const m = await machine(proxy.url, input);
  await m.ok("pull");
  return { url, requests, proxyUrl: proxy.url, m };
}

const send = async (url: string, { path, body, headers }: RecordedRequest) => {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    body,
    headers: { "content-type": headers["content-type"] ?? "" },
  });
  return Buffer.from(await response.arrayBuffer());
};

const names = (calls: readonly { readonly name: string }[], name: string) => calls.filter((made) => made.name === name).length;

async function copyOf(m: Machine, url: string): Promise<Machine> {
  const dir = await makeTempDir();
  await cp(join(m.dir, ".agentfs"), join(dir, ".agentfs"), { recursive: true });
  return machine(url, {}, dir);
}

describe("a push whose answer was lost", () => {
  it("I2: whose revoke fails too is not planned again: the commit may come late, and is then known by its id", async () => {
    const { url, requests, m } = await proxied();
    await m.write(call("deploy"));
    let late: RecordedRequest | null = null;
    requests.rule = (kind, request) => {
      if (kind === "commit") late = request;
      return kind === "commit" ? { drop: "before" } : late === null ? undefined : { status: 503 };
    };
    expect((await m.run("push")).error?.code).toBe("outcome-unknown");
    requests.rule = undefined;
    // Stands for whatever makes one INSERT fail: a full disk, a quota, a database that may only be read for a while.
    await remoteSql(url, [
      {
        sql: `CREATE TRIGGER no_revoke BEFORE INSERT ON agentfs_sync_log WHEN NEW.state = 'revoked'
          BEGIN INSERT INTO fs_dentry VALUES (NULL, NULL, NULL, NULL); END`,
      },
    ]);
    expect((await m.run("push")).error?.code).toBe("remote-error");
    expect(requests.kinds.filter((kind) => kind === "commit")).toHaveLength(1);

    if (late === null) throw new Error("no commit was sent");
    await send(url, late);
    await remoteSql(url, [{ sql: "DROP TRIGGER no_revoke" }]);
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    expect(names((await pulled(url)).toolCalls, "deploy")).toBe(1);
  });

  it("I2: that arrived, and two copies of the folder that hold a call made since: the call is there once", async () => {
    const { url, requests, proxyUrl, m } = await proxied();
    await m.write(text("/first", "1"));
    let isSent = false;
    requests.rule = (kind) => {
      if (kind === "commit") isSent = true;
      return kind === "commit" ? { drop: "after" } : isSent ? { status: 503 } : undefined;
    };
    expect((await m.run("push")).error?.code).toBe("outcome-unknown");
    requests.rule = undefined;
    await m.write(call("deploy"));
    const copies = [await copyOf(m, proxyUrl), await copyOf(m, proxyUrl)];
    for (const copy of copies) await copy.ok("sync");

    const remote = await pulled(url);
    expect(names(remote.toolCalls, "deploy")).toBe(1);
    for (const copy of copies) {
      await copy.ok("pull");
      expect(await copy.list()).toEqual(remote);
    }
  });
});

describe("an answer that is neither a success nor a refusal", () => {
  it.each([408, 409, 425, 499, 204])(
    "I2: %i to a commit that was carried out: it is found out, and not sent again",
    async (status) => {
      const { url, requests, m } = await proxied();
      await m.write(text("/y", "y"), call("deploy"));
      requests.rule = (kind) => (kind === "commit" ? { alter: () => ({ status, body: "" }) } : undefined);
      expect((await m.ok("push")).push?.outcome).toBe("pushed");
      expect(requests.kinds.filter((kind) => kind === "commit")).toHaveLength(1);
      expect(names((await pulled(url)).toolCalls, "deploy")).toBe(1);
    },
  );

  it.each([400, 413])(
    "I2: %i is a refusal: the push failed, and the next one needs no look at what became of it",
    async (status) => {
      const { requests, m } = await proxied();
      await m.write(text("/y", "y"));
      requests.rule = (kind) => (kind === "commit" ? { status } : undefined);
      expect(await m.run("push")).toMatchObject({ push: { outcome: "failed" }, error: { code: "remote-protocol" } });
      requests.rule = undefined;
      expect((await m.ok("push")).push?.outcome).toBe("pushed");
      expect(requests.kinds).not.toContain("settle");
    },
  );
});

describe("a server that serves what was before", () => {
  it("I2: the commit was answered, but the pages do not show it: pushed-unverified, and nothing is pushed twice", async () => {
    const { url, requests, m } = await proxied();
    await m.write(text("/y", "y"), call("deploy"));
    let before: Answer | null = null;
    requests.rule = async (kind, request) => {
      // The read-back asks for what is new since the base: the same request, answered before the commit.
      if (kind === "commit") before = { status: 200, body: await send(url, await pagesRequest(m)) };
      return kind === "read-back" && before !== null && request.path === "/pull-updates" ? before : undefined;
    };
    const { push, error } = await m.run("push");
    expect([push?.outcome, error]).toEqual(["pushed-unverified", null]);
    requests.rule = undefined;
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    await m.ok("pull");
    const remote = await pulled(url);
    expect(names(remote.toolCalls, "deploy")).toBe(1);
    expect(await m.list()).toEqual(remote);
  });
});

/** What a client at this machine's revision asks for. */
async function pagesRequest(m: Machine): Promise<RecordedRequest> {
  const revision = (await m.ok("status")).status?.revision ?? "";
  const body = Buffer.concat([Buffer.from([26, revision.length]), Buffer.from(revision)]);
  return { method: "POST", path: "/pull-updates", headers: { "content-type": "application/protobuf" }, body };
}

describe("another client's transaction on the server's one connection", () => {
  it.each([
    ["a commit", "commit", "y", 3],
    ["what is staged", "reserve", "y".repeat(300_000), 4],
  ] as const)(
    "I3: is waited for by %s: BEGIN is refused as long as it is open, and that is a race, not an answer",
    async (_, asked, content, times) => {
      const { url, requests, m } = await proxied({ timeoutSeconds: 10 });
      await m.write(text("/y", content));
      let refused = 0;
      await remoteSql(url, [{ sql: "BEGIN IMMEDIATE" }]);
      requests.rule = async (kind) => {
        if (kind === asked && ++refused === times) await remoteSql(url, [{ sql: "COMMIT" }]);
        return undefined;
      };
      expect((await m.ok("push")).push?.outcome).toBe("pushed");
      expect(refused).toBeGreaterThanOrEqual(times);
      expect((await pulled(url)).files["/y"]).toBe(Buffer.from(content).toString("base64"));
    },
  );
});
