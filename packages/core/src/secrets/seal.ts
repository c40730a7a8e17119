import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { SyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import { publishFile, readFully } from "../replica/files.ts";

/** What a sealed file is for; another one than it was sealed for does not open it. */
export interface SealOptions {
  /** The auth token, or a secret of its own for caches. */
  readonly secret: string;
  /** E.g. `rescue` or `base`. */
  readonly purpose: string;
  /** The remote that the content belongs to. */
  readonly url: string;
}

const MAGIC = Buffer.from("AFSSEAL\n", "latin1");
const FORMAT = 1;
const SALT_BYTES = 32;
const PREFIX_BYTES = MAGIC.length + 4 + SALT_BYTES;
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/**
 * Encrypts a file for a place where others can read and write: AES-256-GCM by chunks of 64 KiB, the key by HKDF-SHA256 of the secret and
 * a random salt, so that no key is used twice. A chunk's nonce is its number and whether it is the last (the STREAM construction,
 * https://eprint.iacr.org/2015/189): chunks that are changed, moved, repeated or missing do not open. Memory is flat.
 * @example await sealFile("bundle", "bundle.sealed", { secret: token, purpose: "rescue", url: "https://bot-acme.turso.io" })
 */
export async function sealFile(source: string, destination: string, options: SealOptions): Promise<void> {
  const prefix = Buffer.concat([MAGIC, numberBytes(FORMAT), randomBytes(SALT_BYTES)]);
  const [key, associated] = keyOf(prefix, options);
  await copyChunks(source, destination, { from: 0, head: prefix, size: CHUNK_BYTES }, (chunk, index, isLast) => {
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(index, isLast)).setAAD(associated);
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  });
}

/**
 * Opens what `sealFile` made; `destination` is there only if all of it is as it was.
 * @throws SyncError `rescue-sealed` (another secret, purpose or URL; changed, cut, or no sealed file), `file-system`
 */
export async function openSealed(source: string, destination: string, options: SealOptions): Promise<void> {
  const prefix = await readPrefix(source);
  const [key, associated] = keyOf(prefix, options);
  const layout = { from: PREFIX_BYTES, head: Buffer.alloc(0), size: CHUNK_BYTES + TAG_BYTES };
  await copyChunks(source, destination, layout, (chunk, index, isLast) => {
    if (chunk.length < TAG_BYTES) throw cannotOpen(source, "it is cut");
    const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(index, isLast), { authTagLength: TAG_BYTES })
      .setAAD(associated)
      .setAuthTag(chunk.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(chunk.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw cannotOpen(source, "it was sealed with another secret or for another remote, or it was changed", cause);
    }
  });
}

async function readPrefix(source: string): Promise<Buffer> {
  const handle = await open(source, "r");
  try {
    const prefix = await readFully(handle, 0, PREFIX_BYTES);
    if (prefix.length < PREFIX_BYTES || !prefix.subarray(0, MAGIC.length).equals(MAGIC)) {
      throw cannotOpen(source, "it is no sealed file");
    }
    const format = prefix.readUInt32BE(MAGIC.length);
    if (format !== FORMAT) throw cannotOpen(source, `its format is ${format}, this version knows ${FORMAT}`);
    return prefix;
  } finally {
    await handle.close();
  }
}

/** The salt makes the key; the prefix, the purpose and the URL have to be the same for every chunk to open. */
function keyOf(prefix: Buffer, { secret, purpose, url }: SealOptions): readonly [key: Buffer, associated: Buffer] {
  if (secret === "") throw new SyncError("rescue-sealed", "Nothing can be sealed or opened without a secret.");
  const salt = prefix.subarray(-SALT_BYTES);
  const key = Buffer.from(hkdfSync("sha256", secret, salt, "agentfs-sync seal", KEY_BYTES));
  const associated = createHash("sha256")
    .update(prefix)
    .update(JSON.stringify([purpose, url]))
    .digest();
  return [key, associated];
}

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(index, NONCE_BYTES - 5);
  nonce.writeUInt8(isLast ? 1 : 0, NONCE_BYTES - 1);
  return nonce;
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

interface Layout {
  /** Where the chunks begin in the source. */
  readonly from: number;
  /** What stands before them in the destination. */
  readonly head: Buffer;
  /** Of each chunk but the last, which may be shorter, and empty. */
  readonly size: number;
}

async function copyChunks(
  source: string,
  destination: string,
  { from, head, size }: Layout,
  change: (chunk: Buffer, index: number, isLast: boolean) => Buffer,
): Promise<void> {
  const temporary = `${destination}.${randomUuid()}`;
  const input = await open(source, "r");
  try {
    const output = await open(temporary, "wx", 0o600);
    try {
      await output.appendFile(head);
      let chunk = await readFully(input, from, size);
      for (let index = 0; ; index++) {
        const next = chunk.length < size ? Buffer.alloc(0) : await readFully(input, from + (index + 1) * size, size);
        await output.appendFile(change(chunk, index, next.length === 0));
        if (next.length === 0) break;
        chunk = next;
      }
    } finally {
      await output.close();
    }
    await publishFile(temporary, destination);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await input.close();
  }
}

function cannotOpen(source: string, why: string, cause?: unknown): SyncError {
  return new SyncError("rescue-sealed", `${source} cannot be opened: ${why}.`, { cause });
}
