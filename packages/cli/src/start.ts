const OLDEST = { major: 22, minor: 16 };

/** Whether this Node.js has what we use of `node:sqlite`. */
export function supportsNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

type Emit = typeof process.emitWarning;

/** Keeps back the one warning that `node:sqlite` is experimental; every other warning still appears. */
export function hideSqliteWarning(target: { emitWarning: Emit }): void {
  const emit = target.emitWarning;
  target.emitWarning = ((warning: string | Error, ...rest: readonly unknown[]): void => {
    const text = typeof warning === "string" ? warning : warning.message;
    const [second] = rest;
    const type = typeof second === "string" ? second : (second as { type?: string } | undefined)?.type;
    const isExperimental = type === "ExperimentalWarning" || (warning instanceof Error && warning.name === "ExperimentalWarning");
    if (isExperimental && text.startsWith("SQLite ")) return;
    Reflect.apply(emit, target, [warning, ...rest]);
  }) as Emit;
}

/** The versions of Node.js in which V8 is known to have the flag. */
const FLAG_IS_IN = { first: 22, last: 24 };

/**
 * Content streams through, and what is garbage at once needs no room to grow old in: V8 would let the part of the heap for young objects grow
 * to 48 MB, and is content with a few (a push of 150 MB took 197 MB of memory at its peak, and takes 127).
 */
export function keepHeapSmall(nodeVersion: string): void {
  const major = Number.parseInt(nodeVersion, 10);
  if (major >= FLAG_IS_IN.first && major <= FLAG_IS_IN.last)
    process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=1");
}
