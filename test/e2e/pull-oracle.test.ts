import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { basePath } from "../parts/image.ts";
import { type Machine, machine } from "../parts/machine.ts";
import { officialBootstrap, runNative } from "../parts/native.ts";
import { text } from "../parts/ops.ts";
import { fieldsOf, pageOf, splitMessages } from "../parts/page-stream.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const baseOf = (m: Machine): Promise<Buffer> => readFile(basePath(m));

async function expectOfficial(m: Machine, url: string): Promise<void> {
  const official = await readFile(await officialBootstrap(url, await makeTempDir()));
  const base = await baseOf(m);
  expect(base.length).toBe(official.length);
  expect(base.equals(official), "the base is byte for byte what the official client bootstraps").toBe(true);
}

async function pullUpdates(url: string, request: Buffer): Promise<Buffer[]> {
  const response = await fetch(`${url}/pull-updates`, {
    method: "POST",
    headers: { "content-type": "application/protobuf" },
    body: new Uint8Array(request),
  });
  expect(response.status).toBe(200);
  return splitMessages(Buffer.from(await response.arrayBuffer()));
}

const stringField = (field: number, value: string) =>
  Buffer.concat([Buffer.from([field * 8 + 2, Buffer.byteLength(value)]), Buffer.from(value)]);

describe("the base", () => {
  it("is byte for byte what the official client bootstraps: after a bootstrap, a delta, pushes of ours and of native clients", async () => {
    const { url } = await startServer();
    const native = await makeTempDir();
    await runNative(native, url, [
      { op: "agent", do: text("/native.txt", "n".repeat(9000)) },
      { op: "agent", do: { op: "kvSet", key: "k", value: [1, 2, 3] } },
      { op: "push" },
    ]);
    const a = await machine(url);
    const b = await machine(url);
    await a.ok("pull");
    await expectOfficial(a, url);

    await a.write(text("/a.txt", "a".repeat(20_000)), { op: "mkdir", path: "/dir" });
    await a.ok("push");
    await expectOfficial(a, url);

    await b.ok("pull");
    await b.write(text("/b.txt", "b"), { op: "unlink", path: "/a.txt" });
    await b.ok("push");
    await a.ok("pull");
    await expectOfficial(a, url);

    await runNative(native, url, [{ op: "pull" }, { op: "agent", do: text("/dir/late.txt", "late") }, { op: "push" }]);
    for (const m of [a, b]) {
      await m.ok("pull");
      await expectOfficial(m, url);
    }
  });

  it("follows the remote when a large file goes from it", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    const b = await machine(url);
    await a.ok("pull");
    await a.write(text("/big.txt", "x".repeat(500_000)), text("/small.txt", "s"));
    await a.ok("push");
    await b.ok("pull");
    await a.write({ op: "unlink", path: "/big.txt" });
    await a.ok("push");
    await b.ok("pull");
    await expectOfficial(b, url);
    expect(await b.list()).toEqual(await a.list());
  });
});

describe("the page stream of the real server", () => {
  it("has a header of revision, size and raw encoding, and pages of 4096 bytes numbered from 0", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    await a.ok("pull");
    await a.write(text("/a.txt", "a".repeat(30_000)));
    const { push } = await a.ok("push");
    expect(push?.outcome).toBe("pushed");

    const [header, ...pages] = await pullUpdates(url, Buffer.alloc(0));
    const fields = new Map(fieldsOf(header ?? Buffer.alloc(0)));
    // 1 server_revision, 2 db_size, 3 raw_encoding (an empty message); proto3 leaves 0 out: 5 stream_kind (pages), 6 apply_mode, 8 protocol.
    expect([...fields.keys()]).toEqual([1, 2, 3]);
    expect(fields.get(1)?.toString()).toMatch(/\S/);
    expect(fields.get(2)).toBe(pages.length);
    expect(fields.get(3)).toEqual(Buffer.alloc(0));
    const seen = pages.map((page) => {
      const { index, bytes } = pageOf(page);
      expect(bytes.length).toBe(4096);
      return index;
    });
    expect(seen.toSorted((x, y) => x - y)).toEqual(pages.map((_, index) => index));
  });

  it("names the same revision that a pull reports, and sends nothing but a header to who has it", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    await a.ok("pull");
    await a.write(text("/a.txt", "a"));
    await a.ok("push");
    const { pull } = await a.ok("pull");
    const revision = pull?.revision ?? "";
    const [header, ...pages] = await pullUpdates(url, stringField(3, revision));
    expect(new Map(fieldsOf(header ?? Buffer.alloc(0))).get(1)?.toString()).toBe(revision);
    expect(pages).toEqual([]);
  });

  it("sends to who has an older revision only the pages that changed since", async () => {
    const { url } = await startServer();
    const a = await machine(url);
    await a.ok("pull");
    await a.write(text("/big.txt", "x".repeat(400_000)));
    await a.ok("push");
    const { pull } = await a.ok("pull");
    const before = await baseOf(a);
    await a.write(text("/small.txt", "s"));
    await a.ok("push");
    const [, ...pages] = await pullUpdates(url, stringField(3, pull?.revision ?? ""));
    const after = await baseOf(a);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.length).toBeLessThan(before.length / 4096 / 2);
    const onto = Buffer.alloc(after.length);
    before.copy(onto);
    for (const page of pages) {
      const { index, bytes } = pageOf(page);
      bytes.copy(onto, index * 4096);
    }
    expect(onto.equals(after)).toBe(true);
  });
});
