import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createDeflate } from "node:zlib";
import type * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import { isThere, measureFile, publishNewFile } from "../replica/files.ts";
import { idMapToJson } from "../replica/id-map.ts";
import { wholeFile } from "../replica/image/image.ts";
import type { ChangeCounts } from "../report/types.ts";
import type { Bundle } from "./bundle.ts";
import { writeDelta } from "./delta.ts";
import { FORMAT, type Header, MAGIC, type mapSchema, type Part, SECTIONS } from "./format.ts";

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
  const snapshot = await wholeFile(bundle.snapshotPath, join(folder, "snapshot"));
  const files = {
    origin: await wholeFile(bundle.originPath, join(folder, "origin")),
    delta: join(folder, "delta"),
    map: join(folder, "map"),
  };
  await writeDelta(files.origin, snapshot, files.delta);
  await writeFile(files.map, mapText(bundle), { mode: 0o600 });
  const body = join(folder, "body");
  await compress(
    SECTIONS.map((name) => files[name]),
    body,
    level,
  );
  const header = await headerOf(bundle, counts, { ...files, snapshot }, body);
  const temporary = join(dirname(destination), `.${basename(destination)}.${bundle.pushId}.tmp`);
  // Of an export of the same that was killed.
  await rm(temporary, { force: true });
  try {
    await assemble(header, body, temporary);
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

async function compress(files: readonly string[], destination: string, level: number): Promise<void> {
  const all = async function* () {
    for (const file of files) yield* createReadStream(file) as AsyncIterable<Buffer>;
  };
  await pipeline(all, createDeflate({ level }), createWriteStream(destination, { flags: "wx", mode: 0o600 }));
}

async function headerOf(
  bundle: Bundle,
  counts: ChangeCounts,
  files: Readonly<Record<(typeof SECTIONS)[number] | "snapshot", string>>,
  body: string,
): Promise<Header> {
  const { agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed, undoes } = bundle;
  const [origin, delta, map] = [await measureFile(files.origin), await measureFile(files.delta), await measureFile(files.map)];
  const compressed: Part = await measureFile(body);
  return {
    ...{ agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed, counts: { ...counts } },
    ...(undoes === undefined ? {} : { undoes: { ...undoes, schema: [...undoes.schema] } }),
    body: { ...compressed, compression: "deflate" },
    sections: { origin, delta, map },
    snapshot: await measureFile(files.snapshot),
  };
}

async function assemble(header: Header, body: string, destination: string): Promise<void> {
  const json = Buffer.from(JSON.stringify(header), "utf8");
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(FORMAT, 0);
  numbers.writeUInt32BE(json.length, 4);
  await using output = await open(destination, "wx", 0o600);
  await output.appendFile(Buffer.concat([MAGIC, numbers, createHash("sha256").update(json).digest(), json]));
  for await (const piece of createReadStream(body) as AsyncIterable<Buffer>) await output.appendFile(piece);
}
