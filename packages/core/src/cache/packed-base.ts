import { createReadStream, createWriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createDeflate, createInflate } from "node:zlib";
import { requireRemoteAgentFs } from "../agentfs/manifest.ts";
import { SyncError } from "../errors.ts";
import { type Base, parseBaseInfo } from "../replica/base.ts";
import { readFully, readIfThere } from "../replica/files.ts";
import { readImage } from "../replica/image/image.ts";
import type { AgentPaths } from "../replica/paths.ts";
import { Database, quickCheck } from "../replica/sqlite.ts";

/*
 * The two files of a base in one, deflated, since nothing can be made smaller once it is encrypted. Before that:
 *
 *   4 bytes   length of the next part, big-endian
 *             base.json
 *             base.db
 */

const LENGTH_BYTES = 4;
const LARGEST_INFO_BYTES = 2 ** 20;
/** What it may grow to when it is unpacked. */
const LARGEST_BASE_BYTES = 16 * 2 ** 30;
/** Speed before size: it is read as often as it is written, on machines that wait for it. */
const LEVEL = 1;

/** Needs the agent's lock: `base.json` and the image must fit each other. */
export async function packBase(paths: AgentPaths, base: Base, file: string): Promise<void> {
  const info = (await readIfThere(paths.baseInfo)) ?? Buffer.alloc(0);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(info.length);
  await pipeline(
    async function* () {
      yield length;
      yield info;
      yield* readImage(base.path);
    },
    createDeflate({ level: LEVEL }),
    createWriteStream(file, { flags: "wx", mode: 0o600 }),
  );
}

/**
 * Writes the database into a new file and returns what `base.json` says of it. The database is checked as if a server had sent it.
 * @throws SyncError `remote-damaged`, `not-agentfs`, `file-system`
 */
export async function unpackBase(file: string, database: string): Promise<Omit<Base, "path">> {
  const plain = `${database}.plain`;
  try {
    await pipeline(createReadStream(file), createInflate(), bounded, createWriteStream(plain, { flags: "wx", mode: 0o600 }));
    const text = await readInfo(plain);
    const info = parseBaseInfo(text);
    await pipeline(createReadStream(plain, { start: LENGTH_BYTES + text.length }), createWriteStream(database, { flags: "wx" }));
    check(database);
    return info;
  } finally {
    await rm(plain, { force: true });
  }
}

async function* bounded(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.length;
    if (sizeBytes > LARGEST_BASE_BYTES) throw damaged("it is larger than any base");
    yield piece;
  }
}

async function readInfo(plain: string): Promise<Buffer> {
  const handle = await open(plain, "r");
  try {
    const length = await readFully(handle, 0, LENGTH_BYTES);
    const sizeBytes = length.length < LENGTH_BYTES ? 0 : length.readUInt32BE();
    if (sizeBytes === 0 || sizeBytes > LARGEST_INFO_BYTES) throw damaged("it has no beginning");
    return await readFully(handle, LENGTH_BYTES, sizeBytes);
  } finally {
    await handle.close();
  }
}

function check(database: string): void {
  using db = Database.openImmutable(database);
  const finding = quickCheck(db);
  if (finding !== null) throw damaged(finding);
  requireRemoteAgentFs(db, "The base in the cache");
}

function damaged(why: string): SyncError {
  return new SyncError("remote-damaged", `The base in the cache is damaged: ${why}.`);
}
