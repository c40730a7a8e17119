import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSealed, sealFile } from "./seal.ts";

const OPTIONS = { secret: "a token", purpose: "rescue", url: "https://bot.example.com" };
const CONTENT = Buffer.alloc(70_000, "content ");

let dir: string;
let sealed: Buffer;
const path = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "agentfs-sync-seal-"));
  await writeFile(path("plain"), CONTENT);
  await sealFile(path("plain"), path("sealed"), OPTIONS);
  sealed = await readFile(path("sealed"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function code(bytes: Buffer): Promise<unknown> {
  await writeFile(path("given"), bytes);
  return openSealed(path("given"), path("opened"), OPTIONS).then(
    () => "opened",
    (error) => (error as { code?: unknown }).code,
  );
}

test("a sealed file with any bit flipped, or cut anywhere, or with bytes added, is refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: sealed.length - 1 }),
      fc.nat({ max: 7 }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      async (at, bit, more) => {
        const flipped = Buffer.from(sealed);
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
        expect(await code(flipped)).toBe("rescue-sealed");
        expect(await code(sealed.subarray(0, at))).toBe("rescue-sealed");
        expect(await code(Buffer.concat([sealed, more]))).toBe("rescue-sealed");
      },
    ),
  );
  expect(await code(sealed)).toBe("opened");
});
