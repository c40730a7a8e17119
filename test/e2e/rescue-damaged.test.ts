import { appendFile, copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Bundle } from "../../packages/core/src/rescue/bundle.ts";
import { LARGEST_CONTENT_BYTES } from "../../packages/core/src/rescue/format.ts";
import { pushElsewhere } from "../parts/rescue.ts";
import { forged, readFrom, sampleBundle, sha256 } from "../parts/sample-bundle.ts";
import { makeTempDir } from "../parts/temp.ts";

let file: string;
let bundle: Bundle;
beforeAll(async () => {
  ({ file, bundle } = await sampleBundle());
});

async function given(bytes: Uint8Array): Promise<string> {
  const path = join(await makeTempDir(), "given.rescue");
  await writeFile(path, bytes);
  return path;
}

const refusal = (path: string) =>
  readFrom(path).then(
    () => "it was read",
    (error: { code?: unknown; message: string }) =>
      error.code === "rescue-damaged" ? error.message.replace(path, "FILE") : error,
  );

describe("a bundle file", () => {
  it("gives back what went into it", async () => {
    const { originPath, snapshotPath, ...rest } = await readFrom(file);
    const { originPath: origin, snapshotPath: snapshot, ...expected } = bundle;
    expect(rest).toEqual(expected);
    expect(await readFile(originPath)).toEqual(await readFile(origin));
    expect(await readFile(snapshotPath)).toEqual(await readFile(snapshot));
  });

  it("is read as earlier versions wrote it: no room is left in its header, and all of its body is deflated", async () => {
    const earlier = await forged(file, (header, content) => ({ header, content }));
    const { originPath, snapshotPath, ...rest } = await readFrom(earlier);
    const { originPath: origin, snapshotPath: snapshot, ...expected } = bundle;
    expect(rest).toEqual(expected);
    expect(await readFile(originPath)).toEqual(await readFile(origin));
    expect(await readFile(snapshotPath)).toEqual(await readFile(snapshot));
  });

  it("holds the pages that both states share once, and them compressed", async () => {
    expect((await stat(file)).size).toBeLessThan((await stat(bundle.originPath)).size / 4);
    expect((await stat(file)).mode & 0o77).toBe(0);
    expect((await readdir(dirname(file))).sort()).toEqual(["bot.rescue", "origin.db", "snapshot.db", "workshop"]);
  });

  it("that is none is named", async () => {
    expect(await refusal(await given(Buffer.from("SQLite format 3\0 and more than that, so that it is long enough")))).toBe(
      "FILE is no rescue bundle that can be used: it does not begin as one.",
    );
    expect(await refusal(await given(Buffer.alloc(0)))).toMatch(/does not begin as one/);
    const folder = join(await makeTempDir(), "folder");
    await mkdir(folder);
    expect(await refusal(folder)).toMatch(/it is not a regular file/);
  });

  it("of a newer format is named", async () => {
    const bytes = await readFile(file);
    bytes.writeUInt32BE(2, 8);
    expect(await refusal(await given(bytes))).toMatchObject({
      code: "rescue-version",
      message: expect.stringMatching(/its format is 2, this version knows 1/),
    });
  });

  it("that is cut, or has something after its end, says how much", async () => {
    const bytes = await readFile(file);
    expect(await refusal(await given(bytes.subarray(0, 20)))).toMatch(/it is cut: 20 bytes are not even its beginning/);
    expect(await refusal(await given(bytes.subarray(0, 60)))).toMatch(/it is cut within its header/);
    expect(await refusal(await given(bytes.subarray(0, -1)))).toContain(
      `it is cut: ${bytes.length - 1} of ${bytes.length} bytes`,
    );
    const longer = await given(bytes);
    await appendFile(longer, "xyz");
    expect(await refusal(longer)).toMatch(/3 bytes follow its end/);
  });
});

describe("a bundle file that somebody has forged, hashes and all", () => {
  it.each<[what: string, forge: () => Promise<string>, message: RegExp]>([
    [
      "whose content is longer than it says",
      () => forged(file, (header, content) => ({ header, content: Buffer.concat([content, Buffer.alloc(2 ** 26)]) })),
      /it holds more than its header says/,
    ],
    [
      "whose content is shorter than it says",
      () => forged(file, (header, content) => ({ header, content: content.subarray(0, -1) })),
      /it holds less than its header says/,
    ],
    [
      "whose sections have other lengths than it says",
      () =>
        forged(file, (header) => {
          const { origin, delta, map } = header.sections;
          return { header: { ...header, sections: { map, origin: { ...origin, sizeBytes: origin.sizeBytes - 1 }, delta } } };
        }),
      /its origin is not what its header says/,
    ],
    [
      "that would fill the disk",
      () =>
        forged(file, (header) => ({ header: { ...header, snapshot: { ...header.snapshot, sizeBytes: LARGEST_CONTENT_BYTES } } })),
      /more than a bundle may hold/,
    ],
    [
      "whose body is no deflate stream",
      () => forged(file, (header) => ({ header, body: Buffer.from("no deflate stream") })),
      /its content cannot be decompressed/,
    ],
    [
      "whose snapshot has another size than it says",
      () => forged(file, (header) => ({ header: { ...header, snapshot: { ...header.snapshot, sizeBytes: 4096 } } })),
      /its snapshot has another size/,
    ],
    [
      "whose snapshot is not what it says",
      () =>
        forged(file, (header) => ({ header: { ...header, snapshot: { ...header.snapshot, sha256: sha256(Buffer.alloc(1)) } } })),
      /its snapshot is not what its header says/,
    ],
    [
      "whose pages are not in order",
      () =>
        forged(file, (header, content) => {
          const { origin, delta } = header.sections;
          const at = origin.sizeBytes + 8;
          content.writeUInt32BE(0xffffffff, at);
          const sha = sha256(content.subarray(origin.sizeBytes, origin.sizeBytes + delta.sizeBytes));
          return { header: { ...header, sections: { ...header.sections, delta: { ...delta, sha256: sha } } }, content };
        }),
      /the pages of its snapshot are not in order/,
    ],
    [
      "whose origin is no database",
      () =>
        forged(file, (header, content) => {
          const { origin } = header.sections;
          content.fill(0x20, 0, origin.sizeBytes);
          const copy = { ...origin, sha256: sha256(content.subarray(0, origin.sizeBytes)) };
          const same = Buffer.alloc(8);
          same.writeBigUInt64BE(BigInt(origin.sizeBytes));
          const delta = { sizeBytes: same.length, sha256: sha256(same) };
          const map = content.subarray(-header.sections.map.sizeBytes);
          const sections = { ...header.sections, origin: copy, delta };
          const parts = [content.subarray(0, origin.sizeBytes), same, map];
          return { header: { ...header, sections, snapshot: copy }, content: Buffer.concat(parts) };
        }),
      /its origin cannot be used \(not-a-database\)/,
    ],
    [
      "whose map is none",
      () =>
        forged(file, (header, content) => {
          const { map } = header.sections;
          const text = Buffer.alloc(map.sizeBytes, " ");
          const rest = content.subarray(0, content.length - map.sizeBytes);
          const sections = { ...header.sections, map: { ...map, sha256: sha256(text) } };
          return { header: { ...header, sections }, content: Buffer.concat([rest, text]) };
        }),
      /its map of numbers cannot be read/,
    ],
    [
      "that would write outside of its folder",
      () => forged(file, (header) => ({ header: { ...header, originId: "../../../../x" } })),
      /its header does not say what it must/,
    ],
    [
      "of an agent that is none",
      () => forged(file, (header) => ({ header: { ...header, agent: "../up" } })),
      /its header does not say what it must/,
    ],
  ])("%s: refused with what is wrong", async (_, forge, message) => {
    expect(await refusal(await forge())).toMatch(message);
  });
});

describe("a push of a damaged bundle", () => {
  it("rescue-damaged, exit 5: no request is made, and where it ran nothing is left", async () => {
    const damaged = join(await makeTempDir(), "bot.rescue");
    await copyFile(file, damaged);
    const bytes = await readFile(damaged);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5);
    await writeFile(damaged, bytes);
    const report = await pushElsewhere(damaged, "http://127.0.0.1:1");
    expect(report).toMatchObject({ ok: false, push: { outcome: "failed" }, error: { code: "rescue-damaged" }, rescue: damaged });
  });
});
