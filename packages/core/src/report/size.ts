/** @example sizeText(1536) // "1.5 kB" */
export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} byte${sizeBytes === 1 ? "" : "s"}`;
  const units = ["kB", "MB", "GB"];
  let value = sizeBytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
