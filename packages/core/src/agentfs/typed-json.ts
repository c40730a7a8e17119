import type { SqlValue } from "../remote/value.ts";
import type { SqlRow } from "../replica/sqlite.ts";

/**
 * A value as JSON that loses nothing: a REAL always with a point or exponent, integers that a double cannot hold as
 * `{"integer":"…"}`, BLOBs as `{"blob":"base64"}`.
 */
function typedJson(value: SqlValue | undefined): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") {
    const isSafe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
    return isSafe ? value.toString() : JSON.stringify({ integer: value.toString() });
  }
  if (typeof value === "number") return Number.isInteger(value) && !/e/.test(String(value)) ? `${value}.0` : String(value);
  return value instanceof Uint8Array ? JSON.stringify({ blob: Buffer.from(value).toString("base64") }) : JSON.stringify(value);
}

/** A value as it is read by people: texts as they are, BLOBs in hexadecimal digits. */
export function textOf(value: SqlValue | undefined): string {
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString("hex")}'` : String(value ?? null);
}

/** A row as a JSON object. */
export function rowJson(row: SqlRow | null): string {
  if (row === null) return "null";
  return `{${Object.entries(row)
    .map(([column, value]) => `${JSON.stringify(column)}:${typedJson(value)}`)
    .join(",")}}`;
}

/** The values of these columns: equal texts are equal values of equal storage classes. */
export function valuesText(row: SqlRow, columns: readonly string[]): string {
  return `[${columns.map((column) => typedJson(row[column])).join(",")}]`;
}
