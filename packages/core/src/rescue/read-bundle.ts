import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflate } from "node:zlib";
import { cloneFile, measureFile } from "../replica/files.ts";
import { idMapFromJson } from "../replica/id-map.ts";
import type { Bundle } from "./bundle.ts";
import { checkContent } from "./check-content.ts";
import { damaged } from "./damaged.ts";
import { applyDelta } from "./delta.ts";
import { type Header, mapSchema, type Part, SECTIONS } from "./format.ts";
import type { ReadHeader } from "./read-header.ts";

/**
 * Unpacks a bundle file into a folder and checks all of it.
 * @throws SyncError `rescue-damaged`, `file-system`
 */
export async function readBundle(file: string, { header, bodyAt }: ReadHeader, folder: string): Promise<Bundle> {
  await unpack(file, bodyAt, header, folder);
  const { origin, delta, map } = filesIn(folder);
  const snapshotPath = join(folder, "snapshot.db");
  await cloneFile(origin, snapshotPath);
  const wrong = await applyDelta(snapshotPath, delta, header.snapshot.sizeBytes);
  if (wrong !== null) throw damaged(file, wrong);
  if (!isSame(await measureFile(snapshotPath), header.snapshot)) throw damaged(file, "its snapshot is not what its header says");
  checkContent(file, origin, snapshotPath);
  const { agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed, undoes } = header;
  return {
    ...{ agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed },
    ...(undoes === undefined ? {} : { undoes }),
    originPath: origin,
    snapshotPath,
    ...(await readMap(file, map)),
  };
}

const filesIn = (folder: string) => ({
  origin: join(folder, "origin.db"),
  delta: join(folder, "delta"),
  map: join(folder, "map.json"),
});

async function unpack(file: string, bodyAt: number, header: Header, folder: string): Promise<void> {
  const hash = createHash("sha256");
  const tap = new Transform({
    transform(piece: Buffer, _, done) {
      hash.update(piece);
      done(null, piece);
    },
  });
  try {
    await pipeline(createReadStream(file, { start: bodyAt }), tap, createInflate(), (pieces: AsyncIterable<Buffer>) =>
      cut(file, header, folder, pieces),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw typeof code === "string" && code.startsWith("Z_") ? damaged(file, "its content cannot be decompressed", error) : error;
  }
  if (hash.digest("hex") !== header.body.sha256) throw damaged(file, "its content was changed");
}

/** Cuts the unpacked body into its sections, and takes not one byte more than the header names. */
async function cut(file: string, header: Header, folder: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  const source = pieces[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  for (const name of SECTIONS) {
    const { sizeBytes, sha256 } = header.sections[name];
    await using output = await open(filesIn(folder)[name], "wx", 0o600);
    const hash = createHash("sha256");
    for (let leftBytes = sizeBytes; leftBytes > 0; ) {
      if (rest.length === 0) {
        const next = await source.next();
        if (next.done === true) throw damaged(file, "it holds less than its header says");
        rest = next.value;
        continue;
      }
      const own = rest.subarray(0, leftBytes);
      hash.update(own);
      await output.appendFile(own);
      leftBytes -= own.length;
      rest = rest.subarray(own.length);
    }
    if (hash.digest("hex") !== sha256) throw damaged(file, `its ${name} is not what its header says`);
  }
  if (rest.length > 0 || (await source.next()).done !== true) throw damaged(file, "it holds more than its header says");
}

async function readMap(file: string, path: string): Promise<Pick<Bundle, "map" | "sent">> {
  try {
    const { map, sent } = mapSchema.parse(JSON.parse(await readFile(path, "utf8")));
    return { map: idMapFromJson(map), sent: sent && { digest: sent.digest, map: idMapFromJson(sent.map) } };
  } catch (cause) {
    throw damaged(file, "its map of numbers cannot be read", cause);
  }
}

const isSame = (a: Part, b: Part): boolean => a.sizeBytes === b.sizeBytes && a.sha256 === b.sha256;
