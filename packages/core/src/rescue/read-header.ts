import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { SyncError } from "../errors.ts";
import { readFully } from "../replica/files.ts";
import { damaged } from "./damaged.ts";
import {
  FORMAT,
  HASH_BYTES,
  type Header,
  headerSchema,
  LARGEST_CONTENT_BYTES,
  LARGEST_HEADER_BYTES,
  LARGEST_MAP_BYTES,
  MAGIC,
  PREFIX_BYTES,
  SECTIONS,
} from "./format.ts";

export interface ReadHeader {
  readonly header: Header;
  /** Where the body begins. */
  readonly bodyAt: number;
}

/**
 * What a bundle file says of itself: checked as far as it can be without reading the rest.
 * @throws SyncError `rescue-missing`, `rescue-damaged`, `rescue-version`, `file-system`
 */
export async function readHeader(file: string): Promise<ReadHeader> {
  await using handle = await openBundle(file);
  const prefix = await readFully(handle, 0, PREFIX_BYTES);
  if (!prefix.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, prefix.length)) || prefix.length === 0) {
    throw damaged(file, "it does not begin as one");
  }
  if (prefix.length < PREFIX_BYTES) throw damaged(file, `it is cut: ${prefix.length} bytes are not even its beginning`);
  const format = prefix.readUInt32BE(MAGIC.length);
  if (format !== FORMAT) {
    throw new SyncError(
      "rescue-version",
      `${file} is a bundle of another version of agentfs-sync: its format is ${format}, this version knows ${FORMAT}.`,
    );
  }
  const length = prefix.readUInt32BE(MAGIC.length + 4);
  if (length > LARGEST_HEADER_BYTES) throw damaged(file, `its header claims to be ${length} bytes long`);
  const json = await readFully(handle, PREFIX_BYTES, length);
  if (json.length < length) throw damaged(file, "it is cut within its header");
  if (!createHash("sha256").update(json).digest().equals(prefix.subarray(-HASH_BYTES)))
    throw damaged(file, "its header was changed");
  const header = parseHeader(file, json);
  const bodyAt = PREFIX_BYTES + length;
  checkLength(file, (await handle.stat()).size, bodyAt + header.body.sizeBytes);
  return { header, bodyAt };
}

async function openBundle(file: string): Promise<FileHandle> {
  const info = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw new SyncError("rescue-missing", `There is no file ${file}.`, { cause });
    throw cause;
  });
  // Before it is opened: a pipe would be waited for.
  if (!info.isFile()) throw damaged(file, "it is not a regular file");
  return open(file, "r");
}

function parseHeader(file: string, json: Buffer): Header {
  let header: Header;
  try {
    header = headerSchema.parse(JSON.parse(json.toString("utf8")));
  } catch (cause) {
    throw damaged(file, "its header does not say what it must", cause);
  }
  const contentBytes = SECTIONS.reduce((sum, name) => sum + header.sections[name].sizeBytes, header.snapshot.sizeBytes);
  if (contentBytes > LARGEST_CONTENT_BYTES || header.sections.map.sizeBytes > LARGEST_MAP_BYTES) {
    throw damaged(file, `it would unpack to ${contentBytes} bytes, more than a bundle may hold`);
  }
  return header;
}

function checkLength(file: string, actual: number, expected: number): void {
  if (actual < expected) throw damaged(file, `it is cut: ${actual} of ${expected} bytes are there`);
  if (actual > expected) throw damaged(file, `${actual - expected} bytes follow its end`);
}
