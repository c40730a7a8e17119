import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * A UUID (RFC 9562, version 4), as `randomUUID` makes one. Linux hands them out (random(4)): to load `node:crypto` takes 5 ms, and most
 * commands need nothing else of it.
 */
export function randomUuid(): string {
  try {
    const uuid = readFileSync("/proc/sys/kernel/random/uuid", "latin1").trim();
    if (UUID.test(uuid)) return uuid;
  } catch {
    // Another system, or one without this file: it is made here.
  }
  return randomUUID();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
