import { SyncError } from "../errors.ts";

/** A value as SQLite stores it; integers are bigint, so that REAL 3.0 and INTEGER 3 stay apart. */
export type SqlValue = null | bigint | number | string | Uint8Array;

/** The same value of the same storage class. */
export function sameValue(a: SqlValue | undefined, b: SqlValue | undefined): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.from(a).equals(b) : a === b;
}

/** A value on the wire of `/v2/pipeline`. */
export type WireValue =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "blob"; readonly base64: string };

/** @throws SyncError `unsupported-value` for infinities, which JSON cannot carry */
export function toWire(value: SqlValue): WireValue {
  if (value === null) return { type: "null" };
  if (typeof value === "bigint") return { type: "integer", value: value.toString() };
  if (typeof value === "string") return { type: "text", value };
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new SyncError("unsupported-value", `The number ${value} cannot be sent to the remote.`);
    return { type: "float", value };
  }
  return { type: "blob", base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
}

export function fromWire(value: WireValue): SqlValue {
  switch (value.type) {
    case "null":
      return null;
    case "integer":
      return BigInt(value.value);
    case "float":
      return value.value;
    case "text":
      return value.value;
    case "blob":
      return Buffer.from(value.base64, "base64");
  }
}
