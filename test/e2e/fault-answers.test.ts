import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode } from "../../packages/core/src/index.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { type Answer, startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { type RequestKind, type Traffic, traffic } from "../parts/traffic.ts";

const json = { "content-type": "application/json" };
const status = (code: number): Answer => ({ status: code, headers: json, body: JSON.stringify({ error: `it is ${code}` }) });

/** What a server, or something before it, may answer in place of what was asked for. */
const ANSWERS: readonly { readonly name: string; readonly answer: Answer; readonly code: ErrorCode }[] = [
  { name: "401", answer: status(401), code: "unauthorized" },
  { name: "403", answer: status(403), code: "forbidden" },
  { name: "404", answer: status(404), code: "remote-not-found" },
  { name: "429", answer: status(429), code: "rate-limited" },
  { name: "500", answer: status(500), code: "remote-error" },
  { name: "502", answer: status(502), code: "remote-error" },
  { name: "503", answer: status(503), code: "remote-error" },
  {
    name: "a page of HTML",
    answer: { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><h1>Sign in</h1>" },
    code: "remote-protocol",
  },
  { name: "nothing, with 200", answer: { status: 200 }, code: "remote-protocol" },
  { name: "JSON of another shape", answer: { status: 200, headers: json, body: '{"results":[]}' }, code: "remote-protocol" },
  { name: "JSON that is no object", answer: { status: 200, headers: json, body: "[1]" }, code: "remote-protocol" },
];

interface Setting {
  readonly serverUrl: string;
  readonly m: Machine;
  readonly net: Traffic;
}

/** A machine behind a proxy that has pulled and pushed once, and another push on the remote that it has not seen. */
async function setting(): Promise<Setting> {
  const server = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: server.url, fault: net.fault });
  const m = await machine(proxy.url, { timeoutSeconds: 10 });
  await m.ok("pull");
  await m.write(text("/first.txt", "first"), call("first"));
  await m.ok("push");
  return { serverUrl: server.url, m, net };
}

function answering(net: Traffic, kind: RequestKind, answer: Answer, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  net.rule = (found) => (found === kind && left-- > 0 ? answer : undefined);
}

describe("what is answered in place of the answer", () => {
  it.each(["probe", "pages"] as const)("to the %s of a pull: the right code, and nothing changes", async (kind) => {
    const { serverUrl, m, net } = await setting();
    const other = await machine(serverUrl);
    await other.ok("pull");
    await other.write(text("/other.txt", "other"));
    await other.ok("push");
    const before = await m.list();
    const remote = await pulled(serverUrl);
    for (const { name, answer, code } of ANSWERS) {
      answering(net, kind, answer);
      const { pull, error, rescue } = await m.run("pull", { timeoutSeconds: 1 });
      expect([error?.code, error?.retryable, pull?.outcome, rescue], name).toEqual([
        code,
        ERRORS[code].retryable,
        "failed",
        null,
      ]);
      expect(error?.message, name).not.toMatch(/\n\s+at /);
    }
    expect(await m.list()).toEqual(before);
    expect(await pulled(serverUrl)).toEqual(remote);
    net.rule = undefined;
    expect((await m.ok("pull")).pull?.outcome).toBe("pulled");
    expect(await m.list()).toEqual(remote);
  });

  it("I2: to every commit: the right code, nothing of it on the remote, and the next push brings it once", async () => {
    const { serverUrl, m, net } = await setting();
    for (const [index, { name, answer, code }] of ANSWERS.entries()) {
      const remote = await pulled(serverUrl);
      await m.write(text(`/commit-${index}.txt`, name), call(`commit-${index}`));
      answering(net, "commit", answer);
      const failed = await m.run("push", { timeoutSeconds: 2 });
      expect([failed.error?.code, failed.push?.outcome], name).toEqual([code, "failed"]);
      expect(failed.rescue, name).not.toBeNull();
      expect(await pulled(serverUrl), name).toEqual(remote);
      net.rule = undefined;
      expect((await m.ok("push")).push, name).toMatchObject({
        outcome: "pushed",
        sequence: index + 2,
        files: { added: 1 },
        toolCalls: { added: 1 },
      });
      expect(await pulled(serverUrl), name).toEqual(await m.list());
    }
  });

  it("I10: to one commit that the server did: it is found to be there, and is there once", async () => {
    const { serverUrl, m, net } = await setting();
    const maybe = ANSWERS.filter(({ code }) => code === "remote-error" || code === "remote-protocol");
    for (const [index, { name, answer }] of maybe.entries()) {
      await m.write(text(`/done-${index}.txt`, name), call(`done-${index}`));
      let left = 1;
      net.rule = (kind) => (kind === "commit" && left-- > 0 ? { alter: () => answer } : undefined);
      expect((await m.ok("push")).push, name).toMatchObject({ outcome: "pushed", sequence: index + 2 });
      net.rule = undefined;
      expect((await m.ok("push")).push?.outcome, name).toBe("unchanged");
      expect(await pulled(serverUrl), name).toEqual(await m.list());
    }
  });

  it("I1: to the reading back: it says pushed-unverified, and the remote has it", async () => {
    const { serverUrl, m, net } = await setting();
    for (const [index, { name, answer }] of ANSWERS.entries()) {
      await m.write(text(`/unverified-${index}.txt`, name), call(`unverified-${index}`));
      let isCommitted = false;
      net.rule = (kind) => {
        isCommitted ||= kind === "commit";
        // Tried again, it is a page request like any other.
        return isCommitted && (kind === "read-back" || kind === "pages") ? answer : undefined;
      };
      const { push, error } = await m.run("push");
      expect([push?.outcome, error], name).toEqual(["pushed-unverified", null]);
      net.rule = undefined;
      expect(await pulled(serverUrl), name).toEqual(await m.list());
      expect((await m.ok("push")).push?.outcome, name).toBe("unchanged");
    }
  });

  it("I2: to the question what became of a lost commit: outcome-unknown, and the next push finds out", async () => {
    const { serverUrl, m, net } = await setting();
    for (const [index, { name, answer }] of ANSWERS.entries()) {
      await m.write(text(`/asked-${index}.txt`, name), call(`asked-${index}`));
      const drop = index % 2 === 0 ? "after" : "before";
      net.rule = (kind) => (kind === "commit" ? { drop } : kind === "settle" ? answer : undefined);
      const lost = await m.run("push", { timeoutSeconds: 2 });
      expect([lost.error?.code, lost.push?.outcome], name).toEqual(["outcome-unknown", "unknown"]);
      expect(lost.push?.pushId, name).toMatch(/^[0-9a-f-]{36}$/);
      net.rule = undefined;
      expect((await m.ok("push")).push?.outcome, name).toBe(drop === "after" ? "unchanged" : "pushed");
      expect(await pulled(serverUrl), name).toEqual(await m.list());
    }
  });
});
