import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../packages/core/src/index.ts";
import { onCleanUp } from "../parts/cleanup.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { joinMessages, pageOf, splitMessages } from "../parts/page-stream.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

type Change = (body: Buffer) => Buffer;

const messages =
  (change: (all: Buffer[]) => Buffer[]): Change =>
  (body) =>
    joinMessages(change(splitMessages(body)));

/** Field 5 (stream_kind) of the header is 1: a logical log. */
const mvcc = messages(([header = Buffer.alloc(0), ...pages]) => [Buffer.concat([header, Buffer.from([5 * 8, 1])]), ...pages]);

/** A byte of the page, changed where it stands in the message. */
const flipped = (index: number, position: number): Change =>
  messages((all) =>
    all.map((message, at) => {
      if (at === 0 || pageOf(message).index !== index) return message;
      const changed = Buffer.from(message);
      const start = changed.length - 4096 + position;
      changed.writeUInt8(changed.readUInt8(start) ^ 0xff, start);
      return changed;
    }),
  );

const WHOLE: readonly { readonly name: string; readonly change: Change; readonly code: ErrorCode }[] = [
  { name: "cut after the header", change: messages((all) => all.slice(0, 1)), code: "remote-damaged" },
  { name: "cut between two pages", change: messages((all) => all.slice(0, -1)), code: "remote-damaged" },
  { name: "without a page in the middle", change: messages((all) => all.toSpliced(3, 1)), code: "remote-damaged" },
  { name: "cut inside a page", change: (body) => body.subarray(0, body.length - 1000), code: "remote-protocol" },
  { name: "cut inside the header", change: (body) => body.subarray(0, 3), code: "remote-protocol" },
  { name: "with a broken SQLite header", change: flipped(0, 0), code: "remote-damaged" },
  { name: "with a broken page", change: flipped(1, 0), code: "remote-damaged" },
  { name: "in MVCC mode", change: mvcc, code: "remote-unsupported" },
  {
    name: "with a page beyond the end",
    change: messages((all) => [...all, Buffer.concat([Buffer.from([8, 0xff, 0x7f, 18, 0x80, 0x20]), Buffer.alloc(4096)])]),
    code: "remote-protocol",
  },
  {
    name: "with a short page",
    change: messages((all) => [...all, Buffer.from([8, 1, 18, 2, 0, 0])]),
    code: "remote-protocol",
  },
  { name: "that is noise", change: (body) => Buffer.alloc(body.length, 0xff), code: "remote-protocol" },
];

/** A page of zeros, as the first of a database. */
const ZEROS = Buffer.concat([Buffer.from([8, 0, 18, 0x80, 0x20]), Buffer.alloc(4096)]);

const baseOf = (m: Machine): Promise<Buffer> => readFile(basePath(m));

describe("a page stream", () => {
  it("of a whole database that is not whole is refused, and no working copy is made of it", async () => {
    const server = await startServer();
    const first = await machine(server.url);
    await first.ok("pull");
    await first.write(text("/a.txt", "a".repeat(50_000)));
    await first.ok("push");
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url);
    for (const { name, change, code } of WHOLE) {
      net.rule = (kind) => (kind === "pages" ? { alter: (answer) => ({ ...answer, body: change(answer.body) }) } : undefined);
      expect((await m.run("pull")).error?.code, name).toBe(code);
      await expect(readFile(m.db), name).rejects.toThrow("ENOENT");
    }
    net.rule = undefined;
    await m.ok("pull");
    expect(await m.list()).toEqual(await first.list());
  });

  it("of a database of no pages is read to its end all the same: one with a page in it is refused", async () => {
    const server = await startServer();
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url);
    net.rule = (kind) =>
      kind === "pages"
        ? { alter: (answer) => ({ ...answer, body: Buffer.concat([answer.body, joinMessages([ZEROS])]) }) }
        : undefined;
    expect((await m.run("pull")).error).toMatchObject({ code: "remote-protocol" });
    await expect(readFile(m.db)).rejects.toThrow("ENOENT");
    net.rule = undefined;
    expect((await m.ok("pull")).pull?.outcome).toBe("new");
  });

  it("of changes that is cut or broken leaves the base and the working copy as they are", async () => {
    const server = await startServer();
    const first = await machine(server.url);
    await first.ok("pull");
    await first.write(text("/a.txt", "a".repeat(50_000)));
    await first.ok("push");
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url);
    await m.ok("pull");
    await first.write(text("/b.txt", "b".repeat(90_000)));
    await first.ok("push");
    const [base, listing] = [await baseOf(m), await m.list()];
    const cuts = [...new Set([...WHOLE.slice(1, 2), ...WHOLE.slice(3, 6), ...WHOLE.slice(7)])];
    for (const { name, change, code } of cuts) {
      net.rule = (kind) => (kind === "pages" ? { alter: (answer) => ({ ...answer, body: change(answer.body) }) } : undefined);
      expect((await m.run("pull")).error?.code, name).toBe(code);
      expect((await baseOf(m)).equals(base), name).toBe(true);
      expect(await m.list(), name).toEqual(listing);
    }
    net.rule = undefined;
    await m.ok("pull");
    expect(await m.list()).toEqual(await first.list());
  });

  it("is asked for whole when what was asked as a change does not fit the probe", async () => {
    const server = await startServer();
    const first = await machine(server.url);
    await first.ok("pull");
    await first.write(text("/a.txt", "a"));
    await first.ok("push");
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url);
    await m.ok("pull");
    await first.write(text("/a.txt", "b"));
    await first.ok("push");
    // A server that has lost what changed: it names the new revision and sends no page, as long as it is asked for a change.
    net.rule = (kind, { body }) =>
      kind === "pages" && body.length > 0
        ? { alter: (answer) => ({ ...answer, body: joinMessages(splitMessages(answer.body).slice(0, 1)) }) }
        : undefined;
    expect((await m.ok("pull")).pull?.outcome).toBe("pulled");
    expect(await m.list()).toEqual(await first.list());
  });

  it("whose end cannot be told from a cut is refused: no length, no chunks", async () => {
    const server = await startServer();
    const first = await machine(server.url);
    await first.ok("pull");
    await first.write(text("/a.txt", "a"));
    await first.ok("push");
    const relay = createServer((incoming, outgoing) => {
      void (async () => {
        const body = await buffer(incoming);
        const answer = await fetch(`${server.url}${incoming.url}`, { method: "POST", body: new Uint8Array(body) });
        const whole = Buffer.from(await answer.arrayBuffer());
        outgoing.useChunkedEncodingByDefault = incoming.url !== "/pull-updates";
        outgoing.shouldKeepAlive = false;
        outgoing.writeHead(200).end(whole);
      })();
    });
    relay.listen(0, "127.0.0.1");
    await once(relay, "listening");
    onCleanUp(() => void relay.close());
    const address = relay.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const m = await machine(`http://127.0.0.1:${address.port}`);
    expect((await m.run("pull")).error).toMatchObject({ code: "remote-protocol", message: expect.stringContaining("length") });
    await expect(readFile(m.db)).rejects.toThrow("ENOENT");
  });

  it("is not followed to another host: a redirect is an error, and the other host is asked nothing", async () => {
    const server = await startServer();
    const elsewhere = await startProxy({ upstream: server.url });
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url, { authToken: "secret-token" });
    for (const status of [301, 302, 307, 308]) {
      for (const kind of ["pages", "probe"] as const) {
        net.rule = (found, { path }) =>
          found === kind ? { status, headers: { location: `${elsewhere.url}${path}` }, body: "" } : undefined;
        const { error } = await m.run("pull");
        expect(error?.code, `${status} ${kind}`).toBe("remote-protocol");
        expect(JSON.stringify(error)).not.toContain("secret-token");
      }
    }
    expect(elsewhere.requests).toEqual([]);
  });

  it("I1: of the reading back that is broken: pushed-unverified, and the base is never what was not whole", async () => {
    const server = await startServer();
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url);
    await m.ok("pull");
    for (const [index, { name, change }] of WHOLE.entries()) {
      await m.write(text(`/f${index}.txt`, `${index}`.repeat(20_000)));
      net.rule = (kind) => (kind === "read-back" ? { alter: (answer) => ({ ...answer, body: change(answer.body) }) } : undefined);
      const { push, error } = await m.run("push");
      // Where the answer does not hold the page that would be broken, it is whole; where rows are missing in it, that is an error.
      expect(["pushed", "pushed-unverified"], name).toContain(push?.outcome);
      if (error !== null) expect([error.code, push?.outcome], name).toEqual(["remote-damaged", "pushed-unverified"]);
      net.rule = undefined;
      const remote = await pulled(server.url);
      expect(remote, name).toEqual(await m.list());
      await m.ok("pull");
      expect(await m.list(), name).toEqual(remote);
      const fresh = await machine(server.url, {}, await makeTempDir());
      await fresh.ok("pull");
      expect((await baseOf(m)).equals(await baseOf(fresh)), name).toBe(true);
    }
  });
});
