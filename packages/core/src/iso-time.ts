const LAST_SECOND = 253_402_300_799;

/** Seconds since 1970, as a database keeps them; null for what is no such time. */
export function isoTime(seconds: unknown): string | null {
  const number = typeof seconds === "bigint" ? Number(seconds) : Number.NaN;
  return number >= 0 && number <= LAST_SECOND ? new Date(number * 1000).toISOString() : null;
}
