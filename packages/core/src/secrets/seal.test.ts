import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSealed, sealFile } from "./seal.ts";

const OPTIONS = { secret: "a token", purpose: "rescue", url: "https://bot.example.com" };
const CHUNK_BYTES = 64 * 1024;
const PREFIX_BYTES = 44;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "agentfs-sync-seal-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const path = (name: string) => join(dir, name);

async function sealed(content: Buffer): Promise<Buffer> {
  await writeFile(path("plain"), content);
  await sealFile(path("plain"), path("sealed"), OPTIONS);
  return readFile(path("sealed"));
}

async function opened(bytes: Buffer, options = OPTIONS): Promise<Buffer> {
  await writeFile(path("given"), bytes);
  await rm(path("opened"), { force: true });
  await openSealed(path("given"), path("opened"), options);
  return readFile(path("opened"));
}

async function expectRefused(bytes: Buffer, options = OPTIONS): Promise<void> {
  await expect(opened(bytes, options)).rejects.toMatchObject({ code: "rescue-sealed", exitCode: 7 });
  expect((await readdir(dir)).filter((name) => name.startsWith("opened"))).toEqual([]);
}

test.for([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
  "%i bytes come back as they were",
  async (size) => {
    const content = Buffer.alloc(size, "some text ");
    const bytes = await sealed(content);
    expect(await opened(bytes)).toEqual(content);
    expect(bytes.includes("some text")).toBe(false);
  },
);

test("the same content sealed twice is two different files", async () => {
  const content = Buffer.from("content");
  expect(await sealed(content)).not.toEqual(await sealed(content));
});

test.for([{ secret: "another" }, { purpose: "base" }, { url: "https://else.example.com" }])(
  "I8: with %j nothing is opened, and nothing is left",
  async (other) => {
    await expectRefused(await sealed(Buffer.from("content")), { ...OPTIONS, ...other });
  },
);

test("without a secret nothing is sealed", async () => {
  await writeFile(path("plain"), "content");
  await expect(sealFile(path("plain"), path("none"), { ...OPTIONS, secret: "" })).rejects.toMatchObject({
    code: "rescue-sealed",
  });
  expect(await readdir(dir)).not.toContain("none");
});

test("chunks that are swapped, left out, repeated or cut off at their border are refused", async () => {
  const bytes = await sealed(Buffer.alloc(2 * CHUNK_BYTES + 10, "x"));
  const prefix = bytes.subarray(0, PREFIX_BYTES);
  const size = CHUNK_BYTES + 16;
  const [first, second, third] = [0, 1, 2].map((index) =>
    bytes.subarray(PREFIX_BYTES + index * size, PREFIX_BYTES + (index + 1) * size),
  );
  if (first === undefined || second === undefined || third === undefined) throw new Error("three chunks were made");
  expect(await opened(Buffer.concat([prefix, first, second, third]))).toHaveLength(2 * CHUNK_BYTES + 10);
  for (const chunks of [[second, first, third], [first, third], [first, first, second, third], [first, second], [first], []]) {
    await expectRefused(Buffer.concat([prefix, ...chunks]));
  }
});

test("a newer format is named", async () => {
  const bytes = await sealed(Buffer.from("content"));
  bytes.writeUInt32BE(2, 8);
  await expect(opened(bytes)).rejects.toThrow(/its format is 2, this version knows 1/);
});
