import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { onCleanUp } from "../parts/cleanup.ts";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { type Fault, startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { type RequestKind, traffic } from "../parts/traffic.ts";

const never = () => new Promise<never>(() => undefined);
const status = (code: number, headers: Record<string, string> = {}): Fault => ({ status: code, headers, body: "{}" });

/** What passes if one tries again. */
const PASSING: readonly (readonly [name: string, fault: () => Fault | Promise<Fault>])[] = [
  ["429 that asks for a second", () => status(429, { "retry-after": "1" })],
  ["500", () => status(500)],
  ["502", () => status(502)],
  ["503 until a date", () => status(503, { "retry-after": new Date(Date.now() + 1000).toUTCString() })],
  ["a dropped connection", () => ({ drop: "before" })],
  ["a dropped connection after the work", () => ({ drop: "after" })],
  ["an answer that is cut", () => ({ cut: true })],
  ["no answer at all", never],
];

async function setting() {
  const server = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: server.url, fault: net.fault });
  return { server, net, m: await machine(proxy.url, { timeoutSeconds: 8 }) };
}

describe("I2, I10: one request that goes wrong is made again", () => {
  it.each(PASSING)("%s", async (_, fault) => {
    const { server, net, m } = await setting();
    const once = (kind: RequestKind) => {
      let left = 1;
      net.rule = (found) => (found === kind && left-- > 0 ? fault() : undefined);
    };
    once("probe");
    await m.ok("pull");
    once("initialise");
    await m.write(text("/a", "a"));
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 1 });
    once("pages");
    await m.ok("pull");
    let isDropped = false;
    net.rule = (kind) => {
      if (kind === "commit" && !isDropped) {
        isDropped = true;
        return { drop: "after" };
      }
      if (kind !== "settle") return undefined;
      net.rule = undefined;
      return fault();
    };
    await m.write(text("/b", "b"));
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 2 });
    expect((await pulled(server.url)).files).toEqual((await m.list()).files);
  });
});

describe("an answer that judges the request is final", () => {
  it.each([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "remote-not-found"],
    [400, "remote-protocol"],
  ] as const)("%i", async (code, error) => {
    const { net, m } = await setting();
    net.rule = (kind) => (kind === "probe" ? status(code) : undefined);
    expect((await m.run("pull")).error?.code).toBe(error);
    expect(net.kinds.filter((kind) => kind === "probe")).toHaveLength(1);
  });
});

it("a server that fails for good is said as it failed, within the time", async () => {
  const { net, m } = await setting();
  net.rule = (kind) => (kind === "probe" ? status(503) : undefined);
  expect((await m.run("pull", { timeoutSeconds: 2 })).error?.code).toBe("remote-error");
  expect(net.kinds.filter((kind) => kind === "probe").length).toBeGreaterThan(1);
});

it("I2: a commit that is made again after a 429, and then gets no answer in time, is not called failed", async () => {
  const { server, net, m } = await setting();
  await m.ok("pull");
  await m.write(text("/a", "a"));
  await m.ok("push");
  await m.write(text("/b", "b"));
  let commits = 0;
  net.rule = (kind) => {
    if (kind === "commit") return ++commits === 1 ? status(429, { "retry-after": "2" }) : { delayMs: 2000 };
    return undefined;
  };
  expect(await m.run("push", { timeoutSeconds: 3 })).toMatchObject({
    push: { outcome: "unknown" },
    error: { code: "outcome-unknown" },
  });
  net.rule = undefined;
  // It arrives after all.
  await sleep(2500);
  expect((await m.ok("push")).push?.outcome).toBe("unchanged");
  expect((await pulled(server.url)).files).toEqual((await m.list()).files);
});

it("an answer of an error that never ends is read as far as it is quoted", async () => {
  const endless = createServer((_, answer) => {
    answer.writeHead(403);
    const send = () => {
      while (!answer.destroyed && answer.write("x".repeat(2 ** 16)));
    };
    answer.on("drain", send);
    send();
  }).listen(0, "127.0.0.1");
  onCleanUp(() => void endless.close());
  await once(endless, "listening");
  const { port } = endless.address() as AddressInfo;
  const m = await machine(`http://127.0.0.1:${port}`, { timeoutSeconds: 30 });
  const startedAt = performance.now();
  expect((await m.run("pull")).error?.code).toBe("forbidden");
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

it("a URL of https: where nobody speaks TLS is said in seconds, not when the time is over", async () => {
  const server = await startServer();
  const proxy = await startProxy({ upstream: server.url });
  const m = await machine(proxy.url.replace("http:", "https:"), { timeoutSeconds: 60 });
  const startedAt = performance.now();
  expect((await m.run("pull")).error).toMatchObject({
    code: "remote-unreachable",
    message: expect.stringMatching(/wrong version number\S*\.$/),
  });
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});
