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
