import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A UUID (RFC 9562, version 4), as `randomUUID` of `node:crypto` makes one. */
export function randomUuid(): string {
  const bytes = sixteenBytes();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const digits = bytes.toString("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

const UUID_BYTES = 16;
const UUIDS_A_READ = 32;

let left: Buffer = Buffer.alloc(0);

/** Random ones, as many as a UUID has; each is given out once. */
export function sixteenBytes(): Buffer {
  if (left.length === 0) left = readRandom(UUIDS_A_READ * UUID_BYTES);
  const bytes = left.subarray(0, UUID_BYTES);
  left = left.subarray(UUID_BYTES);
  return bytes;
}

/** From the system itself, where it has a file of them (random(4)): to load `node:crypto` takes 5 ms, and most commands need nothing else of it. */
function readRandom(sizeBytes: number): Buffer {
  try {
    const file = openSync("/dev/urandom", "r");
    try {
      const bytes = Buffer.alloc(sizeBytes);
      // An ordinary file of that name (Windows, a half-made /dev) would give the same UUIDs again and again.
      if (fstatSync(file).isCharacterDevice() && readSync(file, bytes) === sizeBytes) return bytes;
    } finally {
      closeSync(file);
    }
  } catch {
    // A system without this file: they come from its library.
  }
  return randomBytes(sizeBytes);
}
