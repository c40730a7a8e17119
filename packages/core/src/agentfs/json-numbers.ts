/** Whole numbers as a JSON array, exactly: `JSON.stringify` knows no bigint. */
export function jsonNumbers(numbers: Iterable<bigint>): string {
  return `[${[...numbers].join(",")}]`;
}
