import { createHash } from "node:crypto";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import { isThere, Measure, publishNewFile, readPieces, writeFully } from "../replica/files.ts";
import { idMapToJson } from "../replica/id-map.ts";
import { wholeFile } from "../replica/image/image.ts";
import type { ChangeCounts } from "../report/types.ts";
import type { Bundle } from "./bundle.ts";
import { deltaOf } from "./delta.ts";
import { FORMAT, type Header, MAGIC, type mapSchema, type Part, PREFIX_BYTES } from "./format.ts";
import { BodyWriter } from "./write-body.ts";

/** The pages of a database are many zeros and much text: more effort would cost time and save little. */
const COMPRESSION_LEVEL = 4;

/**
 * Writes a bundle into one file that is there whole or not at all, and never over another one. Returns its size.
 * @param folder for half-made parts
 * @throws SyncError `config-invalid` if something has that name, `file-system`
 */
export async function writeBundle(
  bundle: Bundle,
  counts: ChangeCounts,
  destination: string,
  folder: string,
  level = COMPRESSION_LEVEL,
): Promise<number> {
  await refuseTaken(destination);
  await mkdir(dirname(destination), { recursive: true });
  const [originPath, snapshotPath] = [
    await wholeFile(bundle.originPath, join(folder, "origin")),
    await wholeFile(bundle.snapshotPath, join(folder, "snapshot")),
  ];
  const temporary = join(dirname(destination), `.${basename(destination)}.${bundle.pushId}.tmp`);
  // Of an export of the same that was killed.
  await rm(temporary, { force: true });
  try {
    await writeParts({ ...bundle, originPath, snapshotPath }, counts, temporary, level);
    const { size } = await stat(temporary);
    if (!(await publishNewFile(temporary, destination))) throw taken(destination);
    return size;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function refuseTaken(destination: string): Promise<void> {
  if (await isThere(destination)) throw taken(destination);
}

function taken(destination: string): SyncError {
  return new SyncError("config-invalid", `${destination} is there already; it was left as it is.`, {
    hint: "Name a file that is not there yet.",
  });
}

function mapText({ map, sent }: Bundle): string {
  const value: z.input<typeof mapSchema> = {
    map: idMapToJson(map),
    sent: sent && { digest: sent.digest, map: idMapToJson(sent.map) },
  };
  return JSON.stringify(value);
}

/** What a file consists of is known when all of it was read, once: the header is written last, into the place that was left for it. */
async function writeParts(bundle: Bundle, counts: ChangeCounts, path: string, level: number): Promise<void> {
  await using output = await open(path, "wx", 0o600);
  const roomBytes = Buffer.byteLength(JSON.stringify(headerOf(bundle, counts, UNKNOWN)));
  using body = new BodyWriter(output, PREFIX_BYTES + roomBytes, level);
  const snapshot = new Measure();
  const sections = {
    origin: await body.add(readPieces(bundle.originPath)),
    delta: await body.add(deltaOf(bundle.originPath, bundle.snapshotPath, (piece) => snapshot.add(piece))),
    map: await body.add(asPieces(mapText(bundle))),
  };
  const header = JSON.stringify(headerOf(bundle, counts, { sections, body: await body.end(), snapshot: snapshot.result }));
  const json = Buffer.from(header + " ".repeat(roomBytes - Buffer.byteLength(header)));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(FORMAT, 0);
  numbers.writeUInt32BE(json.length, 4);
  const start = Buffer.concat([MAGIC, numbers, createHash("sha256").update(json).digest(), json]);
  await writeFully(output, start, 0);
}

async function* asPieces(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

interface Parts extends Pick<Header, "sections" | "snapshot"> {
  readonly body: Part;
}

/** Takes as much room as any parts. */
const LONGEST: Part = { sizeBytes: Number.MAX_SAFE_INTEGER, sha256: "0".repeat(64) };
const UNKNOWN: Parts = { sections: { origin: LONGEST, delta: LONGEST, map: LONGEST }, body: LONGEST, snapshot: LONGEST };

function headerOf(bundle: Bundle, counts: ChangeCounts, { sections, body, snapshot }: Parts): Header {
  const { agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed, undoes } = bundle;
  return {
    ...{ agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed, counts: { ...counts } },
    ...(undoes === undefined ? {} : { undoes: { ...undoes, schema: [...undoes.schema] } }),
    body: { ...body, compression: "deflate" },
    sections,
    snapshot,
  };
}
