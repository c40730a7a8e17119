import { createHash } from "node:crypto";
import type { Changeset } from "./changeset.ts";

/**
 * SHA-256 over what a changeset carries, in the working copy's numbers: the same for whoever pushes it and whatever the remote holds by
 * then. A receipt keeps it, so that a bundle is known again that was pushed before.
 */
export function fingerprintOf({ objects, entries, rows, toolCalls, tables, schema }: Changeset): string {
  const hash = createHash("sha256");
  for (const [kind, list] of [objects, entries, rows, toolCalls, tables, schema].entries()) {
    const items = list.map((item) => JSON.stringify(item, typed));
    // In an order that does not depend on how the difference was found.
    for (const item of items.sort()) hash.update(`${`${kind}:`.length + item.length}:${kind}:${item}`);
  }
  return hash.digest("hex");
}

const LONG_CHARS = 1024;

/** JSON knows neither bigint nor bytes, and 1n is not "1"; what is long is named by a hash, so that no second copy of it is made. */
function typed(this: unknown, key: string, shown: unknown): unknown {
  // A Buffer is shown as something else by its own toJSON.
  const value = (this as Record<string, unknown>)[key];
  if (typeof value === "bigint") return { integer: String(value) };
  if (value instanceof Uint8Array) return { bytes: sha256(value) };
  if (typeof value === "string" && value.length > LONG_CHARS) return { text: sha256(value) };
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : shown;
}

const sha256 = (value: string | Uint8Array): string => createHash("sha256").update(value).digest("hex");

const SEPARATOR = ".";

/** What a receipt holds: which statements were sent, and what they carry. */
export function digestWith(statements: string, fingerprint: string): string {
  return `${statements}${SEPARATOR}${fingerprint}`;
}

export function carries(digest: string | null, fingerprint: string): boolean {
  return digest?.endsWith(`${SEPARATOR}${fingerprint}`) === true;
}
