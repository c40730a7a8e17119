import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { IDENTITY } from "../../packages/core/src/replica/id-map.ts";
import { writeEmptyAgentFs } from "../../packages/core/src/replica/origin.ts";
import { Database } from "../../packages/core/src/replica/sqlite.ts";
import type { Bundle } from "../../packages/core/src/rescue/bundle.ts";
import { type Header, MAGIC, PREFIX_BYTES } from "../../packages/core/src/rescue/format.ts";
import { readBundle } from "../../packages/core/src/rescue/read-bundle.ts";
import { readHeader } from "../../packages/core/src/rescue/read-header.ts";
import { writeBundle } from "../../packages/core/src/rescue/write-bundle.ts";
import { makeTempDir } from "./temp.ts";

const COUNTS = {
  files: { added: 0, changed: 0, removed: 0, renamed: 0 },
  keys: { added: 1, changed: 0, removed: 0 },
  toolCalls: { added: 0 },
  rows: { added: 0, changed: 0, removed: 0 },
  schema: { added: 0 },
};

/** A bundle of a database with a key more than its origin, and the file that it was written to. */
export async function sampleBundle(): Promise<{ readonly bundle: Bundle; readonly file: string }> {
  const dir = await makeTempDir();
  const [originPath, snapshotPath, file] = [join(dir, "origin.db"), join(dir, "snapshot.db"), join(dir, "bot.rescue")];
  writeEmptyAgentFs(originPath, 1);
  await copyFile(originPath, snapshotPath);
  {
    using db = Database.openWritable(snapshotPath);
    db.run("INSERT INTO kv_store (key, value) VALUES ('k', ?)", JSON.stringify("v".repeat(20_000)));
  }
  const bundle: Bundle = {
    agent: "bot",
    pushId: "00000000-0000-4000-8000-000000000001",
    originId: "00000000-0000-4000-8000-000000000002",
    reason: "failed-push",
    createdAt: "2026-01-02T03:04:05.000Z",
    runId: "r7",
    remoteUrl: "https://bot.example.com",
    remoteUuid: null,
    receipt: null,
    copyPushed: false,
    originPath,
    snapshotPath,
    map: { ...IDENTITY, inode: new Map([[5n, 2n ** 60n]]) },
    sent: { digest: "d", map: IDENTITY },
  };
  const workshop = join(dir, "workshop");
  await mkdir(workshop);
  await writeBundle(bundle, COUNTS, file, workshop);
  return { bundle, file };
}

/** Reads a bundle file as a push would, into a folder of its own. */
export async function readFrom(file: string): Promise<Bundle> {
  return readBundle(file, await readHeader(file), await makeTempDir());
}

/** The same file with another header and body, whose own hashes are right. */
export async function forged(
  file: string,
  change: (header: Header, content: Buffer) => { readonly header: unknown; readonly content?: Buffer; readonly body?: Buffer },
): Promise<string> {
  const bytes = await readFile(file);
  const length = bytes.readUInt32BE(MAGIC.length + 4);
  const header = JSON.parse(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length).toString()) as Header;
  const made = change(header, inflateSync(bytes.subarray(PREFIX_BYTES + length)));
  const body = made.body ?? (made.content === undefined ? bytes.subarray(PREFIX_BYTES + length) : deflateSync(made.content));
  const sealed = { ...(made.header as object), body: { ...header.body, sizeBytes: body.length, sha256: sha256(body) } };
  const json = Buffer.from(JSON.stringify(sealed));
  const prefix = bytes.subarray(0, MAGIC.length + 4);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(json.length);
  const path = join(await makeTempDir(), "forged.rescue");
  await writeFile(path, Buffer.concat([prefix, size, createHash("sha256").update(json).digest(), json, body]));
  return path;
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
